// SPDX-License-Identifier: MIT
using System.Security.Cryptography;
using Mare.Fuzz.Targets;
using Mare.Protocol.Tests.Feeding;

namespace Mare.Fuzz.Corpora;

/// <summary>
/// Is a target's file of inputs, a line each: <c>name: input</c>. First those that somebody wrote, then those that the search
/// found, named by their hash, the shortest first.
/// </summary>
internal static class Corpus
{
    private const string FindPrefix = "find-";

    /// <summary>Reads the inputs of a target from the folder beside the program, or another.</summary>
    public static IReadOnlyList<CorpusInput> Read(FuzzTarget target, string? folder = null)
    {
        var inputs = new List<CorpusInput>();
        foreach (string line in File.ReadLines(PathOf(target, folder)))
        {
            if (line.StartsWith('#') || line.Length == 0)
                continue;
            string[] parts = line.Split(": ", 2);
            inputs.Add(new CorpusInput(parts[0], InputText.Read(parts.Length > 1 ? parts[1] : "", target.IsText)));
        }
        return inputs;
    }

    /// <summary>Writes the file anew: the inputs with a name of their own, then the finds.</summary>
    public static void Write(FuzzTarget target, string folder, IEnumerable<CorpusInput> inputs)
    {
        IEnumerable<CorpusInput> ordered = inputs.OrderBy(IsFind).ThenBy(input => IsFind(input) ? input.Bytes.Length : 0);
        File.WriteAllLines(
            PathOf(target, folder), ordered.Select(input => $"{input.Name}: {InputText.Write(input.Bytes, target.IsText)}"));
    }

    /// <summary>Says whether the search found it: it may be dropped when others show as much.</summary>
    public static bool IsFind(CorpusInput input) => input.Name.StartsWith(FindPrefix, StringComparison.Ordinal);

    /// <summary>Names what the search found.</summary>
    public static CorpusInput Find(byte[] bytes) => new(FindPrefix + Hex.Of(SHA256.HashData(bytes).AsSpan(0, 4)), bytes);

    private static string PathOf(FuzzTarget target, string? folder) => Path.Combine(
        folder ?? Path.Combine(AppContext.BaseDirectory, "corpus"), target.Name + (target.IsText ? ".txt" : ".hex"));
}

/// <summary>Is one input with its name.</summary>
internal sealed record CorpusInput(string Name, byte[] Bytes);
