// SPDX-License-Identifier: MIT
namespace Mare.Cli.Tests.Bench;

/// <summary>Echoes; or, while it is told to, holds what it would echo.</summary>
internal sealed class HoldingActor : WebSocketServerActor
{
    private readonly Queue<byte[]> _held = new();

    /// <summary>Gets how many messages came.</summary>
    public int Count { get; private set; }

    public bool IsHolding { get; private set; }

    public void Hold() => IsHolding = true;

    public void Release()
    {
        IsHolding = false;
        while (_held.TryDequeue(out var message)) Connection.SendBinary(message);
    }

    /// <summary>Closes.</summary>
    public void Leave() => Connection.Close(CloseCode.GoingAway, "bye");

    protected override void OnBinaryMessage(ReadOnlySpan<byte> data)
    {
        Count++;
        if (IsHolding) _held.Enqueue(data.ToArray());
        else Connection.SendBinary(data);
    }
}
