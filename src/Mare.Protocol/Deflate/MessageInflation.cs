// SPDX-License-Identifier: MIT
using System.Buffers;

namespace Mare.Protocol;

// Inflates a message into its assembler's buffer as its bytes come, and stops where the limits are: a bomb costs no more
// memory than the message limit, nor more time than it takes to inflate so much.
internal static class MessageInflation
{
    // Where the ratio is looked at. A zlib that got the same bytes in other pieces has taken as many of them at this point.
    private const int RatioStep = 64 * 1024;

    // The first buffer: what short messages mostly become.
    private const int LargestFirstReserve = 4096;
    private const int UsualRatio = 4;

    // What a compressor may make of the longest message: codes of 9 bits for its bytes, or blocks without compression, and
    // some empty blocks of flushes. More can only be blocks that hold nothing.
    public static long MaxCompressedBytes(long maxMessageBytes) => maxMessageBytes + (maxMessageBytes / 8) + 256;

    public static ProtocolError Append(
        ref MessageAssembler message,
        ReadOnlySpan<byte> input,
        PerMessageDeflate deflate,
        MessageLimits limits,
        ArrayPool<byte> pool,
        PartialMessageBudget budget)
    {
        OperationStatus status;
        do
        {
            ProtocolError error = Step(ref message, ref input, deflate, limits, pool, budget, out status);
            if (error != ProtocolError.None)
                return error;
        }
        while (status == OperationStatus.DestinationTooSmall || !input.IsEmpty);
        return ProtocolError.None;
    }

    // RFC 7692 section 7.2.2: what the sender cut off is put back, and what is left comes out.
    public static ProtocolError Finish(
        ref MessageAssembler message,
        PerMessageDeflate deflate,
        MessageLimits limits,
        ArrayPool<byte> pool,
        PartialMessageBudget budget)
    {
        // Nothing was cut off behind a block with BFINAL set, nor off a payload without any bytes.
        if (deflate.IsAtStart || message.Received == 0)
            return ProtocolError.None;
        ReadOnlySpan<byte> tail = DeflateOutput.Tail;
        OperationStatus status;
        do
        {
            ProtocolError error = Step(ref message, ref tail, deflate, limits, pool, budget, out status);
            if (error != ProtocolError.None)
                return error;
        }
        while (status == OperationStatus.DestinationTooSmall);
        return ProtocolError.None;
    }

    private static ProtocolError Step(
        ref MessageAssembler message,
        ref ReadOnlySpan<byte> input,
        PerMessageDeflate deflate,
        MessageLimits limits,
        ArrayPool<byte> pool,
        PartialMessageBudget budget,
        out OperationStatus status)
    {
        status = default;
        int more = message.Length > 0 ? 1 : Math.Clamp(input.Length, 1, LargestFirstReserve / UsualRatio) * UsualRatio;
        if (!message.TryReserve(more, pool, budget, out Span<byte> room))
            return ProtocolError.PartialMessageBudgetExceeded;
        // One byte more than is allowed shows that there is more.
        long limit = Math.Min(room.Length, limits.MaxMessageBytes + 1 - message.Length);
        limit = Math.Min(limit, RatioStep - (message.Length % RatioStep));
        if (limit == 0)
            return ProtocolError.MessageTooBig;

        int before = input.Length;
        status = deflate.Inflate(ref input, room[..(int)limit], out int written);
        ProtocolError error = message.Take(written, before - input.Length);
        if (error != ProtocolError.None)
            return error;
        if (message.Length > limits.MaxMessageBytes)
            return ProtocolError.MessageTooBig;
        if (written == limit && message.Length % RatioStep == 0 && IsRatioExceeded(message, limits))
            return ProtocolError.InflateRatioExceeded;
        return status == OperationStatus.InvalidData ? ProtocolError.InvalidDeflate : ProtocolError.None;
    }

    private static bool IsRatioExceeded(in MessageAssembler message, MessageLimits limits) =>
        message.Length > limits.InflateRatioFloorBytes && message.Length / limits.MaxInflateRatio > message.Received;
}
