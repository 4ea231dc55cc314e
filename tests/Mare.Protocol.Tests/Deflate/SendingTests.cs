// SPDX-License-Identifier: MIT
using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Xunit;

namespace Mare.Protocol.Tests.Deflate;

/// <summary>RFC 7692 section 7.2.1: messages as they are compressed, read by .NET's own streams.</summary>
public sealed class SendingTests
{
    private static readonly byte[] Json = Encoding.UTF8.GetBytes(
        string.Join(',', Enumerable.Range(0, 40).Select(i => $$"""{"id":{{i}},"name":"mare","tags":["a","b"]}""")));

    public static TheoryData<bool, int> Codecs => new()
    {
        { true, 1 },
        { true, 6 },
        { true, 9 },
        { false, 1 },
        { false, 6 },
    };

    [Theory]
    [MemberData(nameof(Codecs))]
    public void Messages_WithTakeover_ReferToEachOther(bool native, int level)
    {
        using var codecs = Make(native, level);
        using var deflate = new PerMessageDeflate(DeflateFeeder.Takeover, Role.Server, codecs);
        byte[] first = Compress(deflate, Json);
        byte[] second = Compress(deflate, Json);
        Assert.True(second.Length < first.Length / 2, $"{first.Length}, then {second.Length} bytes.");
        Assert.Equal([.. Json, .. Json], Peer.Inflate([first, second]));
    }

    [Theory]
    [MemberData(nameof(Codecs))]
    public void Messages_WithoutTakeover_StandForThemselves(bool native, int level)
    {
        using var codecs = Make(native, level);
        using var deflate = new PerMessageDeflate(DeflateFeeder.NoTakeover, Role.Server, codecs);
        using var other = new PerMessageDeflate(DeflateFeeder.NoTakeover, Role.Server, codecs);
        byte[] first = Compress(deflate, Json);
        byte[] second = Compress(other, Json);
        Assert.Equal(Json, Peer.Inflate([first]));
        Assert.Equal(Json, Peer.Inflate([second]));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Empty_IsOneZeroByte(bool native)
    {
        using var codecs = Make(native, 6);
        using var deflate = new PerMessageDeflate(DeflateFeeder.Takeover, Role.Server, codecs);
        Assert.Equal([0], Compress(deflate, []));
        Assert.Equal(Json, Peer.Inflate([Compress(deflate, Json), Compress(deflate, [])]));
        Assert.Equal([0], Compress(deflate, []));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Noise_OfEverySize_ComesBack(bool native)
    {
        using var codecs = Make(native, 1);
        using var deflate = new PerMessageDeflate(DeflateFeeder.Takeover, Role.Server, codecs);
        var messages = new List<byte[]>();
        foreach (int size in new[] { 1, 100, 4080, 4090, 4096, 65_536, 1_000_000 })
            messages.Add(RandomNumberGenerator.GetBytes(size));
        Assert.Equal(messages.SelectMany(m => m), Peer.Inflate([.. messages.Select(m => Compress(deflate, m))]));
    }

    [Fact]
    public void Noise_WithoutTakeover_GoesUncompressed()
    {
        using var codecs = Make(native: true, 6);
        using var deflate = new PerMessageDeflate(DeflateFeeder.NoTakeover, Role.Server, codecs);
        Assert.False(deflate.TryDeflate(RandomNumberGenerator.GetBytes(500), out _));
        Assert.Equal(Json, Peer.Inflate([Compress(deflate, Json)]));
    }

    public static MatrixTheoryData<int, int> Windows => new([9, 10, 12, 15], [1, 6, 9]);

    [Theory]
    [MemberData(nameof(Windows))]
    public void Window_AsAgreed_IsNotReachedBeyond(int bits, int level)
    {
        // The same noise again, farther back than the window reaches: it may not be found.
        byte[] noise = RandomNumberGenerator.GetBytes(300);
        byte[] apart = [.. noise, .. RandomNumberGenerator.GetBytes((1 << bits) - 100), .. noise];
        using var codecs = Make(native: true, level);
        var agreement = new DeflateAgreement { ServerMaxWindowBits = bits };
        using var deflate = new PerMessageDeflate(agreement, Role.Server, codecs);
        byte[] deflated = Compress(deflate, apart);
        Assert.True(deflated.Length >= apart.Length - 64, $"{apart.Length} bytes became {deflated.Length}.");
        using var inflater = DeflateProvider.Native.CreateInflater(bits);
        ReadOnlySpan<byte> input = deflated;
        byte[] back = new byte[apart.Length + 1];
        Assert.Equal(OperationStatus.NeedMoreData, inflater.Inflate(ref input, back, out int written));
        Assert.Equal(apart, back[..written]);
    }

    [Fact]
    public void Steady_AllocatesNothing()
    {
        using var codecs = Make(native: true, 1);
        using var deflate = new PerMessageDeflate(DeflateFeeder.NoTakeover, Role.Server, codecs);
        using var protocol = new WebSocketProtocol(
            Role.Server, MessageLimits.Default, ArrayPool<byte>.Shared, new PartialMessageBudget(long.MaxValue));
        protocol.HandshakeCompleted(new PerMessageDeflate(DeflateFeeder.NoTakeover, Role.Server, codecs));
        byte[] wire = DeflateFeeder.Compressed(Peer.Deflate(Json));
        byte[] received = new byte[wire.Length];
        Turn();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
            Turn();
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        void Turn()
        {
            wire.CopyTo(received, 0);
            Span<byte> data = received;
            if (!protocol.TryRead(ref data, out ProtocolEvent e) || e.Payload.Length != Json.Length)
                Assert.Fail("The message did not come back.");
            if (!deflate.TryDeflate(e.Payload, out ReadOnlySpan<byte> deflated) || deflated.Length > Json.Length)
                Assert.Fail("The message was not compressed.");
            protocol.TryRead(ref data, out _);
        }
    }

    private static DeflateCodecs Make(bool native, int level) =>
        new(native ? DeflateProvider.Native : DeflateProvider.Streams, level, ArrayPool<byte>.Shared);

    private static byte[] Compress(PerMessageDeflate deflate, byte[] message)
    {
        Assert.True(deflate.TryDeflate(message, out ReadOnlySpan<byte> deflated));
        return deflated.ToArray();
    }
}
