// SPDX-License-Identifier: MIT
using System.Buffers;
using System.Net.Sockets;
using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using Mare.Protocol;

namespace Mare.Bench.Micro.Server;

/// <summary>
/// A binary echo through a whole server on a real socket, several messages at once. Its time is mostly the kernel's; what
/// counts is the memory, which is that of all threads: a message must allocate nothing.
/// </summary>
[MemoryDiagnoser]
public class EchoBenchmarks
{
    private const int Batch = 32;

    private WebSocketServer? _server;
    private Socket? _client;
    private byte[] _request = [];
    private byte[] _echo = [];

    [Params(20, 1024, 64 * 1024)]
    public int Size { get; set; }

    [GlobalSetup]
    public async Task SetupAsync()
    {
        _server = await WebSocketServer.StartAsync(
            new WebSocketServerOptions { Host = "127.0.0.1", Port = 0, Loops = 1 }, static _ => new EchoActor());
        _client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        // Not ConnectAsync: after it the socket's blocking calls go through the thread pool, which allocates.
        _client.Connect(_server.EndPoints[0].Address);
        var handshake = new ArrayBufferWriter<byte>();
        new ClientHandshake("127.0.0.1", "/").WriteRequest(handshake);
        _client.Send(handshake.WrittenSpan);
        ReadHead(_client);
        var frame = new byte[FrameWriter.HeaderSize(Size, masked: true) + Size];
        FrameWriter.WriteFrame(frame, Opcode.Binary, fin: true, RandomNumberGenerator.GetBytes(Size), Masking.NewKey());
        // A blocking client sends all before it reads: what is under way must fit the sockets' buffers.
        var atOnce = Size > 1024 ? 1 : Batch;
        _request = [.. Enumerable.Repeat(frame, atOnce).SelectMany(f => f)];
        _echo = new byte[atOnce * (FrameWriter.HeaderSize(Size, masked: false) + Size)];
    }

    [Benchmark(Description = "echo through a server", OperationsPerInvoke = Batch)]
    public void Echo()
    {
        var bytes = Batch * (FrameWriter.HeaderSize(Size, masked: true) + Size);
        for (var sent = 0; sent < bytes; sent += _request.Length)
        {
            _client!.Send(_request);
            for (var received = 0; received < _echo.Length;) received += _client.Receive(_echo.AsSpan(received));
        }
    }

    [GlobalCleanup]
    public async Task CleanupAsync()
    {
        _client!.Dispose();
        await _server!.DisposeAsync();
    }

    private static void ReadHead(Socket socket)
    {
        var head = new List<byte>();
        var one = new byte[1];
        while (!head.TakeLast(4).SequenceEqual("\r\n\r\n"u8.ToArray()))
        {
            if (socket.Receive(one) == 0) throw new InvalidOperationException("The server refused the handshake.");
            head.Add(one[0]);
        }
    }

    private sealed class EchoActor : WebSocketServerActor
    {
        protected override void OnBinaryMessage(ReadOnlySpan<byte> data) => Connection.SendBinary(data);
    }
}
