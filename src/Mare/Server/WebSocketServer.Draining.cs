// SPDX-License-Identifier: MIT
namespace Mare;

public sealed partial class WebSocketServer
{
    private readonly TaskCompletionSource<DrainReport> _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _draining;

    /// <summary>Gets whether the server lets its connections go, or has stopped: it opens no more. Any thread.</summary>
    public bool IsDraining => _core.IsDraining;

    /// <summary>
    /// Lets all connections go, then stops: upgrades are answered by 503 and <see cref="PlainRequest.IsDraining"/> is true at
    /// once; each connection gets a close frame, all together or in batches over a time; what has not closed at the end is
    /// dropped. What was accepted for sending goes out before the close frames.
    /// </summary>
    /// <param name="options">How; copied. Default <see cref="WebSocketServerOptions.Drain"/>. Only the first caller's count.</param>
    /// <returns>How the connections have ended, once the server has stopped; the same for every caller.</returns>
    /// <exception cref="ArgumentException">An option is out of its range; the message names it.</exception>
    /// <remarks>
    /// Plain requests are answered until the last WebSocket connection has ended, so that a health check sees the 503; only then
    /// is the address given up. <see cref="StopAsync"/> meanwhile cuts it short. May be called from a callback; never block a
    /// loop on it. Any thread.
    /// </remarks>
    public Task<DrainReport> DrainAsync(DrainOptions? options = null)
    {
        options = (options ?? _core.Options.Drain).CloneAndValidate();
        if (Interlocked.Exchange(ref _draining, 1) == 0) _ = RunDrainAsync(options);
        return _drained.Task;
    }

    private async Task RunDrainAsync(DrainOptions options)
    {
        try
        {
            Log.Draining(_core.Logger, ConnectionCount, (int)options.Code, options.Period.TotalSeconds);
            var drains = Array.ConvertAll([.. _loops.Loops], loop => new LoopDrain(_core, loop, options));
            _core.BeginDrain(drains);
            for (var i = 0; i < drains.Length; i++)
            {
                if (!_loops.Loops[i].Post(static drain => drain.Start(), drains[i])) drains[i].Skip();
            }

            await WaitForDrainAsync(drains, options.Longest).ConfigureAwait(false);
            await StopAsync().ConfigureAwait(false);
            var report = Sum(drains);
            Log.Drained(_core.Logger, report.Clean, report.Lost, report.Dropped);
            _drained.SetResult(report);
        }
        catch (Exception e)
        {
            _drained.SetException(e);
        }
    }

    private async Task WaitForDrainAsync(LoopDrain[] drains, TimeSpan time)
    {
        var done = Task.WhenAny(Task.WhenAll(drains.Select(static d => d.Done)), _stopped.Task);
        try
        {
            await done.WaitAsync(time, _loops.Loops[0].TimeProvider).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            for (var i = 0; i < drains.Length; i++) _loops.Loops[i].Post(static drain => drain.Drop(), drains[i]);
        }
    }

    private static DrainReport Sum(LoopDrain[] drains)
    {
        var (clean, lost, dropped) = (0, 0, 0);
        foreach (var drain in drains)
        {
            var report = drain.Report;
            (clean, lost, dropped) = (clean + report.Clean, lost + report.Lost, dropped + report.Dropped);
        }

        return new DrainReport(clean, lost, dropped);
    }
}
