// SPDX-License-Identifier: MIT
namespace Mare;

/// <summary>Says whether messages are compressed, and who owns the codecs. RFC 7692.</summary>
public enum CompressionMode
{
    /// <summary>Not at all: offers are declined.</summary>
    Off,

    /// <summary>By codecs that all connections of a loop share: no memory a connection, and each message stands for itself.</summary>
    Shared,

    /// <summary>
    /// By codecs of the connection's own, which remember the messages before: smaller and faster for small messages that are
    /// alike, at up to 325 KiB a connection.
    /// </summary>
    Dedicated,
}
