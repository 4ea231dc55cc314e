// SPDX-License-Identifier: MIT
using System.Reflection;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Lori.Tls.OpenSsl;

/// <summary>
/// Finds the libssl that the .NET runtime has loaded, so that a process has one OpenSSL: one configuration, one set of
/// providers, and keys that can be handed from the runtime to TLS by address.
/// </summary>
/// <remarks>
/// The runtime opens "libssl.so." with the value of CLR_OPENSSL_VERSION_OVERRIDE if there is one, else with "3", then older
/// ones. The system's loader knows a library by that name for the whole process: asked for the same name it gives the same
/// library, whoever was first. Whether it is the same is then checked by its version.
/// </remarks>
internal static class OpenSslLibrary
{
    private static readonly Lazy<(nint Handle, string? Missing)> Loaded = new(Load);

    /// <summary>Gets whether TLS can be driven through it. Any thread.</summary>
    public static bool IsAvailable => OperatingSystem.IsLinux() && Loaded.Value.Handle != 0;

    /// <summary>Gets why it cannot be used; null when it can. Any thread.</summary>
    public static string? Missing => Loaded.Value.Missing;

    private static (nint, string?) Load()
    {
        if (!OperatingSystem.IsLinux()) return (0, "it is used on Linux only");
        var version = Environment.GetEnvironmentVariable("CLR_OPENSSL_VERSION_OVERRIDE");
        nint handle = 0;
        if (version is not null && !NativeLibrary.TryLoad("libssl.so." + version, out handle)) handle = 0;
        // Older ones than 3, which the runtime tries next, have no part of what is called here. It is looked for before the
        // runtime is asked, since without any OpenSSL the runtime ends the process when it is asked.
        if (handle == 0 && !NativeLibrary.TryLoad("libssl.so.3", out handle)) return (0, "there is no libssl.so.3");

        NativeLibrary.SetDllImportResolver(typeof(OpenSslLibrary).Assembly, Resolve(handle));
        // Present in every 3.x, in none before.
        if (!NativeLibrary.TryGetExport(handle, "SSL_get1_peer_certificate", out _)) return (0, "it is older than OpenSSL 3");
        var own = (long)LibCrypto.VersionNumber();
        if (own >> 28 != 3) return (0, $"OpenSSL {own >> 28} is not 3"); // 0xMNN00PP0: major, minor, patch
        return own == SafeEvpPKeyHandle.OpenSslVersion
            ? (handle, null)
            : (0, $"the runtime uses version 0x{SafeEvpPKeyHandle.OpenSslVersion:x}, not 0x{own:x}");
    }

    private static DllImportResolver Resolve(nint handle) =>
        (string name, Assembly _, DllImportSearchPath? _) => name == LibSsl.Name ? handle : 0;
}
