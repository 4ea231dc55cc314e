// SPDX-License-Identifier: MIT
namespace Lori.Backends.Sockets;

/// <summary>Is what operations belong to: a connection or a listener. Loop only.</summary>
internal interface ISocketsTarget
{
    /// <summary>Gets or sets whether it stands in the backend's line of those that have something to do.</summary>
    bool IsQueued { get; set; }

    /// <summary>Notes the result of an operation that was pending. Nobody is told yet.</summary>
    void OnCompleted(SocketsOperation operation);

    /// <summary>Does what there is to do, when its place in the line has come.</summary>
    void OnReady();
}
