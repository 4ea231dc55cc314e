// SPDX-License-Identifier: MIT
using System.Net;
using Mare.Testing;

namespace Lori.Tests.Backends;

/// <summary>Runs the contract on the in-memory network at its kindest.</summary>
public sealed class InMemoryBackendTests() : InMemoryBackendContract(new InMemoryNetwork());

/// <summary>Runs the contract on the in-memory network at its worst: late, short, split, and once more after a stop.</summary>
public sealed class HostileInMemoryBackendTests() : InMemoryBackendContract(new InMemoryNetwork(new InMemoryNetworkOptions
{
    Seed = 11,
    // Larger than the preset's, which would take the suite's megabytes too many turns.
    MaxDeliverySize = 3000,
    MaxSendSize = 9000,
    DelaysSends = true,
    DelaysDeliveries = true,
    DeliversAfterStop = true,
}));

public abstract class InMemoryBackendContract : NetworkBackendContract
{
    private readonly InMemoryNetwork _network;

    private protected InMemoryBackendContract(InMemoryNetwork network)
        : base(new InMemoryBackend(network, Options))
    {
        _network = network;
    }

    private protected override EndPoint NobodysEndPoint() => new IPEndPoint(IPAddress.Loopback, 9);

    private protected override ContractPeer ConnectPeer(EndPoint endPoint) => new MemoryPeer(_network.Connect(endPoint));
}
