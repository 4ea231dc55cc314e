// SPDX-License-Identifier: MIT
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Lori.Tls.SslStreams;

/// <summary>
/// Is TLS by an SslStream over a <see cref="LoopStream"/>: it gets one whole record at a time, so that it keeps nothing between
/// two of them, and what it does with one is done when it has been fed.
/// </summary>
/// <remarks>
/// No read is made before there is a record, so an idle connection has none pending and SslStream no buffer. A read whose record
/// held no data (a ticket, new keys) stays pending until the next; it reads into the loop's buffer for plaintext, which is filled
/// only while this session is fed.
/// </remarks>
internal abstract class SslStreamSession : TlsSession
{
    private readonly EventLoop _loop;
    private readonly LoopStream _network;
    private readonly JudgedStream _stream;
    private Task? _authentication; // until it has ended
    private Task<int>? _read; // that waits for a record with data
    private byte[]? _partial; // a record that has not arrived whole, from the loop's pool
    private int _partialLength;
    private (TlsFailure Failure, string Detail)? _refusal; // said in a callback of the SslStream
    private bool _gotAlert;
    private bool _hasEnded; // nothing is read any more
    private bool _hasFailed;

    protected SslStreamSession(EventLoop loop, ITlsSessionEvents events)
    {
        _loop = loop;
        Events = events;
        _network = new LoopStream(events);
        _stream = new JudgedStream(_network, this);
    }

    protected ITlsSessionEvents Events { get; }

    protected DateTimeOffset Now => _loop.TimeProvider.GetUtcNow();

    /// <summary>Is what the chain that SslStream itself builds is built by; its result is not used.</summary>
    public static X509ChainPolicy NoNetwork() => new()
    {
        RevocationMode = X509RevocationMode.NoCheck,
        DisableCertificateDownloads = true,
    };

    /// <summary>Judges a peer's certificate: a callback of SslStream.</summary>
    public static bool Judge(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) =>
        ((JudgedStream)sender).Session.Judge(certificate, chain);

    public override void Start()
    {
        _authentication = AuthenticateAsync(_stream);
        LookAtAuthentication();
    }

    public override void Receive(Span<byte> ciphertext)
    {
        while (!ciphertext.IsEmpty && !_hasEnded)
        {
            if (_partial is not null)
            {
                ReceiveBehindPartial(ref ciphertext);
                continue;
            }

            var length = TlsRecord.LengthOf(ciphertext);
            if (length < 0)
            {
                Spoil(ciphertext);
            }
            else if (length == 0 || length > ciphertext.Length)
            {
                Keep(ciphertext);
                return;
            }
            else
            {
                var record = _loop.TlsBuffers.Record;
                ciphertext[..length].CopyTo(record);
                ciphertext = ciphertext[length..];
                Process(record, length);
            }
        }
    }

    public override void Send(ReadOnlyMemory<byte> plaintext)
    {
        if (_hasFailed) return;
        try
        {
            var write = _stream.WriteAsync(plaintext);
            if (!write.IsCompleted) throw new InvalidOperationException("SslStream waits, though the stream below takes everything at once.");
            write.GetAwaiter().GetResult();
        }
        catch (Exception e)
        {
            Fail(TlsFailure.Protocol, Innermost(e));
        }
    }

    public override void SendCloseNotify()
    {
        if (_hasFailed) return;
        try
        {
            _stream.ShutdownAsync().GetAwaiter().GetResult();
        }
        catch (Exception e)
        {
            Fail(TlsFailure.Protocol, Innermost(e));
        }
    }

    public override TlsConnectionInfo GetInfo() => new()
    {
        Implementation = TlsImplementation.SslStream,
        Protocol = _stream.SslProtocol,
        CipherSuite = _stream.NegotiatedCipherSuite,
        ApplicationProtocol = _stream.NegotiatedApplicationProtocol is { Protocol.IsEmpty: false } protocol ? protocol.ToString() : null,
        // SslStream tells it as people read it.
        ServerName = string.IsNullOrEmpty(_stream.TargetHostName) ? null : HostNames.ToAscii(_stream.TargetHostName),
        PeerCertificate = _stream.RemoteCertificate is { } certificate ? X509CertificateLoader.LoadCertificate(certificate.GetRawCertData()) : null,
        IsResumed = null,
    };

    public override void Dispose()
    {
        _hasEnded = _hasFailed = true;
        ReleasePartial();
        // What waits for the peer ends, and lets go of what it holds.
        _network.End();
        _ = _authentication?.Exception;
        _ = _read?.Exception;
        _stream.Dispose();
    }

    /// <summary>Begins the handshake.</summary>
    protected abstract Task AuthenticateAsync(SslStream stream);

    /// <summary>Judges the peer; null when it is welcome, else why not.</summary>
    protected abstract string? JudgePeer(X509Certificate2? certificate, X509Certificate2Collection sent);

    /// <summary>Notes why the handshake is about to fail.</summary>
    protected void Refuse(TlsFailure failure, string detail) => _refusal = (failure, detail);

    private bool Judge(X509Certificate? certificate, X509Chain? chain)
    {
        var reason = JudgePeer(certificate as X509Certificate2, chain?.ChainPolicy.ExtraStore ?? []);
        if (reason is not null) Refuse(TlsFailure.CertificateRefused, reason);
        return reason is null;
    }

