// SPDX-License-Identifier: MIT
using System.Runtime.InteropServices;

namespace Mare.Protocol;

/// <summary>
/// Declares the functions by which .NET's own DeflateStream reaches zlib. Unsafe: zlib takes addresses. The library bears the
/// name that .NET uses, since by it a single-file or NativeAOT program finds what is linked into it.
/// </summary>
internal static unsafe partial class ZlibNative
{
    public const int NoFlush = 0;
    public const int SyncFlush = 2;
    public const int FullFlush = 3;

    public const int Ok = 0;
    public const int StreamEnd = 1;
    public const int BufferError = -5; // no progress was possible: no error

    private const string Library = "libSystem.IO.Compression.Native";

    [LibraryImport(Library, EntryPoint = "CompressionNative_DeflateInit2_")]
    public static partial int DeflateInit(Stream* stream, int level, int method, int windowBits, int memLevel, int strategy);

    [LibraryImport(Library, EntryPoint = "CompressionNative_Deflate")]
    public static partial int Deflate(Stream* stream, int flush);

    [LibraryImport(Library, EntryPoint = "CompressionNative_DeflateEnd")]
    public static partial int DeflateEnd(Stream* stream);

    [LibraryImport(Library, EntryPoint = "CompressionNative_InflateInit2_")]
    public static partial int InflateInit(Stream* stream, int windowBits);

    [LibraryImport(Library, EntryPoint = "CompressionNative_Inflate")]
    public static partial int Inflate(Stream* stream, int flush);

    [LibraryImport(Library, EntryPoint = "CompressionNative_InflateReset2_")]
    public static partial int InflateReset(Stream* stream, int windowBits);

    [LibraryImport(Library, EntryPoint = "CompressionNative_InflateEnd")]
    public static partial int InflateEnd(Stream* stream);

    /// <summary>Throws for what no input can cause: no memory, or a mistake in the arguments.</summary>
    public static void Check(int result)
    {
        if (result != Ok)
            throw new InvalidOperationException($"zlib answered {result}.");
    }

    /// <summary>Is what the functions take: where to read and write, and zlib's own state. All zero before it is made.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Stream
    {
        public byte* NextIn;
        public byte* NextOut;
        public nint Message;
        public nint State;
        public uint AvailableIn;
        public uint AvailableOut;
    }
}
