// SPDX-License-Identifier: MIT
namespace Mare.Protocol;

/// <summary>Compresses messages into raw DEFLATE. RFC 7692 section 7.2.1.</summary>
/// <remarks>Not thread-safe: one caller at a time.</remarks>
public interface IDeflater : IDisposable
{
    /// <summary>Compresses the message that was given and flushes, as far as there is room.</summary>
    /// <remarks>
    /// The message is out when the call leaves room in <paramref name="output"/>; until then call again, with what is left
    /// and the same <paramref name="forget"/>. What comes out ends in the bytes 00 00 FF FF, which the owner cuts off.
    /// A message without bytes may give none.
    /// </remarks>
    /// <param name="input">The message; afterwards what is left of it.</param>
    /// <param name="output">Where it goes; at least 16 bytes.</param>
    /// <param name="forget">Whether the next message may not refer to this one and those before it: no context takeover.</param>
    /// <returns>The number of bytes written.</returns>
    int Deflate(ref ReadOnlySpan<byte> input, scoped Span<byte> output, bool forget);
}
