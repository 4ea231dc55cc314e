// SPDX-License-Identifier: MIT
using System.Collections.Concurrent;
using Mare.Backends;
using Mare.Interop.Servers;

[assembly: AssemblyFixture(typeof(InteropServer))]

namespace Mare.Interop.Servers;

/// <summary>The server that all clients connect to: Mare on loopback, with its defaults, on a port that the system
/// chose. It remembers how each named connection ended.</summary>
public sealed class InteropServer : IAsyncLifetime
{
    /// <summary>A path that the server has no actor for.</summary>
    public const string MissingPath = "/missing";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, TaskCompletionSource<(CloseStatus Status, string Reason)>> _ends = [];
    private LoopbackServer? _server;
    private bool _isSecure;

    /// <summary>The server's URL, without a slash at its end.</summary>
    public string Url => $"{(_isSecure ? "wss" : "ws")}://{(_server ?? throw new InvalidOperationException("Not started.")).Address}";

    /// <summary>The server's URL for plain HTTP, without a slash at its end.</summary>
    public string HttpUrl => $"http{Url[2..]}";

    public ValueTask InitializeAsync() => InitializeAsync(CompressionMode.Off);

    /// <summary>Starts the server, as one that compresses.</summary>
    internal ValueTask InitializeAsync(CompressionMode mode) => InitializeAsync(
        o => o.Compression = new CompressionOptions { Mode = mode });

    /// <summary>Starts the server, with options of the test's own.</summary>
    internal async ValueTask InitializeAsync(Action<WebSocketServerOptions> configure)
    {
        var options = new WebSocketServerOptions { HttpHandler = PlainPages.AnswerAsync };
        configure(options);
        _isSecure = options.Tls is not null;
        _server = await LoopbackServer.StartAsync(
            options, request => request.Path == MissingPath ? null : new InteropActor(this, request.Path));
    }

    /// <summary>What the server has counted.</summary>
    internal WebSocketServerStatistics Statistics => _server!.Server.Statistics;

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
    }

    /// <summary>Waits until the connection that was opened on that path has ended, and tells how its actor was told.
    /// </summary>
    public async Task<(CloseStatus Status, string Reason)> EndOfAsync(string path)
    {
        try
        {
            return await EndOf(path).Task.WaitAsync(Deadline);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"no OnClosed of the connection on {path} within {Deadline.TotalSeconds} s");
        }
    }

    internal void Closed(string path, CloseStatus status, string reason) => EndOf(path).TrySetResult((status, reason));

    private TaskCompletionSource<(CloseStatus, string)> EndOf(string path) =>
        _ends.GetOrAdd(path, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
}
