// SPDX-License-Identifier: MIT
using System.Buffers;

namespace Mare.Protocol;

/// <summary>Finds the end of a head and checks its grammar, each byte once, at any split.</summary>
/// <remarks>
/// A failure depends on the bytes up to the one that made it and on nothing after, so that splits do not change it.
/// What passes can be taken apart without looking back (RFC 9112, sections 2 to 5):
/// <code>
/// method SP target SP HTTP/1.x CRLF            or   HTTP/1.x SP 3DIGIT SP [ reason ] CRLF
/// *( name ":" value CRLF )
/// CRLF
/// </code>
/// </remarks>
internal struct HeadScanner(HeadKind kind, HandshakeLimits limits)
{
    private const byte Cr = (byte)'\r';
    private const byte Lf = (byte)'\n';
    private const byte Space = (byte)' ';
    private const byte Tab = (byte)'\t';

    private State _state = kind == HeadKind.Request ? State.Start : State.HttpVersion;
    private int _length; // bytes of the current element so far
    private int _headers; // header lines so far

    /// <summary>What must come next.</summary>
    private enum State : byte
    {
        Start, LeadingLf, Method, Target, HttpVersion, RequestLineCr, StatusCode, ReasonPhrase,
        LineLf, LineStart, Name, Value, LastLf, Complete, Failed,
    }

    /// <summary>Gets whether the empty line has been seen.</summary>
    public readonly bool IsComplete => _state == State.Complete;

    /// <summary>Gets what is wrong, or null.</summary>
    public HandshakeFailure? Failure { get; private set; }

    /// <summary>Scans on, and stops behind the head, at the first wrong byte, or at the end of the span.</summary>
    /// <returns>How many bytes belong to the head.</returns>
    public int Advance(ReadOnlySpan<byte> bytes)
    {
        int at = 0;
        while (at < bytes.Length && _state < State.Complete)
        {
            at += Run(bytes[at..]);
            if (at < bytes.Length && _state < State.Complete && Step(bytes[at]))
                at++;
        }

        return at;
    }

    /// <summary>Fails from outside, for what a byte does not show: the head is too long.</summary>
    public void Fail(HandshakeFailure failure)
    {
        Failure = failure;
        _state = State.Failed;
    }

    /// <summary>Skips the bytes that the current element may hold, many at a time.</summary>
    private int Run(ReadOnlySpan<byte> bytes)
    {
        SearchValues<byte>? allowed = _state switch
        {
            State.Method or State.Name => FieldSyntax.TokenBytes,
            State.Target => FieldSyntax.TargetBytes,
            State.Value or State.ReasonPhrase => FieldSyntax.ValueBytes,
            _ => null,
        };
        if (allowed is null)
            return 0;

        int run = bytes.IndexOfAnyExcept(allowed);
        if (run < 0)
            run = bytes.Length;
        _length += run;
        if (_state == State.Target && _length > limits.MaxTargetBytes)
            Fail(HandshakeFailure.TargetTooLong);
        return run;
    }

    /// <summary>Takes one byte that ends or separates elements.</summary>
    /// <returns>False when the byte was not taken: it belongs to the state that follows.</returns>
    private bool Step(byte b)
    {
        switch (_state)
        {
            case State.Start: // RFC 9112, section 2.2: ignore one empty line before the request line.
                if (b == Cr)
                    return Enter(State.LeadingLf);
                Enter(State.Method);
                return false;
            case State.LeadingLf:
                return b == Lf ? Enter(State.Method) : Wrong(HandshakeFailure.BareCr);
            case State.Method:
                return b == Space && _length > 0 ? Enter(State.Target) : Wrong(HandshakeFailure.BadMethod);
            case State.Target:
                if (b == '#')
                    return Wrong(HandshakeFailure.Fragment);
                return b == Space && _length > 0 ? Enter(State.HttpVersion) : Wrong(HandshakeFailure.BadTarget);
            case State.HttpVersion:
                return StepHttpVersion(b);
            case State.RequestLineCr:
                return b == Cr ? Enter(State.LineLf) : Wrong(LineEnd(b, HandshakeFailure.BadHttpVersion));
            case State.StatusCode:
                return StepStatusCode(b);
            case State.ReasonPhrase:
                return b == Cr ? Enter(State.LineLf) : Wrong(LineEnd(b, HandshakeFailure.BadStatusLine));
            case State.LineLf:
                return b == Lf ? Enter(State.LineStart) : Wrong(HandshakeFailure.BareCr);
            case State.LineStart:
                return StepLineStart(b);
            case State.Name:
                return b == ':' && _length > 0 ? Enter(State.Value) : Wrong(NameEnd(b));
            case State.Value:
                return b == Cr ? Enter(State.LineLf) : Wrong(LineEnd(b, HandshakeFailure.BadValue));
            default: // State.LastLf
                return b == Lf ? Enter(State.Complete) : Wrong(HandshakeFailure.BareCr);
        }
    }

    private bool StepHttpVersion(byte b)
    {
        ReadOnlySpan<byte> expected = "HTTP/1."u8;
        if (_length < expected.Length ? b != expected[_length] : !char.IsAsciiDigit((char)b))
            return Wrong(HandshakeFailure.BadHttpVersion);
        if (++_length > expected.Length)
            Enter(kind == HeadKind.Request ? State.RequestLineCr : State.StatusCode);
        return true;
    }

    private bool StepStatusCode(byte b)
    {
        bool valid = _length is 0 or 4 ? b == Space : char.IsAsciiDigit((char)b);
        if (!valid)
            return Wrong(LineEnd(b, HandshakeFailure.BadStatusLine));
        if (++_length == 5)
            Enter(State.ReasonPhrase);
        return true;
    }

    private bool StepLineStart(byte b)
    {
        if (b == Cr)
            return Enter(State.LastLf);
        if (b is Space or Tab) // RFC 9112, section 5.2: obsolete line folding; section 2.2 for the first line.
            return Wrong(HandshakeFailure.LeadingSpace);
        if (++_headers > limits.MaxHeaderCount)
            return Wrong(HandshakeFailure.TooManyHeaders);
        Enter(State.Name);
        return false;
    }

    private static HandshakeFailure NameEnd(byte b) => b switch
    {
        Lf => HandshakeFailure.BareLf,
        (byte)':' => HandshakeFailure.EmptyName,
        Space or Tab => HandshakeFailure.SpaceBeforeColon, // RFC 9112, section 5.1
        _ => HandshakeFailure.BadName,
    };

    private static HandshakeFailure LineEnd(byte b, HandshakeFailure otherwise) =>
        b == Lf ? HandshakeFailure.BareLf : otherwise;

    private bool Enter(State state)
    {
        _state = state;
        _length = 0;
        return true;
    }

    private bool Wrong(HandshakeFailure failure)
    {
        Fail(failure);
        return false;
    }
}
