// SPDX-License-Identifier: MIT
using System.Buffers;
using System.Text;
using BenchmarkDotNet.Attributes;
using Mare.Protocol;

namespace Mare.Bench.Micro.Protocol;

/// <summary>permessage-deflate of text that looks like JSON: a message compressed, and a compressed frame read.</summary>
[MemoryDiagnoser]
public class DeflateBenchmarks
{
    // What the server uses unless told otherwise.
    private const int Level = 1;

    private readonly DeflateCodecs _codecs = new(DeflateProvider.Default, Level, ArrayPool<byte>.Shared);
    private PerMessageDeflate? _deflate;
    private WebSocketProtocol? _reader;
    private byte[] _message = [];
    private byte[] _frame = [];

    [Params(1024, 16 * 1024)]
    public int Size { get; set; }

    [Params(false, true)]
    public bool ContextTakeover { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var text = new StringBuilder();
        for (var i = 0; text.Length < Size; i++) text.Append(System.Globalization.CultureInfo.InvariantCulture, $"{{\"id\":{i * 7919},\"user\":\"ada{i}\",\"text\":\"message {i * 31} of many\"}},");
        _message = Encoding.ASCII.GetBytes(text.ToString(0, Size));
        var agreement = new DeflateAgreement { ServerNoContextTakeover = !ContextTakeover, ClientNoContextTakeover = !ContextTakeover };
        _deflate = new PerMessageDeflate(agreement, Role.Server, _codecs);
        // Compressed by itself, so that the same frame can come again and again; unmasked, so that reading leaves it as it is.
        using var alone = new PerMessageDeflate(new DeflateAgreement { ServerNoContextTakeover = true }, Role.Server, _codecs);
        alone.TryDeflate(_message, out var deflated);
        _frame = new byte[FrameWriter.MaxHeaderSize + deflated.Length];
        var header = FrameWriter.WriteHeader(_frame, Opcode.Text, fin: true, deflated.Length, maskingKey: null, rsv1: true);
        deflated.CopyTo(_frame.AsSpan(header));
        _frame = _frame[..(header + deflated.Length)];
        _reader = new WebSocketProtocol(Role.Client, MessageLimits.Default, ArrayPool<byte>.Shared, budget: null);
        _reader.HandshakeCompleted(new PerMessageDeflate(agreement, Role.Client, _codecs));
    }

    [Benchmark(Description = "compress")]
    public int Compress()
    {
        _deflate!.TryDeflate(_message, out var deflated);
        return deflated.Length;
    }

    [Benchmark(Description = "read, inflated")]
    public int Read()
    {
        var data = _frame.AsSpan();
        _reader!.TryRead(ref data, out var e);
        var length = e.Payload.Length;
        _reader.TryRead(ref data, out _);
        return length;
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _deflate!.Dispose();
        _reader!.Dispose();
        _codecs.Dispose();
    }
}
