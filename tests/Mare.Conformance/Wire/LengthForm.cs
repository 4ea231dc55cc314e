// SPDX-License-Identifier: MIT
namespace Mare.Conformance.Wire;

/// <summary>How a frame writes its payload length (RFC 6455 5.2).</summary>
internal enum LengthForm
{
    /// <summary>The shortest form, the only legal one.</summary>
    Minimal,

    /// <summary>126 and two octets, whatever the length.</summary>
    Bits16,

    /// <summary>127 and eight octets, whatever the length.</summary>
    Bits64,
}
