// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Security.Cryptography;
using Mare;
using RequestFilter;

var port = args switch
{
    [] => 8080,
    ["--port", var text] when ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) => number,
    _ => -1,
};
if (port < 0)
{
    await Console.Error.WriteLineAsync("Usage: RequestFilter [--port NUMBER]");
    return 2;
}

var token = RandomNumberGenerator.GetHexString(16, lowercase: true);
try
{
    // The path says which class of actor the connection is; null answers 404.
    await using var server = await WebSocketServer.StartAsync(
        new WebSocketServerOptions
        {
            Port = port,
            // A browser lets any page open a WebSocket to any server and says, in Origin, whose page it is. Pages of this
            // server pass, and those of a development server beside it; what is no browser sends no Origin.
            AllowedOrigins = ["http://localhost:3000"],
            // A foreign name that is made to point at this machine is not answered.
            AllowedHosts = ["localhost", "127.0.0.1", "[::1]"],
        },
        request => request.Path switch
        {
            "/echo" => new Echo(),
            "/clock" => new Clock(),
            "/admin" => new Admin(token),
            _ => null,
        });

    var url = $"ws://localhost:{server.EndPoints[0].Port}";
    Console.WriteLine($"Listening on {url} - Ctrl-C stops.");
    Console.WriteLine($"  {url}/echo                           from pages of this server and of http://localhost:3000, and from programs");
    Console.WriteLine($"  {url}/clock                          with the subprotocol \"clock.iso\" or \"clock.unix\"");
    Console.WriteLine($"  {url}/admin                          with this run's token, {token}");
    await server.WaitForShutdownAsync();
    return 0;
}
catch (Lori.ListenException e)
{
    await Console.Error.WriteLineAsync(e.Message);
    return 1;
}
