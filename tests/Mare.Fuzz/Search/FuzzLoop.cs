// SPDX-License-Identifier: MIT
using Mare.Fuzz.Corpora;
using Mare.Fuzz.Targets;
using Mare.Protocol.Tests.Feeding;

namespace Mare.Fuzz.Search;

/// <summary>
/// Searches for inputs that take new edges, and keeps them, until one crashes or the time is over. An input runs whole and a
/// byte at a time, with its edges counted; what is kept, and every eighth input, then runs at random splits too, uncounted:
/// those would make every input look new.
/// </summary>
internal sealed class FuzzLoop(FuzzTarget target, EdgeMap map, Random random, Action<byte[]> journal)
{
    private const int RunsForEachSplit = 8;

    private readonly Mutator _mutator = new(random, target.Words, target.MaxLength);
    private readonly List<CorpusInput> _inputs = [];
    private byte[]? _crashedAside; // a shorter input that crashed while another was trimmed

    /// <summary>Gets how many inputs ran.</summary>
    public long Runs { get; private set; }

    /// <summary>Gets the inputs that are kept: those of the corpus, and the finds.</summary>
    public IReadOnlyList<CorpusInput> Inputs => _inputs;

    /// <summary>Runs the corpus, then searches.</summary>
    /// <param name="corpus">What is known: at least one input.</param>
    /// <param name="isOver">Asked between runs.</param>
    /// <returns>The first crash, or null.</returns>
    /// <exception cref="InvalidOperationException">The corpus took no edge: the code is not instrumented.</exception>
    public Crash? Search(IReadOnlyList<CorpusInput> corpus, Func<bool> isOver)
    {
        foreach (CorpusInput input in corpus)
        {
            if (Try(input.Bytes, Splits.Plain) is { } crash)
                return crash;
            map.LearnNew();
            _inputs.Add(input);
        }
        if (map.Edges == 0)
            throw new InvalidOperationException("No edge was taken: the code is not instrumented, or the corpus is empty.");

        while (!isOver())
        {
            byte[] input = _mutator.Mutate(Choose(), _inputs[random.Next(_inputs.Count)].Bytes);
            if (Try(input, Splits.Plain) is { } crash)
                return crash;
            bool isNew = map.LearnNew();
            if (isNew)
                _inputs.Add(Corpus.Find(input = Trimmed(input)));
            if (_crashedAside is { } aside)
                return Try(aside, Splits.Plain);
            if (isNew || Runs % RunsForEachSplit == 0)
            {
                if (TryAtRandom(input, isNew) is { } splitCrash)
                    return splitCrash;
            }
        }
        return null;
    }

    /// <summary>Leaves out the finds whose features others show, the shortest being asked first.</summary>
    public IReadOnlyList<CorpusInput> Distil()
    {
        var shown = new HashSet<int>();
        var kept = new List<CorpusInput>();
        foreach (CorpusInput input in _inputs.OrderBy(Corpus.IsFind).ThenBy(input => input.Bytes.Length))
        {
            int before = shown.Count;
            shown.UnionWith(FeaturesOf(input.Bytes));
            if (shown.Count > before || !Corpus.IsFind(input))
                kept.Add(input);
        }
        return kept;
    }

    // The last finds are the least explored: half of the time one of them.
    private byte[] Choose()
    {
        int from = random.Next(2) == 0 ? _inputs.Count * 3 / 4 : 0;
        return _inputs[random.Next(from, _inputs.Count)].Bytes;
    }

    private byte[] Trimmed(byte[] input)
    {
        HashSet<int> features = [.. FeaturesOf(input)];
        return Trimmer.Trim(input, shorter => features.SetEquals(FeaturesOf(shorter)));
    }

    // None when it crashes: such an input is not the same as one that does not.
    private List<int> FeaturesOf(byte[] input)
    {
        if (ThrownBy(input, Splits.Plain) is null)
            return map.Features();
        _crashedAside = input;
        return [];
    }

    private Crash? TryAtRandom(byte[] input, bool all)
    {
        int seed = random.Next();
        return all ? Try(input, Splits.Of) : Try(input, Splits.Random(seed), seed);
    }

    private Crash? Try(byte[] input, Splitting splits, int? seed = null)
    {
        Runs++;
        if (ThrownBy(input, splits) is not { } thrown)
            return null;
        byte[] trimmed = Trimmer.Trim(input, shorter => ThrownBy(shorter, splits)?.GetType() == thrown.GetType());
        bool isOfTests = ThrownBy(trimmed, Splits.Of) is not null;
        return new Crash(trimmed, isOfTests ? null : seed, ThrownBy(trimmed, splits) ?? thrown);
    }

    private Exception? ThrownBy(byte[] input, Splitting splits)
    {
        journal(input);
        map.Begin();
        try
        {
            target.Run(input, splits);
            return null;
        }
#pragma warning disable CA1031 // Any exception is a find.
        catch (Exception e)
        {
            return e;
        }
#pragma warning restore CA1031
    }
}
