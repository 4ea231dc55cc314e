// SPDX-License-Identifier: MIT
using System.Text.Unicode;
using Xunit;

namespace Mare.Protocol.Tests.Feeding;

/// <summary>
/// Feeds bytes to the protocol whole, a byte at a time and at seeded random splits, and holds it to the one oracle: the
/// events do not depend on the splits; they are messages within the limits or a documented error; nothing follows the
/// end; rented memory follows what arrived; every buffer goes back.
/// </summary>
internal static class ProtocolFeeder
{
    private const int RandomRounds = 12;

    public static Seen[] Feed(
        Role role, byte[] wire, MessageLimits? limits = null, Action<WebSocketProtocol>? before = null)
    {
        limits ??= MessageLimits.Default;
        Seen[] whole = FeedOnce(role, wire, _ => wire.Length, limits, before);
        Assert.Equal(whole, FeedOnce(role, wire, _ => 1, limits, before));
        for (int seed = 0; seed < RandomRounds; seed++)
        {
            var random = new Random(seed);
            int longest = 1 << random.Next(1, 12);
            Assert.Equal(whole, FeedOnce(role, wire, _ => random.Next(0, longest + 1), limits, before));
        }
        return whole;
    }

    private static Seen[] FeedOnce(
        Role role, byte[] wire, Func<int, int> nextSize, MessageLimits limits, Action<WebSocketProtocol>? before)
    {
        var pool = new CountingPool();
        var budget = new PartialMessageBudget(long.MaxValue);
        var seen = new List<Seen>();
        using (var protocol = new WebSocketProtocol(role, limits, pool, budget, ProtocolState.Open))
        {
            before?.Invoke(protocol);
            for (int at = 0; at < wire.Length || at == 0;)
            {
                int size = Math.Min(nextSize(at), wire.Length - at);
                // Memory of its own, spoiled afterwards: nothing may be read from it later.
                byte[] piece = wire.AsSpan(at, size).ToArray();
                at += size;
                ReadAll(protocol, piece, limits, seen);
                piece.AsSpan().Fill(0xEE);
                Assert.InRange(pool.RentedBytes, 0, (2 * at) + 4096);
                Assert.Equal(pool.RentedBytes, budget.InUseBytes);
                if (wire.Length == 0)
                    break;
            }
        }
        Assert.Equal(0, pool.RentedBytes);
        Assert.Equal(0, budget.InUseBytes);
        return [.. seen];
    }

    private static void ReadAll(WebSocketProtocol protocol, Span<byte> data, MessageLimits limits, List<Seen> seen)
    {
        while (protocol.TryRead(ref data, out ProtocolEvent e))
        {
            CheckEvent(e, limits, seen);
            seen.Add(Seen.Of(e));
        }
        Assert.Equal(0, data.Length);
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
