// SPDX-License-Identifier: MIT
namespace Lori;

/// <summary>Names one send, so that its completion can be told from others'. Any number but 0, which names none.</summary>
/// <param name="Value">The number; chosen by the sender.</param>
public readonly record struct SendToken(long Value)
{
    internal bool IsNone => Value == 0;
}
