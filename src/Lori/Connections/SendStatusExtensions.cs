// SPDX-License-Identifier: MIT
namespace Lori;

/// <summary>Asks a <see cref="SendStatus"/>.</summary>
public static class SendStatusExtensions
{
    /// <summary>Tells whether the send was accepted, throttled or not.</summary>
    public static bool IsAccepted(this SendStatus status) => status is SendStatus.Accepted or SendStatus.AcceptedThrottled;
}
