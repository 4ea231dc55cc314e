// SPDX-License-Identifier: MIT
using Lori;
using Mare.Cli.Bench.Traffic;

namespace Mare.Cli.Bench.Loads;

/// <summary>Is one connection of a load: a WebSocket, or plain TCP. It tells its load when it opens, receives and ends. Loop only.</summary>
internal interface ILoadConnection
{
    Lane Lane { get; }

    /// <summary>Connects; what comes of it is told to the load.</summary>
    void Connect(ConnectOptions options);

    /// <summary>Sends bytes as they are.</summary>
    SendStatus Send(ReadOnlySpan<byte> bytes);

    /// <summary>Ends the connection in the way of its protocol: what happens then is no error.</summary>
    void Finish();

    /// <summary>Ends the connection at once.</summary>
    void Drop();
}
