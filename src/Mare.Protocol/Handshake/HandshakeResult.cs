// SPDX-License-Identifier: MIT
namespace Mare.Protocol;

/// <summary>Says what <see cref="OpeningHandshake.Validate"/> found.</summary>
/// <remarks>Immutable: any thread may read.</remarks>
public sealed class HandshakeResult
{
    internal static readonly HandshakeResult Plain = new(HandshakeResultKind.Plain, null, null, [], []);

    private readonly HandshakeFailure? _failure;
    private readonly string? _acceptKey;

    private HandshakeResult(
        HandshakeResultKind kind,
        HandshakeFailure? failure,
        string? acceptKey,
        IReadOnlyList<string> subprotocols,
        IReadOnlyList<ExtensionOffer> extensions)
    {
        Kind = kind;
        _failure = failure;
        _acceptKey = acceptKey;
        Subprotocols = subprotocols;
        Extensions = extensions;
    }

    /// <summary>Gets what the request is.</summary>
    public HandshakeResultKind Kind { get; }

    /// <summary>Gets why the request is refused.</summary>
    /// <exception cref="InvalidOperationException">It is not refused.</exception>
    public HandshakeError Error => Failure.Error;

    /// <summary>Gets a sentence for the log that says what is wrong; it never holds bytes of the peer.</summary>
    /// <exception cref="InvalidOperationException">The request is not refused.</exception>
    public string Detail => Failure.Detail;

    /// <summary>Gets the value of <c>Sec-WebSocket-Accept</c> that answers the request.</summary>
    /// <exception cref="InvalidOperationException">The request is no valid upgrade.</exception>
    public string AcceptKey =>
        _acceptKey ?? throw new InvalidOperationException("The request is no valid upgrade: look at Kind first.");

    /// <summary>Gets the subprotocols offered, the client's preferred first; empty when none.</summary>
    public IReadOnlyList<string> Subprotocols { get; }

    /// <summary>Gets the extensions offered, the client's preferred first; empty when none.</summary>
    public IReadOnlyList<ExtensionOffer> Extensions { get; }

    private HandshakeFailure Failure =>
        _failure ?? throw new InvalidOperationException("The request is not refused: look at Kind first.");

    internal static HandshakeResult Upgrade(
        string acceptKey, IReadOnlyList<string> subprotocols, IReadOnlyList<ExtensionOffer> extensions) =>
        new(HandshakeResultKind.Upgrade, null, acceptKey, subprotocols, extensions);

    internal static HandshakeResult Refused(HandshakeFailure failure) =>
        new(HandshakeResultKind.Refused, failure, null, [], []);
}
