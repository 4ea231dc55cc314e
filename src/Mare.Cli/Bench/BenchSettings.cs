// SPDX-License-Identifier: MIT
namespace Mare.Cli.Bench;

/// <summary>Is what the command line of <c>mare bench</c> asks for.</summary>
internal sealed record BenchSettings
{
    public required BenchTarget Target { get; init; }

    public BenchScenario Scenario { get; init; }

    /// <summary>Gets how many connections, 1 or more.</summary>
    public int Connections { get; init; } = 50;

    /// <summary>Gets the payload bytes of a message.</summary>
    public int Size { get; init; } = 20;

    /// <summary>Gets how many messages a connection may have under way.</summary>
    public int InFlight { get; init; } = 1;

    /// <summary>Gets the messages a second, of all connections; null to send as fast as answers come.</summary>
    public double? Rate { get; init; }

    /// <summary>Gets how many messages each connection sends before the run ends; null for as many as the time allows.</summary>
    public long? Messages { get; init; }

    /// <summary>Gets how long the load runs before anything counts.</summary>
    public TimeSpan Warmup { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Gets how long it is measured; for idle connections, how long they are held.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets whether permessage-deflate is offered, and used.</summary>
    public bool Compression { get; init; }

    /// <summary>Gets whether a server's certificate is not looked at.</summary>
    public bool AcceptAnyCertificate { get; init; }

    /// <summary>Gets the server's process on this machine; null when it is none of it, or of no interest.</summary>
    public int? ServerPid { get; init; }

    /// <summary>Gets how long connecting may take, and again the opening handshake.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Gets how long before a message of the open loop is due the loop stops to sleep and watches the clock, since a sleeping
    /// thread wakes up late. Zero in tests, whose clock stands while the loop runs.
    /// </summary>
    public TimeSpan Alertness { get; init; } = TimeSpan.FromMilliseconds(2);

    /// <summary>Gets how many connections send: all, or the one that the others listen to.</summary>
    public int Sources => Scenario == BenchScenario.Broadcast ? 1 : Connections;
}
