// SPDX-License-Identifier: MIT
using System.Buffers;

namespace Mare.Protocol;

/// <summary>Reads the answer to a <see cref="ClientHandshake"/>, at any split, and checks it.</summary>
/// <remarks>
/// As strict, and as sparing with buffers, as <see cref="RequestReader"/>. Not thread-safe. RFC 6455, section 4.1.
/// </remarks>
public sealed class ClientResponseReader : IDisposable
{
    private const int SwitchingProtocols = 101;

    private readonly ClientHandshake _request;
    private readonly HeadReader _reader;
    private ResponseReadStatus _status;
    private HandshakeFailure? _failure;

    /// <summary>Starts at the first byte of the answer.</summary>
    /// <param name="request">What was asked for.</param>
    /// <param name="limits">What bounds the head; a response has no target.</param>
    /// <param name="pool">Lends the buffer for a head that arrives in pieces.</param>
    public ClientResponseReader(ClientHandshake request, HandshakeLimits limits, ArrayPool<byte> pool)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(limits);
        ArgumentNullException.ThrowIfNull(pool);
        _request = request;
        _reader = new HeadReader(HeadKind.Response, limits, pool);
    }

    /// <summary>Gets the head, or null until it is whole; there is one too when what it says is refused.</summary>
    public ResponseHead? Head { get; private set; }

    /// <summary>Gets the subprotocol that the server chose, or null for none.</summary>
    public string? Subprotocol { get; private set; }

    /// <summary>Gets the extensions that the server accepted, all of them offered; parameters are unchecked.</summary>
    public IReadOnlyList<ExtensionOffer> Extensions { get; private set; } = [];

    /// <summary>Gets why the answer is refused.</summary>
    /// <value>
    /// <see cref="HandshakeError.RequestTooLarge"/> and <see cref="HandshakeError.InvalidHttp"/>, as for a request,
    /// the latter also for a subprotocol or an extension that was not offered;
    /// <see cref="HandshakeError.MissingUpgrade"/>; <see cref="HandshakeError.AcceptKeyFailed"/>.
    /// </value>
    /// <exception cref="InvalidOperationException">It is not refused.</exception>
    public HandshakeError Error => Failure.Error;

    /// <summary>Gets a sentence for the log that says what is wrong; it never holds bytes of the peer.</summary>
    /// <exception cref="InvalidOperationException">The answer is not refused.</exception>
    public string ErrorDetail => Failure.Detail;

    private HandshakeFailure Failure =>
        _failure ?? throw new InvalidOperationException("The answer is not refused: look at the status of Read first.");

    /// <summary>Reads on.</summary>
    /// <param name="data">
    /// What arrived, the caller's again on return; it then begins behind the last byte taken. With
    /// <see cref="ResponseReadStatus.Accepted"/>, these are frames.
    /// </param>
    /// <returns>The status; once it is not <see cref="ResponseReadStatus.NeedMore"/>, nothing more is taken.</returns>
    /// <exception cref="ObjectDisposedException">More is needed, but the reader is disposed.</exception>
    public ResponseReadStatus Read(ref ReadOnlySpan<byte> data)
    {
        if (_status != ResponseReadStatus.NeedMore)
            return _status;
        if (_reader.TryRead(ref data, out ReadOnlySpan<byte> head))
        {
            _failure = HeadParser.ParseResponse(head, out ResponseHead? response);
            Head = response;
            _reader.Release();
            if (response is not null)
                _status = Judge(response);
        }
        else
        {
            _failure = _reader.Failure;
        }

        return _status = _failure is null ? _status : ResponseReadStatus.Failed;
    }

    /// <summary>Returns the buffer, if there is one, to its pool.</summary>
    public void Dispose() => _reader.Dispose();

    private ResponseReadStatus Judge(ResponseHead head)
    {
        if (head.StatusCode != SwitchingProtocols)
            return ResponseReadStatus.Declined;
        _failure = CheckUpgrade(head)
            ?? OpeningHandshake.CheckNoBody(head.Headers)
            ?? ReadSubprotocol(head.Headers)
            ?? ReadExtensions(head.Headers);
        return ResponseReadStatus.Accepted;
    }

    // RFC 6455, section 4.1, on the answer, items 2 to 4.
    private HandshakeFailure? CheckUpgrade(ResponseHead head)
    {
        bool upgrades = head.VersionMinor > 0
            && "websocket".Equals(head.Headers[HeaderNames.Upgrade], StringComparison.OrdinalIgnoreCase)
            && FieldSyntax.ListHas(head.Headers[HeaderNames.Connection], "upgrade");
        if (!upgrades)
            return HandshakeFailure.NoUpgrade;
        bool answers = OpeningHandshake.ComputeAcceptKey(_request.Key) == head.Headers[HeaderNames.Accept];
        return answers ? null : HandshakeFailure.WrongAccept;
    }

    // Item 6: a subprotocol that was not offered fails the connection.
    private HandshakeFailure? ReadSubprotocol(HeaderCollection headers)
    {
        if (!headers.TryGetValue(HeaderNames.Subprotocol, out string? name))
            return null;
        if (!OpeningHandshake.IsOffered(_request.Subprotocols, name))
            return HandshakeFailure.NotOffered;
        Subprotocol = name;
        return null;
    }

    // Item 5: so does an extension.
    private HandshakeFailure? ReadExtensions(HeaderCollection headers)
    {
        if (!headers.TryGetValue(HeaderNames.Extensions, out string? value))
            return null;
        if (!ExtensionHeader.TryParse(value, out IReadOnlyList<ExtensionOffer> accepted))
            return HandshakeFailure.BadExtension;
        if (!accepted.All(extension => _request.Extensions.Any(offer => offer.Name == extension.Name)))
            return HandshakeFailure.NotOffered;
        Extensions = accepted;
        return null;
    }
}
