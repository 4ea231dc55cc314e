// SPDX-License-Identifier: MIT
namespace Lori.Tests.Backends.Streams;

/// <summary>Reads and writes that never end, whatever is cancelled or disposed of.</summary>
internal sealed class StuckStream : TestStream
{
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        new(new TaskCompletionSource<int>().Task);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        new(new TaskCompletionSource().Task);
}
