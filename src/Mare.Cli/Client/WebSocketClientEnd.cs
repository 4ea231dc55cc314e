// SPDX-License-Identifier: MIT
using System.Globalization;
using Mare.Cli.Connect;

namespace Mare.Cli.Client;

/// <summary>Says how a client's connection ended.</summary>
/// <param name="Status">What the first close frame said; <see cref="CloseStatus.AbnormalClosure"/> when there was none.</param>
/// <param name="Reason">What it said more; often empty.</param>
/// <param name="ClosedBy">Whose close frame came first.</param>
/// <param name="IsClean">Whether close frames went both ways.</param>
/// <param name="Error">What went wrong, as the end of a sentence; null when nothing did.</param>
internal sealed record WebSocketClientEnd(CloseStatus Status, string Reason, CloseInitiator ClosedBy, bool IsClean, string? Error)
{
    /// <summary>Says what the close frame said, as in <c>1001 GoingAway, maintenance</c>, on one line.</summary>
    public string Describe()
    {
        var name = Enum.IsDefined(Status) ? $" {Status}" : "";
        return string.Create(CultureInfo.InvariantCulture, $"{(int)Status}{name}{(Reason.Length > 0 ? $", {Printable.OneLine(Reason)}" : "")}");
    }

    /// <summary>Is the end of a connection that never opened, or was lost.</summary>
    public static WebSocketClientEnd Failed(string error) => new(CloseStatus.AbnormalClosure, "", CloseInitiator.None, false, error);
}
