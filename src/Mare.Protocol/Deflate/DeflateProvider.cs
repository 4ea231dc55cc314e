// SPDX-License-Identifier: MIT
namespace Mare.Protocol;

/// <summary>Holds the two ways to DEFLATE that there are in .NET.</summary>
/// <remarks>Any thread.</remarks>
public static class DeflateProvider
{
    /// <summary>Gets the runtime's zlib, reached directly.</summary>
    /// <remarks>Only where <see cref="IsNativeSupported"/>; elsewhere its codecs throw when they are made.</remarks>
    public static IDeflateProvider Native { get; } = new ZlibProvider();

    /// <summary>Gets the fallback: the same zlib behind <c>DeflateStream</c>.</summary>
    /// <remarks>
    /// It allocates for each message without context takeover, inflates slowly, and knows a window of 15 bits only: an offer
    /// that asks for a smaller one is declined.
    /// </remarks>
    public static IDeflateProvider Streams { get; } = new StreamProvider();

    /// <summary>Gets whether the runtime exports its zlib, as .NET 10 does on every system, under NativeAOT too.</summary>
    public static bool IsNativeSupported { get; } = TryNative();

    /// <summary>Gets <see cref="Native"/> where it is supported, else <see cref="Streams"/>.</summary>
    public static IDeflateProvider Default => IsNativeSupported ? Native : Streams;

    // The functions are no public interface of the runtime: each is called once before they are relied on.
    private static bool TryNative()
    {
        try
        {
            using IDeflater deflater = Native.CreateDeflater(1, 15);
            using IInflater inflater = Native.CreateInflater(15);
            ReadOnlySpan<byte> message = "native"u8;
            Span<byte> deflated = stackalloc byte[64];
            Span<byte> inflated = stackalloc byte[64];
            ReadOnlySpan<byte> input = deflated[..deflater.Deflate(ref message, deflated, forget: true)];
            inflater.Inflate(ref input, inflated, out int written);
            inflater.Reset();
            return inflated[..written].SequenceEqual("native"u8);
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException or BadImageFormatException)
        {
            return false;
        }
    }
}
