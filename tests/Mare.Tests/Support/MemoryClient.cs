// SPDX-License-Identifier: MIT
using Mare.Protocol;
using Mare.Testing;

namespace Mare.Tests;

/// <summary>Is a client of a <see cref="MemoryServer"/>: what it sends is dealt with, to the end, before the call returns.</summary>
internal sealed class MemoryClient(MemoryServer server, InMemoryPeer peer)
{
    private byte[] _unread = [];

    public InMemoryPeer Peer => peer;

    /// <summary>Gets or sets whether the server may set RSV1.</summary>
    public bool Deflates { get; set; }

    public bool IsEnded => peer.IsEndOfStream || peer.WasReset;

    public void Send(params ReadOnlySpan<byte[]> parts)
    {
        foreach (var part in parts) peer.Send(part);
        server.Run();
    }

    /// <summary>Ends this client without a close frame.</summary>
    public void Leave()
    {
        peer.Close();
        server.Run();
    }

    public void Reset()
    {
        peer.Reset();
        server.Run();
    }

    public void ResumeReading()
    {
        peer.ResumeReading();
        server.Run();
    }

    /// <summary>Takes the answer to the handshake, which must be there.</summary>
    public HttpAnswer ReadAnswer()
    {
        var data = Received();
        var answer = HttpAnswer.TryRead(ref data);
        Assert.NotNull(answer);
        _unread = data.ToArray();
        return answer;
    }

    /// <summary>Takes the next answer to a plain request, which must be there, whole.</summary>
    public HttpAnswer ReadPlain(bool isHead = false)
    {
        var data = Received();
        var answer = HttpAnswer.TryReadPlain(ref data, isHead);
        Assert.NotNull(answer);
        _unread = data.ToArray();
        return answer;
    }

    /// <summary>Takes the last answer to a plain request, and sees the end of TCP behind it.</summary>
    public HttpAnswer ReadPlainAndEnd(bool isHead = false)
    {
        var answer = ReadPlain(isHead);
        Assert.Equal("close", answer["Connection"]);
        AssertNothingFollows();
        Assert.True(peer.IsEndOfStream, "TCP did not end behind the answer.");
        return answer;
    }

    /// <summary>Sees that nothing came that was not taken.</summary>
    public void AssertNothingFollows() => Assert.Equal("", System.Text.Encoding.Latin1.GetString(Received()));

    /// <summary>Takes all frames that came since the last call.</summary>
    public IReadOnlyList<ServerFrame> ReadFrames()
    {
        var data = Received();
        var frames = new List<ServerFrame>();
        while (ServerFrame.TryRead(ref data, out var frame, Deflates)) frames.Add(frame);
        _unread = data.ToArray();
        return frames;
    }

    /// <summary>Takes the one frame that came since the last call.</summary>
    public ServerFrame ReadFrame() => Assert.Single(ReadFrames());

    /// <summary>Takes the close frame that came last, and sees the end of TCP behind it.</summary>
    public ServerFrame ReadCloseAndEnd()
    {
        var frame = ReadFrames()[^1];
        Assert.Equal(Opcode.Close, frame.Opcode);
        Assert.True(peer.IsEndOfStream, "TCP did not end behind the close frame.");
        return frame;
    }

    private ReadOnlySpan<byte> Received() => _unread = [.. _unread, .. peer.ReceiveAll()];
}
