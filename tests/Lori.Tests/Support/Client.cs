// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;

namespace Lori.Tests;

/// <summary>Is a plain blocking client; each wait has a deadline, past which it throws.</summary>
internal static class Client
{
    private const int DeadlineMilliseconds = 30_000;

    /// <summary>The deadline of everything that a test over real sockets waits for.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromMilliseconds(DeadlineMilliseconds);

    public static Socket Connect(EndPoint endPoint)
    {
        var family = endPoint.AddressFamily;
        var socket = new Socket(family, SocketType.Stream, family == AddressFamily.Unix ? ProtocolType.Unspecified : ProtocolType.Tcp)
        {
            ReceiveTimeout = DeadlineMilliseconds,
            SendTimeout = DeadlineMilliseconds,
        };
        socket.Connect(endPoint);
        return socket;
    }

    public static Socket Connect(string address, EndPoint at) =>
        Connect(new IPEndPoint(IPAddress.Parse(address), ((IPEndPoint)at).Port));

    /// <summary>Sends some bytes and expects them back.</summary>
    public static void AssertEchoes(Socket socket)
    {
        byte[] message = [1, 2, 3, 4, 5];
        socket.Send(message);
        var received = new byte[message.Length];
        for (var at = 0; at < received.Length;)
        {
            var length = socket.Receive(received.AsSpan(at));
            Assert.True(length > 0, $"the connection ended after {at} of {received.Length} bytes");
            at += length;
        }

        Assert.Equal(message, received);
    }

    public static void AssertEchoes(EndPoint endPoint)
    {
        using var socket = Connect(endPoint);
        AssertEchoes(socket);
    }

    /// <summary>Reads to the end; a reset throws.</summary>
    public static byte[] ReadToEnd(Socket socket)
    {
        var all = new List<byte>();
        var buffer = new byte[64 * 1024];
        for (var length = socket.Receive(buffer); length > 0; length = socket.Receive(buffer)) all.AddRange(buffer.AsSpan(0, length));
        return [.. all];
    }

    public static void AssertRefused(EndPoint endPoint) =>
        Assert.Equal(SocketError.ConnectionRefused, Assert.Throws<SocketException>(() => Connect(endPoint)).SocketErrorCode);
}
