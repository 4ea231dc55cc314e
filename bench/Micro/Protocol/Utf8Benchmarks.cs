// SPDX-License-Identifier: MIT
using System.Text;
using BenchmarkDotNet.Attributes;
using Mare.Protocol;

namespace Mare.Bench.Micro.Protocol;

/// <summary>The check of a text message: plain ASCII, and characters of two to four bytes.</summary>
[MemoryDiagnoser]
public class Utf8Benchmarks
{
    private byte[] _ascii = [];
    private byte[] _mixed = [];

    [Params(20, 1024, 64 * 1024)]
    public int Size { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _ascii = Fill("The quick brown fox. "u8);
        _mixed = Fill("äß € \U0001F40E ж漢字 "u8);
    }

    [Benchmark(Description = "ASCII")]
    public bool Ascii() => Validate(_ascii);

    [Benchmark(Description = "two to four bytes a character")]
    public bool Mixed() => Validate(_mixed);

    private static bool Validate(byte[] text)
    {
        var validator = default(Utf8Validator);
        return validator.Append(text) && validator.IsComplete;
    }

    /// <summary>Repeats a text up to the size; spaces take the place of a character that would be cut.</summary>
    private byte[] Fill(ReadOnlySpan<byte> text)
    {
        var bytes = new byte[Size];
        bytes.AsSpan().Fill((byte)' ');
        var length = 0;
        while (true)
        {
            foreach (var rune in Encoding.UTF8.GetString(text).EnumerateRunes())
            {
                if (length + rune.Utf8SequenceLength > Size) return bytes;
                length += rune.EncodeToUtf8(bytes.AsSpan(length));
            }
        }
    }
}
