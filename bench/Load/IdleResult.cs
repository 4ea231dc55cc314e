// SPDX-License-Identifier: MIT
namespace Mare.Bench.Load;

/// <summary>Is what opening idle connections added to the server.</summary>
/// <param name="Connections">How many were opened, and stayed so.</param>
/// <param name="SecondsToOpen">How long opening them took, handshakes included.</param>
/// <param name="ResidentBytesBefore">Resident memory of the warm server without a connection.</param>
/// <param name="ResidentBytesAfter">Resident memory with all of them open.</param>
public sealed record IdleResult(int Connections, double SecondsToOpen, long ResidentBytesBefore, long ResidentBytesAfter)
{
    /// <summary>Gets the figure that counts.</summary>
    public double BytesPerConnection => (double)(ResidentBytesAfter - ResidentBytesBefore) / Connections;
}
