// SPDX-License-Identifier: MIT
using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using Mare.Conformance.Servers;

namespace Mare.Conformance.Wire;

/// <summary>A TCP connection that sends exactly the bytes it is told to and reads with suspicion. It shares no code
/// with the library. Every read has a deadline, whose expiry tells the phase and what was seen so far.</summary>
internal sealed partial class RawClient : IDisposable
{
    /// <summary>How long a server may stay silent while something is due from it.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    private readonly Socket _socket;
    private readonly byte[] _buffer = new byte[64 * 1024];
    private readonly List<string> _seen = [];
    private int _start;
    private int _end;
    private long _sent;
    private long _received;

    private RawClient(Socket socket, string phase) => (_socket, Phase) = (socket, phase);

    /// <summary>What is being done, for failure messages.</summary>
    public string Phase { get; set; }

    public static async Task<RawClient> ConnectAsync(EchoServer server, string phase)
    {
        var socket = new Socket(server.Address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(server.Address).WaitAsync(Deadline);
            return new RawClient(socket, phase);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Connects and completes the opening handshake.</summary>
    public static async Task<RawClient> OpenAsync(EchoServer server, string phase)
    {
        var client = await ConnectAsync(server, $"{phase}, opening handshake");
        try
        {
            var request = HandshakeRequest.For(server);
            await client.SendAsync(request.ToBytes());
            await client.ExpectSwitchingProtocolsAsync(request);
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
                var count = await _socket.SendAsync(bytes).AsTask().WaitAsync(Deadline);
                _sent += count;
                bytes = bytes[count..];
            }
        }
        catch (TimeoutException)
        {
            Fail($"the server took no more bytes for {Deadline.TotalSeconds} s");
        }
        catch (SocketException error)
        {
            Fail($"sending failed with {error.SocketErrorCode}: the server did not keep reading until it was done");
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
    public void EndSending() => _socket.Shutdown(SocketShutdown.Send);

    /// <summary>Ends the TCP connection by a reset, as a crashed peer does.</summary>
    public void Reset()
    {
        _socket.LingerState = new LingerOption(enable: true, seconds: 0);
        _socket.Dispose();
    }

    /// <summary>True when the server has sent nothing that this client has not read.</summary>
    public bool IsQuiet => _start == _end && _socket.Available == 0;

    /// <summary>Reads the end of the stream: a FIN, nothing before it, and no reset.</summary>
    public async Task ExpectEndAsync()
    {
        if (_start < _end || await FillAsync("the end of the TCP stream"))
            Fail("the server sent more after its last frame or answer");
    }

    public void Dispose() => _socket.Dispose();

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
            var count = await _socket.ReceiveAsync(destination, deadline.Token);
            _received += count;
            return count;
        }
        catch (OperationCanceledException)
        {
            Fail($"no {what} within {Deadline.TotalSeconds} s");
        }
        catch (SocketException error)
        {
            Fail($"{error.SocketErrorCode} instead of {what}");
        }
        return 0;
    }
}
