// SPDX-License-Identifier: MIT
using System.Text;
using Mare.Protocol.Tests.Feeding;
using Xunit;

namespace Mare.Protocol.Tests.Handshake;

/// <summary>Says how reading a request ended; the validation is there when the head is whole.</summary>
internal sealed record RequestOutcome(
    RequestReadStatus Status, HandshakeError? Error, string? Detail, RequestHead? Head, string Rest)
{
    public HandshakeResult? Validated { get; } = Head is null ? null : OpeningHandshake.Validate(Head);

    /// <summary>Gets the error of reading or of validation, or null.</summary>
    public HandshakeError? Refusal =>
        Error ?? (Validated?.Kind == HandshakeResultKind.Refused ? Validated.Error : null);

    /// <summary>Gets the sentence that belongs to <see cref="Refusal"/>.</summary>
    public string? RefusalDetail =>
        Detail ?? (Validated?.Kind == HandshakeResultKind.Refused ? Validated.Detail : null);

    /// <summary>Gets whether it is one of the ends that there may be: need-more, a whole head, or an error with its status.</summary>
    public bool IsDocumented => Status switch
    {
        RequestReadStatus.NeedMore => Head is null && Error is null,
        RequestReadStatus.Complete => Head is not null && Validated is not null && HasStatus(Refusal),
        _ => Head is null && Error is not null && HasStatus(Error),
    };

    private static bool HasStatus(HandshakeError? error) => error is not { } e || HandshakeResponse.StatusOf(e) >= 400;
}

/// <summary>Says how reading an answer ended.</summary>
internal sealed record ResponseOutcome(
    ResponseReadStatus Status,
    HandshakeError? Error,
    string? Detail,
    ResponseHead? Head,
    string? Subprotocol,
    IReadOnlyList<ExtensionOffer> Extensions,
    string Rest)
{
    /// <summary>Gets whether it is one of the ends that there may be: need-more, 101, another status, or an error.</summary>
    public bool IsDocumented => Status switch
    {
        ResponseReadStatus.NeedMore => Head is null && Error is null,
        ResponseReadStatus.Accepted => Head?.StatusCode == 101,
        ResponseReadStatus.Declined => Head is not null && Head.StatusCode != 101,
        _ => Enum.IsDefined(Error!.Value) && Detail!.Length > 0,
    };
}

/// <summary>
/// Feeds each case at all <see cref="Splits"/>, and holds it to the one oracle: all end alike, in need-more, a whole head or
/// a documented error, and every rented buffer comes back.
/// </summary>
internal static class HandshakeFeeder
{
    private delegate bool ReadPiece(ref ReadOnlySpan<byte> data);

    /// <summary>Feeds a request, one byte a character.</summary>
    public static RequestOutcome Request(string text, HandshakeLimits? limits = null) =>
        Request(Encoding.Latin1.GetBytes(text), limits);

    /// <summary>Feeds a request.</summary>
    public static RequestOutcome Request(byte[] bytes, HandshakeLimits? limits = null, Splitting? splits = null)
    {
        RequestOutcome outcome = AllAlike(
            bytes, splits, pieces => Request(bytes, pieces, limits ?? new HandshakeLimits()), Describe);
        Assert.True(outcome.IsDocumented, Describe(outcome));
        return outcome;
    }

    /// <summary>Feeds the answer to a request, one byte a character.</summary>
    public static ResponseOutcome Response(string text, ClientHandshake request, HandshakeLimits? limits = null) =>
        Response(Encoding.Latin1.GetBytes(text), request, limits);

    /// <summary>Feeds the answer to a request.</summary>
    public static ResponseOutcome Response(
        byte[] bytes, ClientHandshake request, HandshakeLimits? limits = null, Splitting? splits = null)
    {
        ResponseOutcome outcome = AllAlike(
            bytes, splits, pieces => Response(bytes, pieces, request, limits ?? new HandshakeLimits()), Describe);
        Assert.True(outcome.IsDocumented, Describe(outcome));
        return outcome;
    }

