// SPDX-License-Identifier: MIT
using System.Globalization;
using Backpressure;
using Mare;

var seconds = args switch
{
    [] => 9,
    ["--seconds", var text] when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= 3600 => number,
    _ => -1,
};
if (seconds < 0)
{
    await Console.Error.WriteLineAsync("Usage: Backpressure [--seconds NUMBER]");
    return 2;
}

// One connection: the actor sends as fast as it may, the client reads slowly, then not at all, then as fast as it can.
using var reader = new SlowReader();
var opened = new TaskCompletionSource<Producer>();
await using var server = await WebSocketServer.StartAsync(
    new WebSocketServerOptions { Port = 0, Loops = 1 }, request => new Producer(opened, reader));

Console.WriteLine("    time    produced   waiting here   the producer is   the reader     read");
await reader.ConnectAsync(server.EndPoints[0].Port);
var producer = await opened.Task;
var third = TimeSpan.FromSeconds(seconds / 3.0);
await reader.ReadSlowlyAsync(third);
await reader.SleepAsync(third);
var end = reader.ReadToEndAsync();
await Task.Delay(third);

// What was accepted goes out before the close frame, however slow the peer is.
producer.Connection.Close();
await end;
var (produced, most) = await producer.Done;
Console.WriteLine($"{produced} messages produced, {reader.Messages} read. At most {most / 1024} KB waited here at a time.");
return produced == reader.Messages ? 0 : 1;
