// SPDX-License-Identifier: MIT
using Mare.Cli.Tests.Client;
using Mare.Cli.Tests.Programs;

namespace Mare.Cli.Tests.Connect;

/// <summary>Is a server on loopback that <c>mare connect</c> talks to.</summary>
internal sealed class ConnectServer : IAsyncDisposable
{
    private WebSocketServer? _server;

    public UpgradeRequest? Request { get; private set; }

    /// <summary>Gets the actor of the newest connection.</summary>
    public ServerActor? Actor { get; private set; }

    public string Url => $"ws://127.0.0.1:{_server!.EndPoints[0].Port}";

    /// <summary>Starts a server on port 0.</summary>
    public static async Task<ConnectServer> StartAsync(Action<WebSocketServerOptions>? configure = null, string? subprotocol = null)
    {
        var server = new ConnectServer();
        var options = new WebSocketServerOptions { Host = "127.0.0.1", Port = 0, Loops = 1 };
        configure?.Invoke(options);
        server._server = await WebSocketServer.StartAsync(
            options,
            request =>
            {
                server.Request = request;
                return request.Path == "/none" ? null : server.Actor = new ServerActor { Subprotocol = subprotocol };
            },
            TestContext.Current.CancellationToken);
        return server;
    }

    /// <summary>Starts the tool, connected to this server.</summary>
    public ChildProgram Connect(params string[] arguments) => ChildProgram.Start("mare.dll", ["connect", Url, .. arguments]);

    /// <summary>Runs the tool with some input to its end.</summary>
    public async Task<(int ExitCode, string Output, string Error)> RunAsync(string input, params string[] arguments)
    {
        using var mare = Connect(arguments);
        // Beside reading: both pipes may be full.
        var ended = mare.WaitAsync();
        await mare.WriteAsync(input);
        mare.EndInput();
        return await ended;
    }

    /// <summary>Waits for the end of the newest connection.</summary>
    public Task<(CloseStatus Status, string Reason)> ClosedAsync() =>
        Actor!.Closed.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync() => await _server!.StopAsync();
}
