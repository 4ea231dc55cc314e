// SPDX-License-Identifier: MIT
using System.Numerics;
using System.Runtime.InteropServices;
using SharpFuzz.Common;

namespace Mare.Fuzz.Search;

/// <summary>
/// Is where instrumented code counts the edges that it takes: one byte an edge. A feature is an edge with how often, roughly,
/// it was taken in a run (1, 2, 3, 4-7, 8-15 ... times).
/// </summary>
/// <remarks>One a process: the instrumented code has one place to write to.</remarks>
internal sealed unsafe class EdgeMap : IDisposable
{
    private const int Size = 1 << 16; // what SharpFuzz's identifiers of 16 bits reach
    private const int Classes = 8;

    private readonly byte* _hits = (byte*)NativeMemory.AllocZeroed(Size);
    private readonly byte[] _known = new byte[Size]; // a bit for each class of each edge

    /// <summary>Gets how many edges were taken in any run that was looked at.</summary>
    public int Edges => _known.Count(classes => classes != 0);

    private Span<ulong> Words => new(_hits, Size / sizeof(ulong));

    /// <summary>Begins a run: from here on edges count.</summary>
    public void Begin()
    {
        Words.Clear();
        Trace.PrevLocation = 0;
        Trace.SharedMem = _hits;
    }

    /// <summary>Notes the features of the run.</summary>
    /// <returns>Whether one of them is new.</returns>
    public bool LearnNew()
    {
        bool isNew = false;
        foreach (int feature in Features())
        {
            byte bit = (byte)(1 << (feature % Classes));
            ref byte known = ref _known[feature / Classes];
            isNew |= (known & bit) == 0;
            known |= bit;
        }
        return isNew;
    }

    /// <summary>Gets the features of the run, in order.</summary>
    public List<int> Features()
    {
        var features = new List<int>();
        Span<ulong> words = Words;
        for (int word = 0; word < words.Length; word++)
        {
            if (words[word] == 0)
                continue;
            for (int edge = word * sizeof(ulong); edge < (word + 1) * sizeof(ulong); edge++)
            {
                if (_hits[edge] != 0)
                    features.Add((edge * Classes) + ClassOf(_hits[edge]));
            }
        }
        return features;
    }

    /// <summary>Frees the map; instrumented code may not run any more.</summary>
    public void Dispose() => NativeMemory.Free(_hits);

    // 1, 2, 3, 4-7, 8-15, 16-31, 32-127, 128 and more: as American Fuzzy Lop has it.
    private static int ClassOf(byte hits) => hits switch
    {
        <= 3 => hits - 1,
        < 32 => 1 + BitOperations.Log2(hits),
        < 128 => 6,
        _ => 7,
    };
}
