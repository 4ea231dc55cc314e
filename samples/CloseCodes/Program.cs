// SPDX-License-Identifier: MIT
using CloseCodes;
using Mare;

// Ends a connection in each way there is, and prints what the actor heard of it.
Console.WriteLine($"{"What happens",-47}{"OnClosed says",-23}{"ClosedBy",-10}{"Cleanly",-9}Reason");
foreach (var way in Ways.All)
{
    var ending = new TaskCompletionSource<Ending>();
    var options = new WebSocketServerOptions
    {
        Port = 0,
        Loops = 1,
        MaxMessageSize = 1000,
        IdleTimeout = way.IdleTimeout,
        CloseTimeout = way.CloseTimeout,
    };
    await using var server = await WebSocketServer.StartAsync(options, request => new Obedient(ending));
    await way.RunAsync(server);
    var (status, reason, closedBy, cleanly) = await ending.Task.WaitAsync(TimeSpan.FromSeconds(30));
    var says = status.IsOther() ? $"{(int)status}" : $"{(int)status} {status}";
    Console.WriteLine($"{way.What,-47}{says,-23}{closedBy,-10}{(cleanly ? "yes" : "no"),-9}{reason}".TrimEnd());
}
