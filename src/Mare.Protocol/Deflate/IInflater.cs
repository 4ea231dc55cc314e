// SPDX-License-Identifier: MIT
using System.Buffers;

namespace Mare.Protocol;

/// <summary>Decompresses raw DEFLATE. RFC 7692 section 7.2.2.</summary>
/// <remarks>Not thread-safe: one caller at a time. What a peer sends never throws.</remarks>
public interface IInflater : IDisposable
{
    /// <summary>Decompresses as much as there is input and room for.</summary>
    /// <param name="input">The next bytes; afterwards what is left of them.</param>
    /// <param name="output">Where the decompressed bytes go; not empty.</param>
    /// <param name="written">The number of bytes written, also when the input turns out to be corrupt.</param>
    /// <returns>
    /// <see cref="OperationStatus.NeedMoreData"/> when the input is used up, <see cref="OperationStatus.DestinationTooSmall"/>
    /// when the room is, <see cref="OperationStatus.InvalidData"/> when it is no DEFLATE, and
    /// <see cref="OperationStatus.Done"/> behind a block with BFINAL set: <see cref="Reset"/> comes before more input.
    /// </returns>
    OperationStatus Inflate(ref ReadOnlySpan<byte> input, scoped Span<byte> output, out int written);

    /// <summary>Forgets all input: the next byte begins a stream.</summary>
    void Reset();
}
