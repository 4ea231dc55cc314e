// SPDX-License-Identifier: MIT
using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Net.Sockets;
using Mare.Conformance.Servers;
using Mare.Testing;

namespace Mare.Conformance.Wire;

/// <summary>A TCP connection that sends exactly the bytes it is told to and reads with suspicion. It shares no code
/// with the library. Every read has a deadline, whose expiry tells the phase and what was seen so far.</summary>
internal sealed partial class RawClient : IDisposable
{
    /// <summary>How long a server may stay silent while something is due from it.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    // So that a server that takes some of a large message, slowly, has its time for each part.
    private const int LargestWrite = 64 * 1024;

    private readonly Stream _network;
    private readonly Stream _stream; // the network's, or TLS over it
    private readonly byte[] _buffer = new byte[64 * 1024];
    private readonly List<string> _seen = [];
    private int _start;
    private int _end;
    private long _sent;
    private long _received;

    private RawClient(Stream network, Stream stream, string phase) => (_network, _stream, Phase) = (network, stream, phase);

    /// <summary>What is being done, for failure messages.</summary>
    public string Phase { get; set; }

    public static async Task<RawClient> ConnectAsync(EchoServer server, string phase)
    {
        var network = await server.ConnectAsync(Deadline);
        return new(network, await TlsUnderTest.SecureAsync(network, Deadline), phase);
    }

    /// <summary>What inflates the server's messages; null when no extension was agreed on.</summary>
    public ClientDeflate? Deflate { get; private set; }

    /// <summary>Connects and completes the opening handshake.</summary>
    public static Task<RawClient> OpenAsync(EchoServer server, string phase) =>
        OpenAsync(server, HandshakeRequest.For(server), null, phase);

    /// <summary>Connects and agrees on permessage-deflate, with the parameters that the answer must have.</summary>
    public static async Task<RawClient> OpenCompressedAsync(EchoServer server, string offer, string answer, string phase)
    {
        var request = HandshakeRequest.For(server).Add($"Sec-WebSocket-Extensions: {offer}");
        var client = await OpenAsync(server, request, answer, phase);
        client.Deflate = new ClientDeflate(answer.Contains("server_no_context_takeover", StringComparison.Ordinal));
        return client;
    }

    private static async Task<RawClient> OpenAsync(
        EchoServer server, HandshakeRequest request, string? extensions, string phase)
    {
        var client = await ConnectAsync(server, $"{phase}, opening handshake");
        try
        {
            await client.SendAsync(request.ToBytes());
            var answer = await client.ExpectSwitchingProtocolsAsync(request);
            Assert.Equal(extensions, answer["Sec-WebSocket-Extensions"]);
            client.Phase = phase;
            return client;
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            while (!bytes.IsEmpty)
            {
                var part = bytes[..Math.Min(bytes.Length, LargestWrite)];
                await _stream.WriteAsync(part).AsTask().WaitAsync(Deadline);
                _sent += part.Length;
                bytes = bytes[part.Length..];
            }
        }
        catch (TimeoutException)
        {
            Fail($"the server took no more bytes for {Deadline.TotalSeconds} s");
        }
        catch (IOException error)
        {
            Fail($"sending failed with {CodeOf(error)}: the server did not keep reading until it was done");
        }
    }

    public Task SendAsync(params Frame[] frames) => SendAsync(frames, Chops.None);

    public async Task SendAsync(IReadOnlyCollection<Frame> frames, Chops chops)
    {
        foreach (var bytes in chops.Cut(frames))
            await SendAsync(bytes);
    }

    /// <summary>Sends octet by octet, each in a write of its own.</summary>
    public async Task SendOctetsAsync(ReadOnlyMemory<byte> bytes)
    {
        for (var i = 0; i < bytes.Length; i++)
            await SendAsync(bytes.Slice(i, 1));
    }

    /// <summary>Ends this side's half of the TCP connection.</summary>
    public void EndSending()
    {
        // Without it the server would take the end for a cut: RFC 8446, section 6.1.
        if (_stream is SslStream secure) secure.ShutdownAsync().Wait(Deadline);
        if (_network is InMemoryStream memory) memory.ShutdownSend();
        else ((NetworkStream)_network).Socket.Shutdown(SocketShutdown.Send);
    }

    /// <summary>Ends the TCP connection by a reset, as a crashed peer does.</summary>
    public void Reset()
    {
        if (_network is InMemoryStream memory)
        {
            memory.Reset();
            return;
        }

        var socket = ((NetworkStream)_network).Socket;
        socket.LingerState = new LingerOption(enable: true, seconds: 0);
        socket.Dispose();
    }

    /// <summary>True when the server has sent nothing that this client has not read.</summary>
    public bool IsQuiet => _start == _end
        && !(_network is InMemoryStream memory ? memory.DataAvailable : ((NetworkStream)_network).DataAvailable);

    /// <summary>Reads the end of the stream: a FIN, nothing before it, and no reset.</summary>
    public async Task ExpectEndAsync()
    {
        if (_start < _end || await FillAsync("the end of the TCP stream"))
            Fail("the server sent more after its last frame or answer");
    }

    public void Dispose()
    {
        Deflate?.Dispose();
        _stream.Dispose();
    }

    [DoesNotReturn]
    public void Fail(string what)
    {
        var unread = Convert.ToHexString(_buffer.AsSpan(_start, Math.Min(_end - _start, 64)));
        Assert.Fail($"""
            {what}
              phase:    {Phase}
              sent:     {_sent} octets
              received: {_received} octets, of which {_end - _start} unread {unread}
              seen:     {(_seen.Count == 0 ? "nothing" : string.Join(", ", _seen.TakeLast(12)))}
            """);
        throw new InvalidOperationException(what);
    }

    private async Task<byte> ReadOctetAsync(string what)
    {
        if (_start == _end && !await FillAsync(what))
            Fail($"the stream ended before {what}");
        return _buffer[_start++];
    }

    private async Task ReadExactlyAsync(Memory<byte> destination, string what)
    {
        var buffered = Math.Min(destination.Length, _end - _start);
        _buffer.AsMemory(_start, buffered).CopyTo(destination);
        _start += buffered;
        for (var rest = destination[buffered..]; !rest.IsEmpty;)
        {
            var count = await ReceiveAsync(rest, what);
            if (count == 0)
                Fail($"the stream ended within {what}, {rest.Length} octets short");
            rest = rest[count..];
        }
    }

    /// <summary>Refills the empty buffer; false at the end of the stream.</summary>
    private async Task<bool> FillAsync(string what)
    {
        _start = 0;
        _end = 0;
        _end = await ReceiveAsync(_buffer, what);
        return _end > 0;
    }

    private async Task<int> ReceiveAsync(Memory<byte> destination, string what)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        try
        {
            var count = await _stream.ReadAsync(destination, deadline.Token);
            _received += count;
            return count;
        }
        catch (OperationCanceledException)
        {
            Fail($"no {what} within {Deadline.TotalSeconds} s");
        }
        catch (IOException error)
        {
            Fail($"{CodeOf(error)} instead of {what}");
        }
        return 0;
    }

    private static string CodeOf(IOException error) => (error.InnerException as SocketException)?.SocketErrorCode.ToString() ?? error.Message;
}
