// SPDX-License-Identifier: MIT
namespace Mare.Cli.Bench.Traffic;

/// <summary>Is how far one connection has come: which messages it has sent, and which of its source's it has received. Loop only.</summary>
/// <param name="number">The connection's number, from 0.</param>
/// <param name="source">The number of the connection whose messages come here: for an echo its own.</param>
internal sealed class Lane(int number, int source)
{
    public int Number => number;

    public int Source => source;

    /// <summary>Gets or sets how many messages went out: the number of the next one.</summary>
    public long Sent { get; set; }

    /// <summary>Gets or sets how many of those have come to everyone they must come to.</summary>
    public long Answered { get; set; }

    /// <summary>Gets or sets how many of the source's messages came in: the number of the next one.</summary>
    public long Received { get; set; }

    /// <summary>Gets or sets how many bytes of the next one's frame came already.</summary>
    public int Offset { get; set; }
}
