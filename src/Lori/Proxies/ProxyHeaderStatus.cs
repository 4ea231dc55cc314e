// SPDX-License-Identifier: MIT
namespace Lori;

/// <summary>Says how far the reading of a PROXY protocol header has come.</summary>
internal enum ProxyHeaderStatus
{
    /// <summary>All of it may be the start of a header.</summary>
    NeedMore,

    /// <summary>The header is there.</summary>
    Complete,

    /// <summary>No header begins so, whatever may follow.</summary>
    Malformed,
}
