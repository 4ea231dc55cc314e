// SPDX-License-Identifier: MIT
using System.Net;

namespace Mare;

/// <summary>
/// Says which HTTP proxies are believed when they say, in headers, for whom they forward a request. Copied when the server starts.
/// </summary>
/// <remarks>
/// Anybody can send these headers: from elsewhere they are ignored. A proxy that is listed has to add to
/// <c>X-Forwarded-For</c>, or replace it, and to replace the others, rather than pass on what its client sent. A
/// <c>Forwarded</c> header of such a proxy that is malformed is answered by 400.
/// </remarks>
public sealed class ForwardedOptions
{
    /// <summary>
    /// Gets or sets the networks of the proxies, such as <c>IPNetwork.Parse("10.0.0.7/32")</c>. Default none. The addresses that the
    /// headers list are walked from the last, over those that are listed here, to the first that is not: the client's.
    /// </summary>
    public IReadOnlyList<IPNetwork> TrustedProxies { get; set; } = [];

    /// <summary>Gets or sets whether who connects over a Unix domain socket is a proxy to be believed. Default false.</summary>
    public bool UnixSockets { get; set; }

    /// <summary>
    /// Gets or sets which headers are read; the others are not looked at, since a proxy that sets one kind may pass on the other.
    /// Default <see cref="ForwardedHeaders.XForwarded"/>.
    /// </summary>
    public ForwardedHeaders Headers { get; set; }

    internal ForwardedOptions CloneAndValidate()
    {
        ArgumentNullException.ThrowIfNull(TrustedProxies);
        if (!Enum.IsDefined(Headers))
            throw new ArgumentOutOfRangeException(nameof(Headers), Headers, "ForwardedOptions.Headers must be XForwarded or Forwarded.");
        var copy = (ForwardedOptions)MemberwiseClone();
        copy.TrustedProxies = [.. TrustedProxies];
        return copy;
    }
}
