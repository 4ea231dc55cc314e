// SPDX-License-Identifier: MIT
using Chat;
using Lori;
using Mare;

if (!Arguments.TryParse(args, out var host, out var port))
{
    await Console.Error.WriteLineAsync("Usage: Chat [--host NAME] [--port NUMBER]   (--host * for other devices of your network)");
    return 2;
}

// The room is an actor on one of the loops; the connections live on all of them.
using var loops = new EventLoopGroup();
var room = new Room(loops.Next());
var page = StaticFiles.FromResources(typeof(Room).Assembly, "wwwroot/", Page.Options);
try
{
    await using var server = await WebSocketServer.StartAsync(
        new WebSocketServerOptions
        {
            Host = host,
            Port = port,
            EventLoops = loops,
            MaxMessageSize = 16 * 1024,
            HttpHandler = (request, _) => request.Path == "/healthz" ? PlainResponse.Health(request) : page.Find(request),
        },
        request => request.Path == "/chat" ? new ChatActor(room) : null);

    Console.WriteLine($"Chat on {string.Join(" and ", Page.UrlsOf(host, server.EndPoints[0].Port))}");
    await server.WaitForShutdownAsync();
    return 0;
}
catch (ListenException e)
{
    await Console.Error.WriteLineAsync(e.Message);
    return 1;
}
