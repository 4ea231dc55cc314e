// SPDX-License-Identifier: MIT
using System.Text.Unicode;
using Xunit;

namespace Mare.Protocol.Tests.Feeding;

/// <summary>
/// Feeds bytes to the protocol at all <see cref="Splits"/>, and holds it to the one oracle: the events do not depend on
/// the splits; they are messages within the limits or a documented error; nothing follows the end; rented memory follows
/// what arrived; every buffer goes back.
/// </summary>
internal static class ProtocolFeeder
{
    public static Seen[] Feed(
        Role role,
        byte[] wire,
        MessageLimits? limits = null,
        Action<WebSocketProtocol>? before = null,
        Splitting? splits = null)
    {
        limits ??= MessageLimits.Default;
        Seen[]? whole = null;
        foreach (IEnumerable<byte[]> pieces in (splits ?? Splits.Of)(wire))
        {
            Seen[] seen = FeedOnce(role, pieces, limits, before);
            Assert.Equal(whole ??= seen, seen);
        }
        return whole!;
    }

    private static Seen[] FeedOnce(
        Role role, IEnumerable<byte[]> pieces, MessageLimits limits, Action<WebSocketProtocol>? before)
    {
        var pool = new CountingPool();
        var budget = new PartialMessageBudget(long.MaxValue);
        var seen = new List<Seen>();
        using (var protocol = new WebSocketProtocol(role, limits, pool, budget, ProtocolState.Open))
        {
            before?.Invoke(protocol);
            int arrived = 0;
            foreach (byte[] piece in pieces)
            {
                arrived += piece.Length;
                ReadAll(protocol, piece, limits, seen);
                // No Assert.InRange or Assert.Equal: this runs for every byte.
                if (pool.RentedBytes > (2 * arrived) + 4096 || pool.RentedBytes != budget.InUseBytes)
                    Assert.Fail($"{pool.RentedBytes} rented, {budget.InUseBytes} counted, {arrived} arrived.");
            }
        }
        Assert.Equal(0, pool.Outstanding);
        Assert.Equal(0, budget.InUseBytes);
        return [.. seen];
    }

    /// <summary>Reads all events of a piece, and holds each to the oracle.</summary>
    public static void ReadAll(WebSocketProtocol protocol, Span<byte> data, MessageLimits limits, List<Seen> seen)
    {
        while (protocol.TryRead(ref data, out ProtocolEvent e))
        {
            CheckEvent(e, limits, seen);
            seen.Add(Seen.Of(e));
        }
        Assert.True(data.IsEmpty, "What needs more must have taken all.");
    }

    private static void CheckEvent(in ProtocolEvent e, MessageLimits limits, List<Seen> seen)
    {
        if (seen.Count > 0)
            Assert.False(seen[^1].Kind is ProtocolEventKind.Close or ProtocolEventKind.Failed, "An event after the end.");
        switch (e.Kind)
        {
            case ProtocolEventKind.Text:
                Assert.True(Utf8.IsValid(e.Payload));
                Assert.InRange(e.Payload.Length, 0, limits.MaxMessageBytes);
                break;
            case ProtocolEventKind.Binary:
                Assert.InRange(e.Payload.Length, 0, limits.MaxMessageBytes);
                break;
            case ProtocolEventKind.Ping or ProtocolEventKind.Pong:
                Assert.InRange(e.Payload.Length, 0, 125);
                break;
            case ProtocolEventKind.Close:
                Assert.InRange(e.Payload.Length, 0, CloseFrame.MaxReasonBytes);
                Assert.True(Utf8.IsValid(e.Payload));
                break;
            case ProtocolEventKind.Failed:
                Assert.True(ProtocolErrors.CloseCodeOf(e.Error).MayBeSent());
                break;
            default:
                Assert.Fail($"An event of kind {e.Kind}.");
                break;
        }
    }
}
