// SPDX-License-Identifier: MIT
namespace Mare.Cli.Connect;

/// <summary>Shows what is received and what happens. Any thread; each call is one whole line.</summary>
/// <param name="quiet">Whether remarks are left out.</param>
internal abstract class ConnectOutput(bool quiet)
{
    /// <summary>Shows a text message.</summary>
    /// <exception cref="IOException">Nobody reads standard output any more.</exception>
    public abstract void ShowText(ReadOnlySpan<byte> utf8);

    /// <summary>Shows a binary message, as hex.</summary>
    /// <exception cref="IOException">Nobody reads standard output any more.</exception>
    public abstract void ShowBinary(ReadOnlySpan<byte> data);

    /// <summary>Remarks on the connection, on standard error.</summary>
    public void Remark(string text)
    {
        if (!quiet) WriteRemark(text);
    }

    /// <summary>Says that a line of input is wrong, on standard error.</summary>
    public abstract void Complain(string text);

    /// <summary>Leaves the terminal as it was: no more input is expected. May come twice.</summary>
    public virtual void Finish()
    {
    }

    protected abstract void WriteRemark(string text);
}
