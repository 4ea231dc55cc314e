// SPDX-License-Identifier: MIT
using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;

namespace Lori.Tests.Backends.Streams;

/// <summary>Is a peer over a pipe.</summary>
internal sealed class PipePeer(PipeReader input, PipeWriter output, EndPoint local) : ContractPeer
{
    private bool _reads = true;
    private bool _ended;
    private bool _reset;
    private bool _closed;

    public override EndPoint? LocalEndPoint => local;

    public override bool IsEndOfStream => _ended;

    public override bool WasReset => _reset;

    public override void Send(byte[] data)
    {
        output.Write(data);
        Assert.True(output.FlushAsync().AsTask().IsCompleted, "a pipe without a threshold made its writer wait");
    }

    public override void ShutdownSend() => output.Complete();

    public override void Close() => Close(null);

    public override void Reset() => Close(new IOException("reset", new SocketException((int)SocketError.ConnectionReset)));

    public override void StopReading() => _reads = false;

    public override void ResumeReading()
    {
        _reads = true;
        Poll();
    }

    public override void Poll()
    {
        if (!_reads || _ended || _reset || _closed) return;
        try
        {
            if (!input.TryRead(out var result)) return;
            Add(result.Buffer.ToArray());
            input.AdvanceTo(result.Buffer.End);
            _ended = result.IsCompleted;
        }
        catch (IOException)
        {
            _reset = true;
        }
    }

    public override void Dispose() => Close();

    private void Close(Exception? error)
    {
        _closed = true;
        output.Complete(error);
        input.Complete(error);
    }
}
