// SPDX-License-Identifier: MIT
namespace Mare;

/// <summary>Says which side ended a connection.</summary>
public enum CloseInitiator
{
    /// <summary>Neither: it is open, or was lost without a close frame.</summary>
    None,

    /// <summary>This side: the actor closed or aborted it, the peer broke the protocol or a limit, a callback failed, or the server stopped.</summary>
    Self,

    /// <summary>The peer: its close frame came first.</summary>
    Peer,
}
