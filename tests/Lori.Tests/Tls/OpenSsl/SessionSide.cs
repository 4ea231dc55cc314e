// SPDX-License-Identifier: MIT
using System.Text;
using Lori.Tls;

namespace Lori.Tests.Tls.OpenSsl;

/// <summary>Is one side of a connection in memory: a session, what it wrote and has yet to be carried over, and what it told.</summary>
internal sealed class SessionSide : ITlsSessionEvents, IDisposable
{
    private readonly List<byte> _output = [];

    public SessionSide(TlsContext context, EventLoop loop)
    {
        Session = context.CreateSession(loop, this);
    }

    public TlsSession Session { get; }

    public List<byte> Received { get; } = [];

    public string Text => Encoding.UTF8.GetString([.. Received]);

    public int Handshakes { get; private set; }

    public int Deliveries { get; private set; }

    public int CloseNotifies { get; private set; }

    public TlsFailure? Failure { get; private set; }

    public string? Detail { get; private set; }

    public int PendingOutput => _output.Count;

    /// <summary>Gets or sets what is done with plaintext besides keeping it.</summary>
    public Action<byte[]>? OnText { get; set; }

    /// <summary>Gets or sets what a write throws.</summary>
    public Exception? WriteError { get; set; }

    public byte[] TakeOutput()
    {
        byte[] output = [.. _output];
        _output.Clear();
        return output;
    }

    public void Send(string text) => Session.Send(Encoding.UTF8.GetBytes(text));

    public void WriteCiphertext(ReadOnlySpan<byte> data)
    {
        if (WriteError is not null) throw WriteError;
        _output.AddRange(data);
    }

    public void OnHandshakeCompleted() => Handshakes++;

    public void OnPlaintext(Span<byte> data)
    {
        Assert.False(data.IsEmpty);
        Assert.Equal(1, Handshakes);
        Deliveries++;
        Received.AddRange(data);
        OnText?.Invoke(data.ToArray());
        data.Fill(0xEE); // it is the callee's: nobody may rely on it afterwards
    }

    public void OnCloseNotify() => CloseNotifies++;

    public void OnTlsFailed(TlsFailure failure, string detail)
    {
        Assert.Null(Failure);
        Failure = failure;
        Detail = detail;
    }

    public void Dispose() => Session.Dispose();
}
