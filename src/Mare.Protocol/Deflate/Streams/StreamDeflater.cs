// SPDX-License-Identifier: MIT
#pragma warning disable RS0030 // System.IO: DeflateStream writes to a MemoryStream; there is no I/O.
using System.IO.Compression;

namespace Mare.Protocol;

// The fallback where the runtime does not export its zlib. A DeflateStream cannot be made to forget: without context
// takeover each message gets a new one.
internal sealed class StreamDeflater(int level) : IDeflater
{
    private readonly MemoryStream _deflated = new();
    private DeflateStream? _stream;
    private int _given;

    public int Deflate(ref ReadOnlySpan<byte> input, scoped Span<byte> output, bool forget)
    {
        if (!input.IsEmpty)
        {
            _stream ??= new DeflateStream(_deflated, new ZLibCompressionOptions { CompressionLevel = level }, leaveOpen: true);
            _stream.Write(input);
            _stream.Flush();
            input = default;
            if (forget)
                Forget();
        }

        int size = Math.Min(output.Length, (int)_deflated.Length - _given);
        _deflated.GetBuffer().AsSpan(_given, size).CopyTo(output);
        _given += size;
        if (size < output.Length)
        {
            _deflated.SetLength(0);
            _given = 0;
        }
        return size;
    }

    public void Dispose()
    {
        _stream?.Dispose();
        _stream = null;
        _deflated.Dispose();
    }

    // The last block that Dispose writes is not part of the message.
    private void Forget()
    {
        long end = _deflated.Length;
        _stream!.Dispose();
        _stream = null;
        _deflated.SetLength(end);
    }
}
