// SPDX-License-Identifier: MIT
using System.Net;

namespace Mare;

/// <summary>Is what is known of the client of a request, whatever stands between.</summary>
/// <param name="Address">Its address; null where it has none.</param>
/// <param name="IsEncrypted">Whether it speaks TLS, with this server or with a proxy; null when that cannot be known.</param>
/// <param name="Host">The host that it asks for.</param>
internal readonly record struct ClientFacts(IPAddress? Address, bool? IsEncrypted, string? Host);