    private void ReceiveBehindPartial(ref Span<byte> ciphertext)
    {
        var length = TlsRecord.LengthOf(_partial.AsSpan(0, _partialLength));
        if (length < 0)
        {
            Spoil(_partial.AsSpan(0, _partialLength));
            return;
        }

        var wanted = (length == 0 ? TlsRecord.HeaderLength : length) - _partialLength;
        var part = Math.Min(wanted, ciphertext.Length);
        Keep(ciphertext[..part]);
        ciphertext = ciphertext[part..];
        if (length == 0 || part < wanted) return;
        var record = _partial!;
        _partial = null;
        Process(record, length);
        _loop.Buffers.Return(record);
    }

    /// <summary>Keeps the beginning of a record; the buffer grows with what has arrived.</summary>
    private void Keep(ReadOnlySpan<byte> bytes)
    {
        var total = bytes.Length;
        if (_partial is null)
        {
            _partial = _loop.Buffers.Rent(total);
            _partialLength = 0;
        }
        else
        {
            total += _partialLength;
            if (total > _partial.Length)
            {
                var larger = _loop.Buffers.Rent(total);
                _partial.AsSpan(0, _partialLength).CopyTo(larger);
                _loop.Buffers.Return(_partial);
                _partial = larger;
            }
        }

        bytes.CopyTo(_partial.AsSpan(_partialLength));
        _partialLength = total;
    }

    /// <summary>Hands over what is no record: SslStream knows which alert that deserves.</summary>
    private void Spoil(ReadOnlySpan<byte> bytes)
    {
        var record = _loop.TlsBuffers.Record;
        var length = Math.Min(bytes.Length, record.Length);
        bytes[..length].CopyTo(record);
        Process(record, length);
        Fail(TlsFailure.Protocol, "what the peer sent is no TLS record");
    }

    /// <summary>Has one record processed, whatever is in it.</summary>
    private void Process(byte[] record, int length)
    {
        _gotAlert = TlsRecord.AlertOf(record.AsSpan(0, length)) > 0;
        if (_authentication is not null)
        {
            _network.Feed(record, 0, length);
            LookAtAuthentication();
        }
        else
        {
            Read(record, length);
        }

        _network.Forget();
    }

    private void LookAtAuthentication()
    {
        if (_authentication is not { IsCompleted: true } authentication) return;
        _authentication = null;
        if (authentication.IsCompletedSuccessfully) Events.OnHandshakeCompleted();
        else FailHandshake(authentication.Exception!);
    }

    private void FailHandshake(Exception error)
    {
        var failure = _gotAlert || IsAlert(error) ? TlsFailure.RefusedByPeer : TlsRecord.FailureOf(_network.WrittenAlert);
        var (why, detail) = _refusal ?? (failure, Innermost(error));
        Fail(why, detail);
    }

    private void Read(byte[] record, int length)
    {
        var plaintext = _loop.TlsBuffers.Plaintext;
        try
        {
            _network.Feed(record, 0, length);
            do
            {
                if (!TryRead(plaintext, out var received)) return;
                Deliver(plaintext, received);
            }
            while (_network.HasBytes && !_hasEnded);
        }
        catch (Exception e) when (e is IOException or InvalidOperationException or System.Security.Authentication.AuthenticationException)
        {
            _read = null;
            Fail(_gotAlert || IsAlert(e) ? TlsFailure.RefusedByPeer : TlsFailure.Protocol, Innermost(e));
        }
    }

    /// <summary>Goes on with the read that waits, or with a new one; false when it has to wait.</summary>
    private bool TryRead(byte[] plaintext, out int received)
    {
        received = 0;
        if (_read is null)
        {
            var read = _stream.ReadAsync(plaintext);
            if (read.IsCompleted)
            {
                received = read.GetAwaiter().GetResult();
                return true;
            }

            _read = read.AsTask();
        }

        if (!_read.IsCompleted) return false;
        received = _read.GetAwaiter().GetResult();
        _read = null;
        return true;
    }

    private void Deliver(byte[] plaintext, int length)
    {
        if (length > 0)
        {
            Events.OnPlaintext(plaintext.AsSpan(0, length));
            return;
        }

        _hasEnded = true;
        Events.OnCloseNotify();
    }

    private void Fail(TlsFailure failure, string detail)
    {
        if (_hasFailed) return;
        _hasFailed = _hasEnded = true;
        ReleasePartial();
        Events.OnTlsFailed(failure, detail);
    }

    private void ReleasePartial()
    {
        if (_partial is null) return;
        _loop.Buffers.Return(_partial);
        _partial = null;
    }

    private static string Innermost(Exception error)
    {
        while (error.InnerException is { } inner) error = inner;
        return error.Message.TrimEnd('.');
    }

    /// <summary>Tells whether OpenSSL below says that the peer sent an alert: those are its reasons from 1,000 on.</summary>
    private static bool IsAlert(Exception error)
    {
        for (var inner = error; inner is not null; inner = inner.InnerException)
        {
            if (inner.GetType().Name.Contains("OpenSsl", StringComparison.Ordinal) && (inner.HResult & 0x7F_FFFF) is >= 1000 and <= 1255) return true;
        }

        return false;
    }

    /// <summary>Is an SslStream that knows whose it is.</summary>
    private sealed class JudgedStream(LoopStream network, SslStreamSession session) : SslStream(network, leaveInnerStreamOpen: true)
    {
        public SslStreamSession Session => session;
    }
}
