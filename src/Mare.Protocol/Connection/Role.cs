// SPDX-License-Identifier: MIT
namespace Mare.Protocol;

/// <summary>Says which end of the connection this side is. RFC 6455 section 5.1: clients mask, servers do not.</summary>
public enum Role : byte
{
    /// <summary>Reads masked frames and writes unmasked ones.</summary>
    Server,

    /// <summary>Reads unmasked frames and writes masked ones.</summary>
    Client,
}
