// SPDX-License-Identifier: MIT
using System.Buffers;
using Lori;
using Mare.Protocol;

namespace Mare.Cli.Client;

internal abstract partial class WebSocketClient
{
    private readonly List<TaskCompletionSource<bool>> _waiters = [];

    /// <summary>Sends a message, and waits while the server reads more slowly than this side sends. Any thread.</summary>
    /// <param name="opcode">Text or binary.</param>
    /// <param name="payload">The message, not to be changed until the task ends; text must be UTF-8.</param>
    /// <returns>False when the connection is not open: the message was not sent.</returns>
    public Task<bool> SendAsync(Opcode opcode, ReadOnlyMemory<byte> payload)
    {
        var done = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        var posted = this.Post(static (me, s) => me.Send(s.opcode, s.payload.Span, s.done), (opcode, payload, done));
        return posted ? done.Task : Task.FromResult(false);
    }

    /// <summary>Sends a ping. Loop only.</summary>
    /// <param name="payload">What the server sends back, at most 125 bytes.</param>
    protected void Ping(ReadOnlySpan<byte> payload)
    {
        if (IsOpen) WriteFrame(Opcode.Ping, payload);
    }

    /// <summary>Sends a message, whatever waits already. Loop only.</summary>
    protected void Send(Opcode opcode, ReadOnlySpan<byte> payload, TaskCompletionSource<bool> done)
    {
        if (!IsOpen)
        {
            done.SetResult(false);
            return;
        }

        WriteFrame(opcode, payload);
        if (Connection.IsThrottled) _waiters.Add(done);
        else done.SetResult(true);
    }

    protected sealed override void OnUnthrottled() => ReleaseWaiters();

    /// <summary>Writes a frame of this side: masked by a key of its own. RFC 6455, sections 5.1 and 5.3.</summary>
    private SendStatus WriteFrame(Opcode opcode, ReadOnlySpan<byte> payload)
    {
        var frame = ArrayPool<byte>.Shared.Rent(FrameWriter.HeaderSize(payload.Length, masked: true) + payload.Length);
        var size = FrameWriter.WriteFrame(frame, opcode, fin: true, payload, Masking.NewKey());
        var status = Connection.Send(frame.AsSpan(0, size));
        ArrayPool<byte>.Shared.Return(frame);
        return status;
    }

    /// <summary>Tells those who wait that their message was accepted; what becomes of it later, the end says.</summary>
    private void ReleaseWaiters()
    {
        foreach (var waiter in _waiters) waiter.SetResult(true);
        _waiters.Clear();
    }
}
