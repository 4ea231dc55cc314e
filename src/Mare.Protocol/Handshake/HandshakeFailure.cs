// SPDX-License-Identifier: MIT
namespace Mare.Protocol;

/// <summary>Pairs an error with the sentence that explains it to the log; never holds bytes of the peer.</summary>
internal sealed record HandshakeFailure(HandshakeError Error, string Detail)
{
    // Sizes
    public static readonly HandshakeFailure HeadTooLarge = new(
        HandshakeError.RequestTooLarge, "The head is longer than its limit.");
    public static readonly HandshakeFailure TooManyHeaders = new(
        HandshakeError.RequestTooLarge, "The head has more header lines than its limit.");
    public static readonly HandshakeFailure TargetTooLong = new(
        HandshakeError.TargetTooLong, "The request target is longer than its limit.");

    // Start line
    public static readonly HandshakeFailure BadMethod = Http("The method is not a token followed by one space.");
    public static readonly HandshakeFailure BadTarget = Http("The request target holds a byte that no URI holds.");
    public static readonly HandshakeFailure Fragment = Http("The request target has a fragment.");
    public static readonly HandshakeFailure TargetForm = Http(
        "The request target is neither a path nor an absolute URI with a valid authority.");
    public static readonly HandshakeFailure BadHttpVersion = Http("The HTTP version is not HTTP/1.x.");
    public static readonly HandshakeFailure BadStatusLine = Http("The status line is malformed.");

    // Line ends and header lines
    public static readonly HandshakeFailure BareLf = Http("A line ends in LF without CR.");
    public static readonly HandshakeFailure BareCr = Http("A CR is not followed by LF.");
    public static readonly HandshakeFailure LeadingSpace = Http("A header line begins with white space.");
    public static readonly HandshakeFailure EmptyName = Http("A header line has no name.");
    public static readonly HandshakeFailure SpaceBeforeColon = Http("A header name is followed by white space.");
    public static readonly HandshakeFailure BadName = Http("A header name is not a token followed by a colon.");
    public static readonly HandshakeFailure BadValue = Http("A header value holds a control byte.");
    public static readonly HandshakeFailure Duplicate = Http("A header that may come once comes twice.");

    // What the headers say
    public static readonly HandshakeFailure MissingHost = new(
        HandshakeError.MissingHost, "The request has no Host, or an empty one.");
    public static readonly HandshakeFailure BadHost = Http("The Host is not a host with an optional port.");
    public static readonly HandshakeFailure HasBody = Http("An upgrade has Transfer-Encoding or a Content-Length.");
    public static readonly HandshakeFailure BadUpgrade = new(
        HandshakeError.MissingUpgrade, "Upgrade or Connection is not a list of tokens.");
    public static readonly HandshakeFailure WrongVersion = new(
        HandshakeError.WrongVersion, "The Sec-WebSocket-Version is not 13.");
    public static readonly HandshakeFailure MissingKey = new(
        HandshakeError.MissingKey, "The upgrade has no Sec-WebSocket-Key.");
    public static readonly HandshakeFailure InvalidKey = new(
        HandshakeError.InvalidKey, "The Sec-WebSocket-Key is not the base64 form of 16 bytes.");
    public static readonly HandshakeFailure BadSubprotocol = Http(
        "The Sec-WebSocket-Protocol is not a list of tokens, each named once.");
    public static readonly HandshakeFailure BadExtension = Http("The Sec-WebSocket-Extensions is malformed.");

    // What a client refuses in the answer to its request
    public static readonly HandshakeFailure NoUpgrade = new(
        HandshakeError.MissingUpgrade, "The answer does not upgrade to websocket.");
    public static readonly HandshakeFailure WrongAccept = new(
        HandshakeError.AcceptKeyFailed, "The Sec-WebSocket-Accept does not answer the key that was sent.");
    public static readonly HandshakeFailure NotOffered = Http(
        "The answer chooses a subprotocol or an extension that was not offered.");

    private static HandshakeFailure Http(string detail) => new(HandshakeError.InvalidHttp, detail);
}
