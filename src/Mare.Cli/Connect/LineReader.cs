// SPDX-License-Identifier: MIT
namespace Mare.Cli.Connect;

/// <summary>Reads lines as the bytes they are: up to LF or CR LF, the last one up to the end.</summary>
internal sealed class LineReader(Stream stream)
{
    private byte[] _buffer = new byte[16 * 1024];
    private int _start;
    private int _end;

    /// <summary>Reads a line; null at the end.</summary>
    public async Task<byte[]?> ReadLineAsync()
    {
        var seen = 0;
        while (true)
        {
            var at = _buffer.AsSpan(_start + seen, _end - _start - seen).IndexOf((byte)'\n');
            if (at >= 0) return Take(seen + at, lineEnd: 1);
            seen = _end - _start;
            if (await FillAsync() > 0) continue;
            return seen == 0 ? null : Take(seen, lineEnd: 0);
        }
    }

    /// <summary>Reads all that is left, without the line end at its end.</summary>
    public async Task<byte[]> ReadToEndAsync()
    {
        while (await FillAsync() > 0)
        {
            // The buffer grows with what comes.
        }

        var hasLineEnd = _end > _start && _buffer[_end - 1] == '\n';
        return Take(_end - _start - (hasLineEnd ? 1 : 0), hasLineEnd ? 1 : 0);
    }

    private byte[] Take(int length, int lineEnd)
    {
        var line = _buffer.AsSpan(_start, length);
        _start += length + lineEnd;
        return (lineEnd == 1 && line is [.., (byte)'\r'] ? line[..^1] : line).ToArray();
    }

    private async Task<int> FillAsync()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        if (_end == _buffer.Length) Array.Resize(ref _buffer, _buffer.Length * 2);
        var read = await stream.ReadAsync(_buffer.AsMemory(_end));
        _end += read;
        return read;
    }
}
