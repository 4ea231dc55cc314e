// SPDX-License-Identifier: MIT
using System.Runtime.ExceptionServices;

namespace Lori.Tls.OpenSsl;

/// <summary>
/// Is one connection's TLS in libssl: an SSL object and no buffer. libssl takes records from the span being received and
/// hands records to the events. Unsafe: libssl takes addresses, of memory that is pinned while it has them. Loop only.
/// </summary>
internal sealed unsafe partial class OpenSslSession : TlsSession
{
    /// <summary>
    /// What a peer may make this side write after the handshake, unasked: answers to changes of keys (RFC 8446, section 4.6.3)
    /// and refusals to renegotiate. An honest peer needs a few of 30 bytes in its life; one that never reads would fill
    /// memory with them.
    /// </summary>
    private const int MaxUnaskedOutput = 16 * 1024;

    /// <summary>Type, version, length (RFC 8446, section 5.1).</summary>
    private const int RecordHeader = 5;

    /// <summary>Reading ahead moves what is left to the front of libssl's buffer of one record: not worth it for large ones.</summary>
    private const int SmallRecord = 2048;

    /// <summary>The first byte of a handshake's first record (RFC 8446, section 5.1).</summary>
    private const byte HandshakeRecord = 22;

    [ThreadStatic]
    private static OpenSslSession? _calling;

    private readonly OpenSslContext _context;
    private readonly EventLoop _loop;
    private readonly ITlsSessionEvents _events;
    private nint _ssl;
    private byte* _input;
    private int _inputLength;
    private int _unaskedOutput;
    private Phase _phase;
    private bool _hasPeerClosed;
    private bool _isReading;
    private bool _isRetryFlagSet;
    private bool _isNotTls;
    private bool _isAtRecord; // no part of a record is in libssl
    private string? _refusal;
    private Exception? _callbackError;

    public OpenSslSession(OpenSslContext context, EventLoop loop, ITlsSessionEvents events)
    {
        _context = context;
        _loop = loop;
        _events = events;
        var bio = OpenSslBio.Create();
        _ssl = context.CreateSsl(bio);
        context.CountSession(1);
    }

    private enum Phase : byte
    {
        Starting,
        Handshaking,
        Open,
        Ended,
    }

    /// <summary>Gets the session that is inside a call to libssl on this thread: that which libssl calls back.</summary>
    public static OpenSslSession? Calling => _calling;

    public override void Start()
    {
        if (_context.IsClient) Handshake();
    }

    public override void Receive(Span<byte> ciphertext)
    {
        if (_hasPeerClosed) return; // RFC 8446, section 6.1: what comes behind close_notify is ignored
        if (_phase == Phase.Starting && ciphertext.Length > 0)
        {
            _isNotTls = ciphertext[0] != HandshakeRecord;
            _phase = Phase.Handshaking;
        }

        fixed (byte* input = ciphertext)
        {
            _input = input;
            _inputLength = ciphertext.Length;
            try
            {
                if (_phase == Phase.Handshaking) Handshake();
                if (_phase == Phase.Open) ReadAll();
            }
            finally
            {
                _input = null;
                _inputLength = 0;
            }
        }
    }

    public override void Send(ReadOnlyMemory<byte> plaintext)
    {
        fixed (byte* data = plaintext.Span)
        {
            Enter();
            var result = LibSsl.Write(_ssl, data, plaintext.Length);
            Leave();
            // What is written is always taken, and MaxSend is one record: all or nothing.
            if (result != plaintext.Length) Fail(LibSsl.GetError(_ssl, result));
        }
    }

    public override void SendCloseNotify()
    {
        Enter();
        var result = LibSsl.Shutdown(_ssl);
        Leave();
        if (result < 0) Fail(LibSsl.GetError(_ssl, result));
    }

    public override void Dispose()
    {
        if (_ssl == 0) return;
        // Otherwise OpenSSL takes a connection that ended without close_notify for a reason not to resume its session, as the first
        // versions of TLS demanded, and for that it locks the context. After a failure it may.
        if (_phase != Phase.Ended) LibSsl.SetShutdown(_ssl, LibSsl.SentShutdown | LibSsl.ReceivedShutdown);
        _phase = Phase.Ended;
        LibSsl.Free(_ssl);
        _ssl = 0;
        _context.CountSession(-1);
    }

    private void Handshake()
    {
        Enter();
        var result = LibSsl.DoHandshake(_ssl);
        Leave();
        if (result != 1)
        {
            var error = LibSsl.GetError(_ssl, result);
            if (error != LibSsl.ErrorWantRead) Fail(error);
            return;
        }

        _phase = Phase.Open;
        _isAtRecord = true;
        _events.OnHandshakeCompleted();
    }

    /// <summary>Decrypts all that has arrived whole into the loop's buffer, and hands it over in as few parts as fit there.</summary>
    private void ReadAll()
    {
        var buffer = _loop.TlsBuffers.Plaintext;
        var filled = 0;
        int result;
        var readsAhead = HasSmallRecords();
        if (readsAhead) LibSsl.SetReadAhead(_ssl, 1);
        do
        {
            fixed (byte* free = &buffer[filled])
            {
                Enter();
                _isReading = true;
                result = LibSsl.Read(_ssl, free, buffer.Length - filled);
                _isReading = false;
                Leave();
            }

            if (result <= 0) break;
            filled += result;
            if (buffer.Length - filled >= MaxSend) continue;
            _events.OnPlaintext(buffer.AsSpan(0, filled));
            filled = 0;
        }
        while ((_inputLength > 0 || (readsAhead && LibSsl.HasPending(_ssl) == 1)) && _phase == Phase.Open);

        if (readsAhead) LibSsl.SetReadAhead(_ssl, 0);
        _isAtRecord = result > 0;
        // Asked before anything is handed over: whoever gets it may send, and libssl speaks of its last call.
        var error = result > 0 ? LibSsl.ErrorNone : LibSsl.GetError(_ssl, result);
        var isFailure = error is not (LibSsl.ErrorNone or LibSsl.ErrorWantRead or LibSsl.ErrorZeroReturn);
        var (failure, detail) = isFailure ? Explain(error) : default;
        if (filled > 0 && _phase == Phase.Open) _events.OnPlaintext(buffer.AsSpan(0, filled));
        if (_phase != Phase.Open) return;
        if (isFailure) End(failure, detail);
        if (error != LibSsl.ErrorZeroReturn) return;
        _hasPeerClosed = true;
        _events.OnCloseNotify();
    }

    /// <summary>
    /// Looks whether several small records have come together. Then libssl takes them in one go, reading ahead; else it takes
    /// each in two, header and rest, and gives its buffer back behind each. A guess is enough: the result is the same.
    /// </summary>
    private bool HasSmallRecords()
    {
        if (!_isAtRecord || _inputLength < RecordHeader) return false;
        var length = (_input[3] << 8) | _input[4];
        return length <= SmallRecord && _inputLength > RecordHeader + length;
    }

    /// <summary>Comes before each call that libssl may call back from, or fail in.</summary>
    private void Enter()
    {
        LibCrypto.ClearErrors(); // what others left in the thread's queue would be taken for the reason of a failure
        _calling = this;
    }

    private void Leave()
    {
        _calling = null;
        if (_callbackError is not null) Rethrow();
    }

    private void Rethrow()
    {
        var error = _callbackError!;
        _callbackError = null;
        _phase = Phase.Ended;
        LibCrypto.ClearErrors();
        ExceptionDispatchInfo.Throw(error);
    }
}
