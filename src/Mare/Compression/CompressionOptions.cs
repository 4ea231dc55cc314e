// SPDX-License-Identifier: MIT
using Mare.Protocol;

namespace Mare;

/// <summary>Says whether and how a server compresses messages (permessage-deflate). RFC 7692.</summary>
/// <remarks>
/// Compression costs time on the loop for each message. It leaks the size of what is compressed together: do not let an
/// attacker's words and a secret share a message, nor with <see cref="CompressionMode.Dedicated"/> a connection.
/// </remarks>
public sealed class CompressionOptions
{
    /// <summary>Gets or sets whether messages are compressed, and who owns the codecs. Default <see cref="CompressionMode.Off"/>.</summary>
    public CompressionMode Mode { get; set; }

    /// <summary>
    /// Gets or sets how hard the compressor tries: 1, the fastest, to 9, the smallest output; default 1. Without context
    /// takeover 1 KiB of JSON took 4 us at 1 and became 348 bytes, 18 us and 264 bytes at 6.
    /// </summary>
    public int Level { get; set; } = 1;

    /// <summary>
    /// Gets or sets the size in bytes from which on messages are compressed: 0 or more, default 256. Shorter ones go as they
    /// are: they would gain little for the time.
    /// </summary>
    public int Threshold { get; set; } = 256;

    /// <summary>
    /// Gets or sets the largest window of the server's compressors: 9 to 15 bits, default 15. A compressor takes up to
    /// 283 KiB at 15 and 157 KiB at 9, for larger output. A client may ask for less.
    /// </summary>
    public int ServerMaxWindowBits { get; set; } = 15;

    /// <summary>
    /// Gets or sets the largest window that clients are asked to keep to: 9 to 15 bits, default 15. A client that does not
    /// offer <c>client_max_window_bits</c> cannot be asked.
    /// </summary>
    public int ClientMaxWindowBits { get; set; } = 15;

    /// <summary>
    /// Gets or sets how many connections have codecs of their own at once with <see cref="CompressionMode.Dedicated"/>: 0 or
    /// more, default 1,000, which is up to 320 MiB. The others share.
    /// </summary>
    public int MaxDedicatedConnections { get; set; } = 1000;

    /// <summary>
    /// Gets or sets how many bytes a compressed message may become for each byte that came of it: 1 or more, default 100;
    /// 1,032 is no bound. Only of messages that become longer than 1 MiB: without a larger
    /// <see cref="WebSocketServerOptions.MaxMessageSize"/>, that limit alone bounds them. More closes with 1009, as does a
    /// message that becomes longer than the limit.
    /// </summary>
    public int MaxInflateRatio { get; set; } = MessageLimits.DefaultMaxInflateRatio;

    internal CompressionOptions CloneAndValidate()
    {
        if (!Enum.IsDefined(Mode)) throw Out(nameof(Mode), Mode);
        if (Level is < 1 or > 9) throw Out(nameof(Level), Level);
        if (Threshold < 0) throw Out(nameof(Threshold), Threshold);
        if (ServerMaxWindowBits is < 9 or > 15) throw Out(nameof(ServerMaxWindowBits), ServerMaxWindowBits);
        if (ClientMaxWindowBits is < 9 or > 15) throw Out(nameof(ClientMaxWindowBits), ClientMaxWindowBits);
        if (MaxDedicatedConnections < 0) throw Out(nameof(MaxDedicatedConnections), MaxDedicatedConnections);
        if (MaxInflateRatio < 1) throw Out(nameof(MaxInflateRatio), MaxInflateRatio);
        return (CompressionOptions)MemberwiseClone();
    }

    private static ArgumentOutOfRangeException Out(string name, object value) =>
        new(name, value, $"{nameof(CompressionOptions)}.{name} is out of its range; see its documentation.");
}
