// SPDX-License-Identifier: MIT
using System.Buffers;

namespace Mare.Protocol;

/// <summary>Reads the head of one request, at any split.</summary>
/// <remarks>
/// Bytes are looked at once, and refused at the first that is wrong or too many. A buffer is rented only when the head
/// does not arrive whole, and returned when reading ends. Not thread-safe. RFC 9112, sections 2 to 5.
/// </remarks>
public sealed class RequestReader : IDisposable
{
    private readonly HeadReader _reader;
    private RequestReadStatus _status;
    private HandshakeFailure? _failure;

    /// <summary>Starts at the first byte of a connection.</summary>
    /// <param name="limits">What bounds the head.</param>
    /// <param name="pool">Lends the buffer for a head that arrives in pieces.</param>
    public RequestReader(HandshakeLimits limits, ArrayPool<byte> pool)
    {
        ArgumentNullException.ThrowIfNull(limits);
        ArgumentNullException.ThrowIfNull(pool);
        _reader = new HeadReader(HeadKind.Request, limits, pool);
    }

    /// <summary>Gets the head, or null until it is whole.</summary>
    public RequestHead? Head { get; private set; }

    /// <summary>Gets why the head is refused.</summary>
    /// <exception cref="InvalidOperationException">It is not refused.</exception>
    public HandshakeError Error => Failure.Error;

    /// <summary>Gets a sentence for the log that says what is wrong; it never holds bytes of the peer.</summary>
    /// <exception cref="InvalidOperationException">The head is not refused.</exception>
    public string ErrorDetail => Failure.Detail;

    private HandshakeFailure Failure =>
        _failure ?? throw new InvalidOperationException("The head is not refused: look at the status of Read first.");

    /// <summary>Reads on.</summary>
    /// <param name="data">
    /// What arrived, the caller's again on return; it then begins behind the last byte taken. With
    /// <see cref="RequestReadStatus.Complete"/>, these are frames.
    /// </param>
    /// <returns>The status; once it is not <see cref="RequestReadStatus.NeedMore"/>, nothing more is taken.</returns>
    /// <exception cref="ObjectDisposedException">More is needed, but the reader is disposed.</exception>
    public RequestReadStatus Read(ref ReadOnlySpan<byte> data)
    {
        if (_status != RequestReadStatus.NeedMore)
            return _status;
        if (_reader.TryRead(ref data, out ReadOnlySpan<byte> head))
        {
            _failure = HeadParser.ParseRequest(head, out RequestHead? request);
            Head = request;
            _reader.Release();
            _status = _failure is null ? RequestReadStatus.Complete : RequestReadStatus.Failed;
        }
        else if (_reader.Failure is not null)
        {
            _failure = _reader.Failure;
            _status = RequestReadStatus.Failed;
        }

        return _status;
    }

    /// <summary>Returns the buffer, if there is one, to its pool.</summary>
    public void Dispose() => _reader.Dispose();
}
