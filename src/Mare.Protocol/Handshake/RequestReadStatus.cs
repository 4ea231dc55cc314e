// SPDX-License-Identifier: MIT
namespace Mare.Protocol;

/// <summary>Says how far <see cref="RequestReader"/> has come.</summary>
public enum RequestReadStatus
{
    /// <summary>Asks for more: the head is not whole, and all that was given has been taken.</summary>
    NeedMore,

    /// <summary>Reports a whole head, in <see cref="RequestReader.Head"/>.</summary>
    Complete,

    /// <summary>Reports a head that is refused, for the reason in <see cref="RequestReader.Error"/>.</summary>
    Failed,
}
