// SPDX-License-Identifier: MIT
namespace Mare;

/// <summary>Answers what a <see cref="CloseStatus"/> is.</summary>
public static class CloseStatusExtensions
{
    /// <summary>Tells whether the status is a number without a name here: 1014, or 3000-4999.</summary>
    /// <remarks>Any thread.</remarks>
    /// <param name="status">The status that was reported.</param>
    /// <returns>Whether only its number says what it means.</returns>
    public static bool IsOther(this CloseStatus status) => (ushort)status is not
        ((>= 1000 and <= 1003) or (>= 1005 and <= 1013));
}
