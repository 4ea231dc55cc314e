// SPDX-License-Identifier: MIT
namespace Mare.Tests.Docs.PlainHttp;

internal static class Program
{
    public static WebSocketServerOptions Site(StaticFiles pages) => new()
    {
        Host = "localhost",
        Port = 8080,
        HttpHandler = (request, _) => request.Path switch
        {
            "/healthz" => PlainResponse.Health(request),
            _ => pages.Find(request),
        },
    };

    public static async Task RunAsync()
    {
        var pages = StaticFiles.FromFolder("wwwroot");
        await using var server = await WebSocketServer.StartAsync(
            Site(pages), request => request.Path == "/chat" ? new Echo() : null);
        await server.WaitForShutdownAsync();
    }
}

sealed class Echo : WebSocketServerActor
{
    protected override void OnTextMessageUtf8(ReadOnlySpan<byte> utf8) => Connection.SendText(utf8);
}

sealed class Reports(Func<string, CancellationToken, Task<byte[]>> load)
{
    public async ValueTask<PlainResponse?> AnswerAsync(PlainRequest request, CancellationToken cancellationToken)
    {
        if (request.Path != "/report") return null;                       // 404
        var json = await load(request.QueryString, cancellationToken);    // back on the connection's loop
        return new PlainResponse(200, json, "application/json", [new("Cache-Control", "max-age=60")]);
    }
}

sealed class Counter
{
    private int _version;

    public void Count() => Interlocked.Increment(ref _version);

    public PlainResponse Answer(PlainRequest request) =>
        new(200, System.Text.Encoding.UTF8.GetBytes($"{_version}\n"), "text/plain", [new("ETag", $"\"{_version}\"")]);
}

public sealed class PlainHttpTests
{
    [Fact]
    public void Site_OfTheGuide_ServesPagesHealthAndTheEndpoint()
    {
        var pages = StaticFiles.FromMemory([new("index.html", "<p>hello"u8.ToArray())]);
        using var server = new MemoryServer(
            configure: o => o.HttpHandler = Program.Site(pages).HttpHandler, factory: static r => r.Path == "/chat" ? new Echo() : null);
        var client = server.Request(Requests.Get("/healthz"));
        Assert.Equal("ok\n", client.ReadPlain().Body);
        client.Send(Requests.Get("/"));
        Assert.Equal("<p>hello", client.ReadPlain().Body);
        client.Send(Requests.Upgrade("/chat"), ClientFrames.Text("hi"));
        Assert.Equal(101, client.ReadAnswer().Status);
        Assert.Equal("hi", client.ReadFrame().Text);
    }

    [Fact]
    public void Reports_OfTheGuide_AreAnsweredWhenTheyAreThere()
    {
        var loaded = new TaskCompletionSource<byte[]>();
        var reports = new Reports((_, _) => loaded.Task);
        using var server = new MemoryServer(configure: o => o.HttpHandler = reports.AnswerAsync);
        var client = server.Request([.. Requests.Get("/report?day=1"), .. Requests.Get("/other")]);
        Assert.Equal(0, client.Peer.TotalReceived);
        loaded.SetResult("[]"u8.ToArray());
        server.Run();
        Assert.Equal(("[]", "max-age=60"), (client.ReadPlain() is var report ? report.Body : "", report["Cache-Control"]));
        Assert.Equal(404, client.ReadPlain().Status);
    }

    [Fact]
    public void Counter_OfTheGuide_IsSentWhenItHasChanged()
    {
        var counter = new Counter();
        using var server = new MemoryServer(configure: o => o.HttpHandler = (request, _) => counter.Answer(request));
        var client = server.Request(Requests.Get("/", "If-None-Match: \"0\""));
        Assert.Equal(304, client.ReadPlain().Status);
        counter.Count();
        client.Send(Requests.Get("/", "If-None-Match: \"0\""));
        Assert.Equal("1\n", client.ReadPlain().Body);
    }
}
