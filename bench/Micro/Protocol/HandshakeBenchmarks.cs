// SPDX-License-Identifier: MIT
using System.Buffers;
using BenchmarkDotNet.Attributes;
using Mare.Protocol;

namespace Mare.Bench.Micro.Protocol;

/// <summary>An opening handshake, from the bytes of the request to the bytes of the answer: a small request, and a browser's.</summary>
[MemoryDiagnoser]
public class HandshakeBenchmarks
{
    private static readonly DateTimeOffset Date = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly HandshakeLimits Limits = new();

    private readonly ArrayBufferWriter<byte> _answer = new(4096);
    private byte[] _request = [];

    [Params(false, true)]
    public bool Browser { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var writer = new ArrayBufferWriter<byte>();
        var handshake = new ClientHandshake("chat.example.com", "/room/42?name=ada")
        {
            Origin = Browser ? "https://chat.example.com" : null,
            Extensions = Browser ? [new ExtensionOffer("permessage-deflate", new KeyValuePair<string, string?>("client_max_window_bits", null))] : [],
            Headers = Browser
                ?
                [
                    new("User-Agent", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"),
                    new("Accept-Encoding", "gzip, deflate, br, zstd"),
                    new("Accept-Language", "en-GB,en;q=0.9,de;q=0.8"),
                    new("Cache-Control", "no-cache"),
                    new("Pragma", "no-cache"),
                    new("Cookie", "session=6f9619ff8b86d011b42d00cf4fc964ff; theme=dark"),
                ]
                : [],
        };
        handshake.WriteRequest(writer);
        _request = writer.WrittenSpan.ToArray();
    }

    [Benchmark(Description = "read, check and answer")]
    public int ReadCheckAndAnswer()
    {
        using var reader = new RequestReader(Limits, ArrayPool<byte>.Shared);
        ReadOnlySpan<byte> data = _request;
        if (reader.Read(ref data) != RequestReadStatus.Complete) throw new InvalidOperationException(reader.ErrorDetail);
        var result = OpeningHandshake.Validate(reader.Head!);
        _answer.ResetWrittenCount();
        HandshakeResponse.WriteSwitchingProtocols(_answer, result.AcceptKey, null, null, null, Date);
        return _answer.WrittenCount;
    }

    [Benchmark(Description = "accept key (SHA-1 and base64)")]
    public string AcceptKey() => OpeningHandshake.ComputeAcceptKey("dGhlIHNhbXBsZSBub25jZQ==");
}
