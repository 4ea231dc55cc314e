// SPDX-License-Identifier: MIT
using System.Collections.Concurrent;
using Lori;
using Mare.Backends;

namespace Mare.Interop.Proxies;

/// <summary>Is a server on a loopback port that stands behind a proxy on 127.0.0.1: echoes, and says who it is and what it saw.</summary>
internal sealed class ProxiedServer : IAsyncDisposable
{
    private readonly string _name;
    private readonly TaskCompletionSource _checked = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ProxiedServer(string name) => _name = name;

    public WebSocketServer Server { get; private set; } = null!;

    public int Port => Server.EndPoints[0].Port;

    /// <summary>Gets a task that ends when a health check has come.</summary>
    public Task Checked => _checked.Task;

    /// <summary>Gets the requests that were accepted.</summary>
    public ConcurrentQueue<UpgradeRequest> Requests { get; } = [];

    public static async Task<ProxiedServer> StartAsync(string name, Action<WebSocketServerOptions> configure)
    {
        Assert.SkipUnless(
            Enum.TryParse<BackendKind>(LoopbackServer.BackendName, ignoreCase: true, out var backend),
            "A strand does not listen: it is behind nothing.");
        var options = new WebSocketServerOptions { Host = "127.0.0.1", Port = 0, Backend = backend };
        configure(options);
        var proxied = new ProxiedServer(name);
        options.HttpHandler = (request, _) =>
        {
            proxied._checked.TrySetResult();
            return request.Path == "/health" ? PlainResponse.Health(request) : PlainResponse.FromResponse(null);
        };
        proxied.Server = await WebSocketServer.StartAsync(options, request =>
        {
            proxied.Requests.Enqueue(request);
            return new Actor(proxied._name);
        });
        return proxied;
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    private sealed class Actor(string name) : WebSocketServerActor
    {
        protected override void OnOpen() => Connection.SendText(name);

        protected override void OnTextMessageUtf8(ReadOnlySpan<byte> utf8) => Connection.SendText(utf8);

        protected override void OnBinaryMessage(ReadOnlySpan<byte> data) => Connection.SendBinary(data);
    }
}
