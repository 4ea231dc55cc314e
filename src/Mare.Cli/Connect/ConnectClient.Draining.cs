// SPDX-License-Identifier: MIT
using Lori;

namespace Mare.Cli.Connect;

/// <content>
/// Closes after the end of the input, but not before the answers: a ping behind the last message comes back as a pong behind
/// what the server sent until it read that ping; after it, late answers have a while.
/// </content>
internal sealed partial class ConnectClient
{
    // A server that neither answers a ping nor sends anything for so long is not going to.
    private static readonly TimeSpan BarrierTimeout = TimeSpan.FromSeconds(5);

    private LoopTimer? _drainTimer;
    private bool _draining;
    private bool _barrierPassed;

    private static ReadOnlySpan<byte> Barrier => "end of input"u8;

    /// <summary>Hears that nothing more is going to be sent. Any thread.</summary>
    public void EndInput() => this.Post(static me => me.Drain());

    private void Drain()
    {
        if (settings.Wait == Timeout.InfiniteTimeSpan || _draining) return;
        _draining = true;
        _drainTimer = this.StartTimer(BarrierTimeout, static me => me.Close());
        Ping(Barrier);
    }

    private void PassBarrier()
    {
        _barrierPassed = true;
        if (settings.Wait == TimeSpan.Zero) Close();
        else _drainTimer!.Restart(settings.Wait);
    }

    /// <summary>Hears that a message came: a server that is still busy with what it was sent has its time anew.</summary>
    private void KeepDraining()
    {
        if (_draining && !_barrierPassed) _drainTimer!.Restart(BarrierTimeout);
    }
}
