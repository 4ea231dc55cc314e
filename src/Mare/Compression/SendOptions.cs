// SPDX-License-Identifier: MIT
namespace Mare;

/// <summary>Says what is different about one message that is sent.</summary>
[Flags]
public enum SendOptions
{
    /// <summary>Nothing: it is compressed if the connection compresses and the message is long enough.</summary>
    None = 0,

    /// <summary>It goes uncompressed: it is compressed already (an image), or holds a secret beside words of others.</summary>
    Uncompressed = 1,
}
