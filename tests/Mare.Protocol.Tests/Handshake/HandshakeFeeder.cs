// SPDX-License-Identifier: MIT
using System.Text;
using Xunit;

namespace Mare.Protocol.Tests;

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
}

/// <summary>Says how reading an answer ended.</summary>
internal sealed record ResponseOutcome(
    ResponseReadStatus Status,
    HandshakeError? Error,
    string? Detail,
    ResponseHead? Head,
    string? Subprotocol,
    IReadOnlyList<ExtensionOffer> Extensions,
    string Rest);

/// <summary>
/// Feeds each case whole, a byte at a time and at seeded random splits, and checks that all end alike and that every
/// rented buffer came back.
/// </summary>
internal static class HandshakeFeeder
{
    private const int Seed = 6455;
    private const int RandomRuns = 5;
    private const int LongestPiece = 40;

    private delegate bool ReadPiece(ref ReadOnlySpan<byte> data);

    /// <summary>Feeds a request, one byte a character.</summary>
    public static RequestOutcome Request(string text, HandshakeLimits? limits = null) =>
        Request(Encoding.Latin1.GetBytes(text), limits);

    /// <summary>Feeds a request.</summary>
    public static RequestOutcome Request(byte[] bytes, HandshakeLimits? limits = null) =>
        AllAlike(bytes, sizes => Request(bytes, sizes, limits ?? new HandshakeLimits()), Describe);

    /// <summary>Feeds the answer to a request, one byte a character.</summary>
    public static ResponseOutcome Response(string text, ClientHandshake request, HandshakeLimits? limits = null) =>
        Response(Encoding.Latin1.GetBytes(text), request, limits);

    /// <summary>Feeds the answer to a request.</summary>
    public static ResponseOutcome Response(byte[] bytes, ClientHandshake request, HandshakeLimits? limits = null) =>
        AllAlike(bytes, sizes => Response(bytes, sizes, request, limits ?? new HandshakeLimits()), Describe);

    private static T AllAlike<T>(byte[] bytes, Func<IEnumerable<int>, T> feed, Func<T, string> describe)
    {
        T whole = feed([bytes.Length]);
        Assert.Equal(describe(whole), describe(feed(Enumerable.Repeat(1, bytes.Length))));
        var random = new Random(Seed);
        for (int run = 0; run < RandomRuns; run++)
            Assert.Equal(describe(whole), describe(feed(RandomSizes(random))));
        return whole;
    }

    private static IEnumerable<int> RandomSizes(Random random)
    {
        while (true)
            yield return random.Next(LongestPiece + 1);
    }

    private static RequestOutcome Request(byte[] bytes, IEnumerable<int> sizes, HandshakeLimits limits)
    {
        var pool = new CountingPool();
        using var reader = new RequestReader(limits, pool);
        var status = RequestReadStatus.NeedMore;
        string rest = Feed(bytes, sizes, (ref ReadOnlySpan<byte> data) =>
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
        byte[] bytes, IEnumerable<int> sizes, ClientHandshake request, HandshakeLimits limits)
    {
        var pool = new CountingPool();
        using var reader = new ClientResponseReader(request, limits, pool);
        var status = ResponseReadStatus.NeedMore;
        string rest = Feed(bytes, sizes, (ref ReadOnlySpan<byte> data) =>
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

    private static string Feed(byte[] bytes, IEnumerable<int> sizes, ReadPiece read)
    {
        int from = 0;
        foreach (int size in sizes)
        {
            ReadOnlySpan<byte> piece = bytes.AsSpan(from, Math.Min(size, bytes.Length - from));
            from += piece.Length;
            bool ended = read(ref piece);
            if (ended)
                return Encoding.Latin1.GetString(piece) + Encoding.Latin1.GetString(bytes.AsSpan(from));
            Assert.True(piece.IsEmpty, "What needs more must have taken all.");
            if (from == bytes.Length)
                break;
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
