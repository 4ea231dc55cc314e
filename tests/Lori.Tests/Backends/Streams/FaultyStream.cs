// SPDX-License-Identifier: MIT
namespace Lori.Tests.Backends.Streams;

/// <summary>Says what goes wrong.</summary>
[Flags]
public enum Fault
{
    None = 0,
    ReadThrows = 1,
    ReadFails = 2,
    WriteThrows = 4,
    WriteFails = 8,
    FlushFails = 16,
    DisposeThrows = 32,
    DisposedDuringWrite = 64,
}

/// <summary>Goes wrong in one way; what does not waits until it is cancelled, or, a write that is stuck, disposed of.</summary>
internal sealed class FaultyStream(Fault fault) : TestStream
{
    private readonly TaskCompletionSource<SynchronizationContext?> _written = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _disposed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Gets the context in which the first write began, once it has.</summary>
    public Task<SynchronizationContext?> Written => _written.Task;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (fault.HasFlag(Fault.ReadThrows)) throw new InvalidOperationException("a read that throws");
        return new ValueTask<int>(ReadLaterAsync(cancellationToken));
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _written.TrySetResult(SynchronizationContext.Current);
        if (fault.HasFlag(Fault.WriteThrows)) throw new InvalidOperationException("a write that throws");
        if (fault.HasFlag(Fault.DisposedDuringWrite)) return new ValueTask(EndWhenDisposedAsync());
        return fault.HasFlag(Fault.WriteFails) ? new ValueTask(FailLaterAsync()) : default;
    }

    public override Task FlushAsync(CancellationToken cancellationToken) =>
        fault.HasFlag(Fault.FlushFails) ? FailLaterAsync() : Task.CompletedTask;

    public override async ValueTask DisposeAsync()
    {
        _disposed.TrySetResult();
        await base.DisposeAsync();
        await Task.Yield();
        if (fault.HasFlag(Fault.DisposeThrows)) throw new IOException("a disposal that fails");
    }

    private async Task<int> ReadLaterAsync(CancellationToken cancellationToken)
    {
        await Task.Yield();
        if (fault.HasFlag(Fault.ReadFails)) throw new IOException("a read that fails");
        await Until.CancelledAsync(cancellationToken);
        return 0;
    }

    private async Task EndWhenDisposedAsync()
    {
        await _disposed.Task;
        throw new ObjectDisposedException(nameof(FaultyStream));
    }

    private static async Task FailLaterAsync()
    {
        await Task.Yield();
        throw new IOException("a write that fails");
    }
}
