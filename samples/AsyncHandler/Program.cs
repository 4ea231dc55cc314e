// SPDX-License-Identifier: MIT
using System.Globalization;
using AsyncHandler;
using Mare;

var port = args switch
{
    [] => 8080,
    ["--port", var text] when ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) => number,
    _ => -1,
};
if (port < 0)
{
    await Console.Error.WriteLineAsync("Usage: AsyncHandler [--port NUMBER]");
    return 2;
}

try
{
    // The service that the actors ask stands for any: it speaks HTTP on loopback, and takes its time.
    using var service = WeatherService.Start();
    using var http = new HttpClient { BaseAddress = service.Address };
    await using var server = await WebSocketServer.StartAsync(
        new WebSocketServerOptions { Port = port }, request => new WeatherActor(http));

    Console.WriteLine($"Listening on ws://localhost:{server.EndPoints[0].Port} - send a city: {string.Join(", ", WeatherService.Cities)}. Ctrl-C stops.");
    await server.WaitForShutdownAsync();
    return 0;
}
catch (Lori.ListenException e)
{
    await Console.Error.WriteLineAsync(e.Message);
    return 1;
}
