// SPDX-License-Identifier: MIT
namespace Mare.Cli.Connect;

/// <summary>Names what a line of input asks for.</summary>
internal enum InputKind
{
    /// <summary>Nothing.</summary>
    Nothing,

    /// <summary>Send a text message.</summary>
    Text,

    /// <summary>Send a binary message.</summary>
    Binary,

    /// <summary>Send a ping.</summary>
    Ping,

    /// <summary>Close the connection.</summary>
    Close,

    /// <summary>Show the commands.</summary>
    Help,

    /// <summary>Nothing that can be done: the line is wrong.</summary>
    Wrong,
}
