// SPDX-License-Identifier: MIT
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace Lori.Tls.OpenSsl;

/// <summary>
/// Is one connection's TLS in libssl: an SSL object and no buffer. libssl takes records from the span being received and
/// puts records into the events' blocks. Unsafe: libssl takes addresses. Loop only.
/// </summary>
internal sealed unsafe partial class OpenSslSession : TlsSession
{
    /// <summary>A record's largest plaintext (RFC 8446, 5.1): one read gives no more.</summary>
    private const int MaxRecord = 16 * 1024;

    /// <summary>
    /// What a peer may make this side write, after the handshake and without our sending anything: answers to changes of keys
    /// (RFC 8446, 4.6.3) and refusals to renegotiate. An honest peer needs a few of 30 bytes in its life; one that
    /// never reads would otherwise fill memory.
    /// </summary>
    private const int MaxUnaskedOutput = 16 * 1024;

    [ThreadStatic]
    private static OpenSslSession? _calling;

    private static int _open;

    private readonly OpenSslContext _context;
    private readonly EventLoop _loop;
    private readonly ITlsSessionEvents _events;
    private nint _ssl;
    private byte* _input;
    private int _inputLength;
    private int _unaskedOutput;
    private State _state;
    private bool _isReading;
    private Exception? _callbackError;

    public OpenSslSession(OpenSslContext context, EventLoop loop, ITlsSessionEvents events)
    {
        _context = context;
        _loop = loop;
        _events = events;
        _ssl = context.CreateSsl();
        var bio = OpenSslBio.Create();
        LibSsl.SetBio(_ssl, bio, bio); // given twice it is one reference, which the SSL object now owns
        Interlocked.Increment(ref _open);
    }

    private enum State : byte
    {
        Handshaking,
        Open,
        Ended,
    }

    /// <summary>Gets how many sessions hold an SSL object, for tests that look for leaks. Any thread.</summary>
    public static int OpenCount => Volatile.Read(ref _open);

    /// <summary>Gets the session that is inside a call to libssl on this thread.</summary>
    public static OpenSslSession? Calling => _calling;

    /// <summary>Gets or sets whether its BIO says that it waits for input.</summary>
    public bool IsRetryFlagSet { get; set; }

    public override void Start() => Handshake();

    public override void Receive(Span<byte> ciphertext)
    {
        // Pinned for as long as libssl may ask for it: it does so only inside the calls below.
        fixed (byte* input = ciphertext)
        {
            _input = input;
            _inputLength = ciphertext.Length;
            try
            {
                if (_state == State.Handshaking) Handshake();
                if (_state == State.Open) ReadAll();
            }
            finally
            {
                _input = null;
                _inputLength = 0;
            }
        }
    }

    public override void Send(ReadOnlySpan<byte> plaintext)
    {
        fixed (byte* data = plaintext)
        {
            for (var sent = 0; sent < plaintext.Length && _state == State.Open;)
            {
                var caller = Enter();
                var written = LibSsl.Write(_ssl, data + sent, plaintext.Length - sent);
                Leave(caller);
                if (written > 0) sent += written;
                else Fail(written);
            }
        }
    }

    public override void SendCloseNotify()
    {
        if (_state != State.Open) return;
        var caller = Enter();
        var result = LibSsl.Shutdown(_ssl);
        Leave(caller);
        if (result < 0) Fail(result);
    }

    public override void Dispose()
    {
        if (_ssl == 0) return;
        _state = State.Ended;
        LibSsl.Free(_ssl);
        _ssl = 0;
        Interlocked.Decrement(ref _open);
    }

    /// <summary>Copies what has arrived to where libssl wants it.</summary>
    public int TakeInput(Span<byte> destination)
    {
        var count = Math.Min(destination.Length, _inputLength);
        new ReadOnlySpan<byte>(_input, count).CopyTo(destination);
        _input += count;
        _inputLength -= count;
        return count;
    }

    /// <summary>Copies records to where they are sent from. Called by native code: throws nothing.</summary>
    public bool PutOutput(ReadOnlySpan<byte> records)
    {
        if (_isReading && (_unaskedOutput += records.Length) > MaxUnaskedOutput) return false;
        try
        {
            while (records.Length > 0)
            {
                var space = _events.ReserveCiphertext(records.Length);
                var count = Math.Min(space.Length, records.Length);
                records[..count].CopyTo(space);
                _events.CommitCiphertext(count);
                records = records[count..];
            }
            return true;
        }
        catch (Exception exception)
        {
            _callbackError = exception;
            return false;
        }
    }

    private void Handshake()
    {
        var caller = Enter();
        var result = LibSsl.DoHandshake(_ssl);
        Leave(caller);
        if (result == 1)
        {
            _state = State.Open;
            _events.OnHandshakeCompleted();
        }
        else Fail(result);
    }

    /// <summary>Decrypts all that has arrived whole, into the loop's buffer, and hands it over in as few parts as fit there.</summary>
    private void ReadAll()
    {
        var buffer = _loop.PlaintextBuffer;
        var filled = 0;
        int result;
        do
        {
            fixed (byte* free = &buffer[filled])
            {
                var caller = Enter();
                _isReading = true;
                result = LibSsl.Read(_ssl, free, buffer.Length - filled);
                _isReading = false;
                Leave(caller);
            }
            if (result <= 0) break;
            filled += result;
            if (buffer.Length - filled >= MaxRecord) continue;
            _events.OnPlaintext(buffer.AsSpan(0, filled));
            filled = 0;
            // A read takes one record and, read-ahead being off, no byte of the next: with no input left there is no more.
        }
        while (_inputLength > 0 && _state == State.Open);
        if (filled > 0 && _state == State.Open) _events.OnPlaintext(buffer.AsSpan(0, filled));
        if (result <= 0 && _state == State.Open) Fail(result);
    }

    /// <summary>Comes before each call that libssl may call back from or fail in.</summary>
    /// <returns>What to hand to <see cref="Leave"/>.</returns>
    private OpenSslSession? Enter()
    {
        LibCrypto.ClearErrors(); // what others left in the thread's queue would be taken for the reason of a failure
        var caller = _calling;
        _calling = this;
        return caller;
    }

    private void Leave(OpenSslSession? caller)
    {
        _calling = caller;
        if (_callbackError is null) return;
        var error = _callbackError;
        _callbackError = null;
        _state = State.Ended;
        LibCrypto.ClearErrors();
        ExceptionDispatchInfo.Throw(error);
    }
}
