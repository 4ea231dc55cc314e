// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using Lori;

namespace Mare.Backends;

/// <summary>
/// Runs a server on a loopback port, on the backend that the environment variable <c>MARE_TEST_BACKEND</c> names: a
/// <see cref="BackendKind"/>, or <c>strand</c>, where each accepted socket is a NetworkStream on which
/// <see cref="WebSocketServer.ServeAsync(Stream, EndPoint?, EndPoint?)"/> lays a connection. Compiled into each suite that
/// runs on all of them.
/// </summary>
internal sealed class LoopbackServer : IAsyncDisposable
{
    private const string Variable = "MARE_TEST_BACKEND";
    private const string Strand = "strand";

    private readonly WebSocketServer _server;
    private readonly Socket? _listener;
    private readonly Task _accepting;

    private LoopbackServer(WebSocketServer server, Socket? listener)
    {
        _server = server;
        _listener = listener;
        Address = (IPEndPoint)(listener?.LocalEndPoint ?? server.EndPoints[0].Address);
        _accepting = listener is null ? Task.CompletedTask : AcceptAsync(listener);
    }

    /// <summary>Gets the name of the backend; where nothing is said, that of any server, which LORI_BACKEND may choose.</summary>
    public static string BackendName => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } name ? name : nameof(BackendKind.Auto);

    /// <summary>Gets where to connect.</summary>
    public IPEndPoint Address { get; }

    /// <summary>Gets the server itself.</summary>
    public WebSocketServer Server => _server;

    public static async Task<LoopbackServer> StartAsync(
        WebSocketServerOptions options, Func<UpgradeRequest, WebSocketActor?> createActor)
    {
        if (BackendName == Strand) return StartOnStrands(options, createActor);
        options.Backend = Enum.TryParse<BackendKind>(BackendName.Replace("_", "", StringComparison.Ordinal), ignoreCase: true, out var kind)
            ? kind
            : throw new NotSupportedException($"{Variable} is \"{BackendName}\", on which this suite cannot run.");
        if (kind == BackendKind.IoUring) IoUringMachine.SkipUnlessAllowed();
        (options.Host, options.Port) = ("127.0.0.1", 0);
        return new LoopbackServer(await WebSocketServer.StartAsync(options, createActor), null);
    }

    public async ValueTask DisposeAsync()
    {
        _listener?.Dispose();
        await _accepting;
        await _server.DisposeAsync();
    }

    private static LoopbackServer StartOnStrands(WebSocketServerOptions options, Func<UpgradeRequest, WebSocketActor?> createActor)
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        return new LoopbackServer(WebSocketServer.Create(options, createActor), listener);
    }

    private async Task AcceptAsync(Socket listener)
    {
        while (true)
        {
            Socket socket;
            try
            {
                socket = await listener.AcceptAsync();
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // The listener is disposed of.
                return;
            }

            socket.NoDelay = true;
            _ = _server.ServeAsync(new NetworkStream(socket, ownsSocket: true));
        }
    }
}
