// SPDX-License-Identifier: MIT
namespace Mare;

/// <summary>
/// Bounds what clients may do with plain HTTP. The size of a request and the time it takes to arrive, and to be answered by
/// the handler, are bounded by <see cref="WebSocketServerOptions.MaxHandshakeSize"/> and <see cref="WebSocketServerOptions.HandshakeTimeout"/>.
/// </summary>
public sealed class PlainHttpLimits
{
    /// <summary>
    /// Gets or sets the longest body of a response, in bytes: 0 to 2,147,483,591, default 4,194,304 (4 MiB). A longer one is
    /// a mistake of the handler: it is logged and answered by 500.
    /// </summary>
    public int MaxResponseSize { get; set; } = 4 * 1024 * 1024;

    /// <summary>
    /// Gets or sets how many requests one connection may bring, 1 or more, default 1,000; the answer to the last one says
    /// <c>Connection: close</c>. 1 turns keep-alive off.
    /// </summary>
    public int MaxRequests { get; set; } = 1000;

    /// <summary>
    /// Gets or sets how long a connection may wait for its next request. More than zero, at most 24 days; default 30
    /// seconds; then it is closed.
    /// </summary>
    public TimeSpan KeepAliveTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Gets or sets how long a client may take for each piece of a response of about 64 KiB (a
    /// <see cref="Lori.TcpConnectionOptions.HighWaterMark"/>). More than zero, at most 24 days; default 30 seconds; then it is dropped.
    /// </summary>
    public TimeSpan SendTimeout { get; set; } = TimeSpan.FromSeconds(30);

    internal PlainHttpLimits CloneAndValidate()
    {
        if (MaxResponseSize < 0 || MaxResponseSize > Array.MaxLength) throw Out(nameof(MaxResponseSize), MaxResponseSize);
        if (MaxRequests < 1) throw Out(nameof(MaxRequests), MaxRequests);
        if (!WebSocketServerOptions.IsTimeout(KeepAliveTimeout)) throw Out(nameof(KeepAliveTimeout), KeepAliveTimeout);
        if (!WebSocketServerOptions.IsTimeout(SendTimeout)) throw Out(nameof(SendTimeout), SendTimeout);
        return (PlainHttpLimits)MemberwiseClone();
    }

    private static ArgumentOutOfRangeException Out(string name, object value) =>
        new(name, value, $"{nameof(PlainHttpLimits)}.{name} is out of its range; see its documentation.");
}
