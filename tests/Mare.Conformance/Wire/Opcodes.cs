// SPDX-License-Identifier: MIT
namespace Mare.Conformance.Wire;

/// <summary>The wire's opcodes (RFC 6455 5.2), written down a second time on purpose: a slip in the library's own
/// table cannot hide here.</summary>
internal static class Opcodes
{
    public const byte Continuation = 0x0;
    public const byte Text = 0x1;
    public const byte Binary = 0x2;
    public const byte Close = 0x8;
    public const byte Ping = 0x9;
    public const byte Pong = 0xA;
}
