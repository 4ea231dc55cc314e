// SPDX-License-Identifier: MIT
using Lori;
using Mare.Cli.Client;
using Mare.Protocol;

namespace Mare.Cli.Connect;

/// <summary>Is what the command line of <c>mare connect</c> asks for.</summary>
internal sealed record ConnectSettings
{
    public required ConnectTarget Target { get; init; }

    public required ClientHandshake Handshake { get; init; }

    public required ConnectOptions Connection { get; init; }

    public required WebSocketClientOptions Client { get; init; }

    /// <summary>Gets the one message that is sent instead of what standard input has; null for none.</summary>
    public string? Message { get; init; }

    /// <summary>Gets whether one message is sent and one answer awaited.</summary>
    public bool Once { get; init; }

    /// <summary>Gets whether what is read is hex, and sent as binary.</summary>
    public bool Hex { get; init; }

    /// <summary>Gets whether lines that begin with a slash are commands, also from a pipe.</summary>
    public bool Slash { get; init; }

    /// <summary>Gets whether nothing is said but what was received, and errors.</summary>
    public bool Quiet { get; init; }

    /// <summary>Gets how long late answers may take after the end of the input, before the connection is closed; infinite to leave that to the server.</summary>
    public TimeSpan Wait { get; init; }
}
