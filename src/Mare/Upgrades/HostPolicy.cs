// SPDX-License-Identifier: MIT
namespace Mare;

/// <summary>Knows the names by which the server may be asked for.</summary>
internal sealed class HostPolicy(IReadOnlyList<string> allowed)
{
    private readonly string[] _allowed = [.. allowed];

    public static bool IsValid(string? entry) => entry is not null && Authority.IsNameable(entry) && Authority.TryParse(entry, out _);

    /// <summary>Says whether the host of a request is one of the server's; any is when none is named.</summary>
    /// <param name="host">The host that the request asks for.</param>
    /// <param name="isEncrypted">Whether the client speaks TLS, by which a port that it does not name is known; null when that cannot be known.</param>
    public bool Allows(string? host, bool? isEncrypted)
    {
        if (_allowed.Length == 0) return true;
        if (host is null || !Authority.TryParse(host, out var asked)) return false;
        foreach (var entry in _allowed)
        {
            if (!Authority.TryParse(entry, out var known)) continue;
            if (asked.HasHost(known.Host) && (known.Port == Authority.NoPort || asked.HasPort(known.Port, isEncrypted))) return true;
        }

        return false;
    }
}
