// SPDX-License-Identifier: MIT
namespace Lori;

/// <summary>Says which addresses of a name are meant.</summary>
public enum IPVersion
{
    /// <summary>Those of both versions.</summary>
    Any,

    /// <summary>IPv4 only.</summary>
    IPv4,

    /// <summary>IPv6 only.</summary>
    IPv6,
}
