// SPDX-License-Identifier: MIT
using System.Net.Security;
using Lori;

namespace Mare.Conformance.Servers;

/// <summary>
/// Has the whole suite go through TLS, where the environment variable <c>MARE_TEST_TLS</c> names what speaks it on the server's
/// side: <c>openssl</c> or <c>sslstream</c>.
/// </summary>
internal static class TlsUnderTest
{
    private const string Variable = "MARE_TEST_TLS";

    /// <summary>Gets what the server's TLS is; null where the suite runs without.</summary>
    public static TlsServerOptions? Options { get; } = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } name
        ? new TlsServerOptions { Certificate = TlsCertificate.CreateSelfSigned(), Implementation = Enum.Parse<TlsImplementation>(name, ignoreCase: true) }
        : null;

    /// <summary>Speaks TLS on a client's stream, if the suite does. Whose certificate it is, is not what is tested.</summary>
    public static async Task<Stream> SecureAsync(Stream network, TimeSpan deadline)
    {
        if (Options is null) return network;
        var secure = new SslStream(network, leaveInnerStreamOpen: false, static (_, _, _, _) => true);
        try
        {
            await secure.AuthenticateAsClientAsync("localhost").WaitAsync(deadline);
            return secure;
        }
        catch
        {
            await secure.DisposeAsync();
            throw;
        }
    }
}
