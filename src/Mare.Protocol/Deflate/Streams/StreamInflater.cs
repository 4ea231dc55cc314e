// SPDX-License-Identifier: MIT
#pragma warning disable RS0030 // System.IO: DeflateStream reads from a stream over the caller's bytes; there is no I/O.
using System.Buffers;
using System.IO.Compression;

namespace Mare.Protocol;

// The fallback where the runtime does not export its zlib. A DeflateStream reads on behind the end of what it decompresses,
// and does not say how far: it gets its input a byte at a time. A byte that it does not take, and nothing written: that is
// how the end shows, and so only when more input comes.
internal sealed class StreamInflater : IInflater
{
    private readonly ByteSource _source = new();
    private DeflateStream? _stream;

    public OperationStatus Inflate(ref ReadOnlySpan<byte> input, scoped Span<byte> output, out int written)
    {
        written = 0;
        _stream ??= new DeflateStream(_source, CompressionMode.Decompress, leaveOpen: true);
        try
        {
            while (written < output.Length)
            {
                if (!input.IsEmpty)
                    _source.Put(input[0]);
                int read = _stream.Read(output[written..]);
                written += read;
                bool taken = !_source.Clear();
                if (input.IsEmpty && read == 0)
                    return OperationStatus.NeedMoreData;
                if (input.IsEmpty)
                    continue;
                if (taken)
                    input = input[1..];
                else if (read == 0)
                    return OperationStatus.Done;
            }
            return OperationStatus.DestinationTooSmall;
        }
        catch (InvalidDataException)
        {
            return OperationStatus.InvalidData;
        }
    }

    public void Reset()
    {
        _stream?.Dispose();
        _stream = null;
    }

    public void Dispose()
    {
        Reset();
        _source.Dispose();
    }
}
