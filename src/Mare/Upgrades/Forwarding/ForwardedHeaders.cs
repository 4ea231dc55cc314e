// SPDX-License-Identifier: MIT
namespace Mare;

/// <summary>Names the headers in which proxies say for whom they forward a request.</summary>
public enum ForwardedHeaders
{
    /// <summary><c>X-Forwarded-For</c>, <c>X-Forwarded-Proto</c> and <c>X-Forwarded-Host</c>, which are no standard and which everybody knows.</summary>
    XForwarded,

    /// <summary><c>Forwarded</c> of RFC 7239.</summary>
    Forwarded,
}
