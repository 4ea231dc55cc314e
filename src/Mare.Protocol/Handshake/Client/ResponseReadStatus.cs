// SPDX-License-Identifier: MIT
namespace Mare.Protocol;

/// <summary>Says how far <see cref="ClientResponseReader"/> has come.</summary>
public enum ResponseReadStatus
{
    /// <summary>Asks for more: the head is not whole, and all that was given has been taken.</summary>
    NeedMore,

    /// <summary>Reports a valid upgrade: frames follow.</summary>
    Accepted,

    /// <summary>Reports a valid answer that is no upgrade: its status code and headers say why.</summary>
    Declined,

    /// <summary>Reports a refused answer, for the reason in <see cref="ClientResponseReader.Error"/>.</summary>
    Failed,
}
