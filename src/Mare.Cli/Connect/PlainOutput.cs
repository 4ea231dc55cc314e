// SPDX-License-Identifier: MIT
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Mare.Cli.Connect;

/// <summary>Writes messages to standard output and nothing else there: a line each, for pipes and files.</summary>
internal sealed class PlainOutput(bool quiet) : ConnectOutput(quiet), IDisposable
{
    private const int StandardOutput = 1;

    private readonly Lock _gate = new();
    private readonly Stream _output = Open();

    public override void ShowText(ReadOnlySpan<byte> utf8)
    {
        if (Console.IsOutputRedirected) WriteLine(utf8);
        else WriteLine(Encoding.UTF8.GetBytes(Printable.Of(Encoding.UTF8.GetString(utf8))));
    }

    public override void ShowBinary(ReadOnlySpan<byte> data) => WriteLine(Encoding.ASCII.GetBytes(Convert.ToHexStringLower(data)));

    public override void Complain(string text) => Terminal.Fail(text);

    public void Dispose() => _output.Dispose();

    protected override void WriteRemark(string text)
    {
        lock (_gate) Console.Error.WriteLine(Printable.Of(text));
    }

    private static Stream Open()
    {
        if (!Console.IsOutputRedirected) return Console.OpenStandardOutput();
        // .NET's console says nothing when a pipe's reader is gone (head -1); a file stream throws. A regular file may be
        // shared with standard error, whose place in it a file stream would not heed.
        var file = new FileStream(new SafeFileHandle(StandardOutput, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        return file.CanSeek ? Console.OpenStandardOutput() : file;
    }

    private void WriteLine(ReadOnlySpan<byte> line)
    {
        lock (_gate)
        {
            // In one write: a reader sees whole lines.
            var whole = new byte[line.Length + 1];
            line.CopyTo(whole);
            whole[^1] = (byte)'\n';
            _output.Write(whole);
            _output.Flush();
        }
    }
}
