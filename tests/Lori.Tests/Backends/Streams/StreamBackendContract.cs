// SPDX-License-Identifier: MIT
using Lori.Backends.Streams;
using Microsoft.Extensions.Time.Testing;

namespace Lori.Tests.Backends.Streams;

/// <summary>
/// Runs the contract on streams, with a clock that each turn moves (for what does not heed its cancellation); and nothing that
/// was lent is out at its end.
/// </summary>
public abstract class StreamBackendContract : BackendContract
{
    private readonly LoopBufferPool _buffers;
    private readonly FakeTimeProvider _clock;

    protected StreamBackendContract()
        : this(new LoopBufferPool(), new FakeTimeProvider())
    {
    }

    private StreamBackendContract(LoopBufferPool buffers, FakeTimeProvider clock)
        : base(CreateBackend(buffers, clock))
    {
        (_buffers, _clock) = (buffers, clock);
    }

    private protected override bool SendsUncopied => false;

    private protected override void OnTurn() => _clock.Advance(TimeSpan.FromSeconds(1));

    private protected override void DisposeListener() => Assert.Equal(0, _buffers.Rented);

    private static StreamBackend CreateBackend(LoopBufferPool buffers, FakeTimeProvider clock)
    {
        var options = Options;
        options.TimeProvider = clock;
        return new StreamBackend(options, buffers);
    }
}
