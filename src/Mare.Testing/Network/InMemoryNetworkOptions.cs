// SPDX-License-Identifier: MIT
namespace Mare.Testing;

/// <summary>Says how an <see cref="InMemoryNetwork"/> behaves: kindly by default, or as badly as a network may.</summary>
/// <remarks>All that is random comes from <see cref="Seed"/>, so a run on one thread repeats itself exactly.</remarks>
public sealed class InMemoryNetworkOptions
{
    /// <summary>Gets the seed of everything random. Any number, default 0.</summary>
    public int Seed { get; init; }

    /// <summary>
    /// Gets the largest part, in bytes, in which a server receives what a peer sent; each is of a random size up to it.
    /// 1 or more. Default 2,147,483,647: whole, as far as the loop's receive buffer goes.
    /// </summary>
    public int MaxDeliverySize { get; init; } = int.MaxValue;

    /// <summary>
    /// Gets the largest part, in bytes, that one send of the server takes; each is of a random size up to it. 1 or more.
    /// Default 2,147,483,647: as much as the window has room for.
    /// </summary>
    public int MaxSendSize { get; init; } = int.MaxValue;

    /// <summary>Gets whether sends of the server are sometimes in flight for a few turns, even with room. Default false.</summary>
    public bool DelaysSends { get; init; }

    /// <summary>Gets whether what arrived is sometimes delivered a few turns later. Default false.</summary>
    public bool DelaysDeliveries { get; init; }

    /// <summary>Gets whether a connection that stopped to receive sometimes gets one more delivery. Default false.</summary>
    public bool DeliversAfterStop { get; init; }

    /// <summary>
    /// Gets how many bytes, which the server sent and the peer has not read, the network holds before it takes no more. 1 or
    /// more, default 65,536.
    /// </summary>
    public int Window { get; init; } = 64 * 1024;

    /// <summary>Gets options with which everything comes late, short and split.</summary>
    /// <param name="seed">The seed.</param>
    public static InMemoryNetworkOptions Hostile(int seed) => new()
    {
        Seed = seed,
        // Small and odd: below every header's size at times, never a divisor of a buffer's.
        MaxDeliverySize = 37,
        MaxSendSize = 211,
        DelaysSends = true,
        DelaysDeliveries = true,
        DeliversAfterStop = true,
    };

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxDeliverySize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxSendSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Window, 1);
    }
}
