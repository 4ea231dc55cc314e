// SPDX-License-Identifier: MIT
using System.IO.MemoryMappedFiles;

namespace Mare.Fuzz.Runs;

/// <summary>
/// Keeps the input that runs now in a file that is mapped: it is still there when the process dies of it, and costs a copy.
/// </summary>
internal sealed class InputJournal : IDisposable
{
    private const int Capacity = 1 << 16; // far more than any target's longest input

    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;

    public InputJournal(string path)
    {
        _file = MemoryMappedFile.CreateFromFile(path, FileMode.OpenOrCreate, null, Capacity);
        _view = _file.CreateViewAccessor();
    }

    /// <summary>Notes the input that runs next.</summary>
    public void Write(byte[] input)
    {
        _view.Write(0, input.Length);
        _view.WriteArray(sizeof(int), input, 0, input.Length);
    }

    /// <summary>Reads the input that was noted last; empty when there was none.</summary>
    public byte[] Read()
    {
        byte[] input = new byte[_view.ReadInt32(0)];
        _view.ReadArray(sizeof(int), input, 0, input.Length);
        return input;
    }

    public void Dispose()
    {
        _view.Dispose();
        _file.Dispose();
    }
}
