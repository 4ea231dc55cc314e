// SPDX-License-Identifier: MIT
using Mare.Protocol.Tests.Feeding;
using Xunit;

namespace Mare.Protocol.Tests.Messages;

/// <summary>The bound on all messages under way of a loop.</summary>
public sealed class PartialMessageBudgetTests
{
    private static readonly string Half = "82 fe 0200 00000000" + string.Concat(Enumerable.Repeat("00", 256));

    [Fact]
    public void Reserve_UpToTheLimit_SucceedsAndOneMoreDoesNot()
    {
        var budget = new PartialMessageBudget(10);
        Assert.True(budget.TryReserve(4));
        Assert.False(budget.TryReserve(7));
        Assert.Equal(4, budget.InUseBytes);
        Assert.True(budget.TryReserve(6));
        Assert.False(budget.TryReserve(1));
        budget.Release(10);
        Assert.Equal(0, budget.InUseBytes);
        Assert.Equal(10, budget.LimitBytes);
    }

    [Fact]
    public void Misuse_Throws()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new PartialMessageBudget(-1));
        var budget = new PartialMessageBudget(10);
        Assert.Throws<ArgumentOutOfRangeException>(() => budget.TryReserve(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => budget.Release(1));
    }

    [Fact]
    public void Message_PastTheBudgetOfAll_FailsAndOthersGoOn()
    {
        var pool = new CountingPool();
        var budget = new PartialMessageBudget(768); // three halves of 256 bytes
        WebSocketProtocol[] connections = [.. Enumerable.Range(0, 4).Select(_ => new WebSocketProtocol(
            Role.Server, MessageLimits.Default, pool, budget, ProtocolState.Open))];
        Span<byte> data;
        for (int i = 0; i < 3; i++)
        {
            data = Hex.Bytes(Half);
            Assert.False(connections[i].TryRead(ref data, out _));
        }

        data = Hex.Bytes(Half);
        Assert.True(connections[3].TryRead(ref data, out ProtocolEvent e));
        Assert.Equal(ProtocolError.PartialMessageBudgetExceeded, e.Error);
        Assert.Equal(CloseCode.TryAgainLater, ProtocolErrors.CloseCodeOf(e.Error));
        Assert.Equal(768, budget.InUseBytes);

        // With two gone, the one that is left can grow: for a moment it holds 256 and 512 bytes.
        connections[1].Dispose();
        connections[2].Dispose();
        data = new byte[256];
        Assert.True(connections[0].TryRead(ref data, out e));
        Assert.Equal(512, e.Payload.Length);
        connections[0].Dispose();
        Assert.Equal(0, pool.RentedBytes);
        Assert.Equal(0, budget.InUseBytes);
    }

    [Fact]
    public void WholeMessage_WithNoBudget_IsRead()
    {
        var budget = new PartialMessageBudget(0);
        using var protocol = new WebSocketProtocol(
            Role.Server, MessageLimits.Default, new CountingPool(), budget, ProtocolState.Open);
        Span<byte> data = Wire.FromClient(Opcode.Binary, new byte[5000]);
        Assert.True(protocol.TryRead(ref data, out ProtocolEvent e));
        Assert.Equal(5000, e.Payload.Length);
    }
}
