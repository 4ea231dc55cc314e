// SPDX-License-Identifier: MIT
using System.Globalization;
using Lori;
using Mare;

namespace RequestFilter;

/// <summary>Sends the time each second, in the form that the client chose by its subprotocol.</summary>
internal sealed class Clock : WebSocketServerActor
{
    private const string Iso = "clock.iso";
    private const string Unix = "clock.unix";

    private LoopTimer? _timer;

    protected override UpgradeDecision OnUpgradeRequest(UpgradeRequest request) =>
        request.Subprotocols.FirstOrDefault(static s => s is Iso or Unix) is { } known
            ? UpgradeDecision.Accept(known)
            : UpgradeDecision.Reject(400, $"Offer the subprotocol {Iso} or {Unix}.\n");

    protected override void OnOpen() => Tick();

    private void Tick()
    {
        var now = Loop.TimeProvider.GetUtcNow();
        Connection.SendText(Connection.Subprotocol == Unix
            ? now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)
            : now.ToString("O", CultureInfo.InvariantCulture));
        // A timer of an actor that has ended does not fire: nothing to cancel in OnClosed.
        if (_timer is null) _timer = this.StartTimer(TimeSpan.FromSeconds(1), static me => me.Tick());
        else _timer.Restart(TimeSpan.FromSeconds(1));
    }
}
