// SPDX-License-Identifier: MIT
namespace Mare.Cli.Bench;

/// <summary>Says what <c>mare bench</c> does with the server.</summary>
internal enum BenchScenario
{
    /// <summary>Sends messages on all connections, which the server sends back.</summary>
    Echo,

    /// <summary>Opens and closes connections.</summary>
    Connect,

    /// <summary>Holds connections that say nothing.</summary>
    Idle,

    /// <summary>Sends messages on one connection, which the server sends to all others.</summary>
    Broadcast,
}
