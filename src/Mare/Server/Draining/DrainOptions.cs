// SPDX-License-Identifier: MIT
using Mare.Protocol;

namespace Mare;

/// <summary>Says how a server lets its connections go; see <see cref="WebSocketServer.DrainAsync"/>.</summary>
public sealed class DrainOptions
{
    /// <summary>
    /// Gets or sets over which time the close frames are spread, in small batches at random moments, so that the clients do not
    /// come back to the other servers all at once. Zero to 24 days; default zero: all at once.
    /// </summary>
    public TimeSpan Period { get; set; }

    /// <summary>
    /// Gets or sets how long after <see cref="Period"/> peers may take to close. Zero to 24 days; default 5 seconds. Then what
    /// is left is dropped.
    /// </summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Gets or sets the code of the close frames. Default <see cref="CloseCode.GoingAway"/> (1001);
    /// <see cref="CloseCode.ServiceRestart"/> (1012) tells a client that it may come back at once.
    /// </summary>
    public CloseCode Code { get; set; } = CloseCode.GoingAway;

    /// <summary>Gets or sets the reason in the close frames, for people: at most 123 bytes of UTF-8. Default none.</summary>
    public string Reason { get; set; } = "";

    internal TimeSpan Longest => Period + Timeout;

    internal DrainOptions CloneAndValidate()
    {
        ArgumentNullException.ThrowIfNull(Reason);
        if (Period != TimeSpan.Zero && !WebSocketServerOptions.IsTimeout(Period)) throw Out(nameof(Period), Period);
        if (Timeout != TimeSpan.Zero && !WebSocketServerOptions.IsTimeout(Timeout)) throw Out(nameof(Timeout), Timeout);
        if (Longest > WebSocketServerOptions.LongestTimeout) throw Out(nameof(Period), Period);
        try
        {
            CloseFrame.Validate(Code, Reason);
        }
        catch (ArgumentException e)
        {
            throw new ArgumentException($"{nameof(DrainOptions)}.{nameof(Code)} or {nameof(Reason)} may not be sent: {e.Message}", e);
        }

        return (DrainOptions)MemberwiseClone();
    }

    private static ArgumentOutOfRangeException Out(string name, object value) =>
        new(name, value, $"{nameof(DrainOptions)}.{name} is out of its range; see its documentation.");
}