    private static T AllAlike<T>(
        byte[] bytes, Splitting? splits, Func<IEnumerable<byte[]>, T> feed, Func<T, string> describe)
        where T : class
    {
        T? whole = null;
        foreach (IEnumerable<byte[]> pieces in (splits ?? Splits.Of)(bytes))
        {
            T outcome = feed(pieces);
            Assert.Equal(describe(whole ??= outcome), describe(outcome));
        }
        return whole!;
    }

    private static RequestOutcome Request(byte[] bytes, IEnumerable<byte[]> pieces, HandshakeLimits limits)
    {
        var pool = new CountingPool();
        using var reader = new RequestReader(limits, pool);
        var status = RequestReadStatus.NeedMore;
        string rest = Feed(bytes, pieces, (ref ReadOnlySpan<byte> data) =>
        {
            status = reader.Read(ref data);
            return status != RequestReadStatus.NeedMore;
        });
        CheckBuffers(pool, reader, status != RequestReadStatus.NeedMore, limits);
        bool failed = status == RequestReadStatus.Failed;
        return new RequestOutcome(
            status, failed ? reader.Error : null, failed ? reader.ErrorDetail : null, reader.Head, rest);
    }

    private static ResponseOutcome Response(
        byte[] bytes, IEnumerable<byte[]> pieces, ClientHandshake request, HandshakeLimits limits)
    {
        var pool = new CountingPool();
        using var reader = new ClientResponseReader(request, limits, pool);
        var status = ResponseReadStatus.NeedMore;
        string rest = Feed(bytes, pieces, (ref ReadOnlySpan<byte> data) =>
        {
            status = reader.Read(ref data);
            return status != ResponseReadStatus.NeedMore;
        });
        CheckBuffers(pool, reader, status != ResponseReadStatus.NeedMore, limits);
        bool failed = status == ResponseReadStatus.Failed;
        return new ResponseOutcome(
            status,
            failed ? reader.Error : null,
            failed ? reader.ErrorDetail : null,
            reader.Head,
            reader.Subprotocol,
            reader.Extensions,
            rest);
    }

    private static string Feed(byte[] bytes, IEnumerable<byte[]> pieces, ReadPiece read)
    {
        int arrived = 0;
        foreach (byte[] piece in pieces)
        {
            arrived += piece.Length;
            ReadOnlySpan<byte> data = piece;
            bool ended = read(ref data);
            if (ended)
                return Encoding.Latin1.GetString(data) + Encoding.Latin1.GetString(bytes.AsSpan(arrived));
            Assert.True(data.IsEmpty, "What needs more must have taken all.");
        }

        return "";
    }

    private static void CheckBuffers(CountingPool pool, IDisposable reader, bool ended, HandshakeLimits limits)
    {
        if (ended)
            Assert.Equal(0, pool.Outstanding);
        Assert.InRange(pool.LargestRequest, 0, limits.MaxHeadBytes);
        reader.Dispose();
        Assert.Equal(0, pool.Outstanding);
    }

    // What is left behind a failure depends on the split, and nobody reads it.
    private static string Describe(RequestOutcome o) => string.Join('\n',
        [$"{o.Status} {o.Error} {o.Detail} {o.Refusal} {o.RefusalDetail} {o.Validated?.Kind}",
        $"{o.Head?.Method} {o.Head?.Target} {o.Head?.Path} {o.Head?.QueryString} {o.Head?.VersionMinor}",
        .. Describe(o.Head?.Headers), o.Status == RequestReadStatus.Failed ? "" : o.Rest]);

    private static string Describe(ResponseOutcome o) => string.Join('\n',
        [$"{o.Status} {o.Error} {o.Detail} {o.Subprotocol} {string.Join(',', o.Extensions)}",
        $"{o.Head?.StatusCode} {o.Head?.ReasonPhrase} {o.Head?.VersionMinor}",
        .. Describe(o.Head?.Headers), o.Status == ResponseReadStatus.Failed ? "" : o.Rest]);

    private static IEnumerable<string> Describe(HeaderCollection? headers) =>
        (headers ?? HeaderCollection.Empty).Select(static field => $"{field.Key}: {field.Value}");
}
