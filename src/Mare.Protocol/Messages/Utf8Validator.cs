// SPDX-License-Identifier: MIT
using System.Text.Unicode;

namespace Mare.Protocol;

/// <summary>Checks UTF-8 that arrives in parts and fails at the first byte that can no longer be right.</summary>
/// <remarks>
/// A value of three bytes; <c>default</c> is ready for a new text. After a failure it must not be used further.
/// RFC 3629 section 4, RFC 6455 section 8.1.
/// </remarks>
public struct Utf8Validator
{
    // What the sequence under way still needs: how many bytes, and the range of the next one.
    private byte _missing;
    private byte _low;
    private byte _high;

    /// <summary>Tells whether the text may end here: no sequence is under way.</summary>
    public readonly bool IsComplete => _missing == 0;

    /// <summary>Checks the next bytes of the text.</summary>
    /// <param name="bytes">The bytes behind those checked before.</param>
    /// <returns>False when some byte can no longer be part of valid UTF-8.</returns>
    public bool Append(ReadOnlySpan<byte> bytes)
    {
        while (_missing > 0 && !bytes.IsEmpty)
        {
            if (!Step(bytes[0]))
                return false;
            bytes = bytes[1..];
        }

        int whole = bytes.Length - UnfinishedTail(bytes);
        if (!Utf8.IsValid(bytes[..whole]))
            return false;
        foreach (byte b in bytes[whole..])
        {
            if (!Step(b))
                return false;
        }
        return true;
    }

    // The length of a sequence that begins near the end and reaches beyond it, 0 to 3.
    private static int UnfinishedTail(ReadOnlySpan<byte> bytes)
    {
        for (int back = 1; back <= 3 && back <= bytes.Length; back++)
        {
            byte b = bytes[^back];
            if (b < 0x80)
                return 0;
            if (b >= 0xC0)
                return SequenceLength(b) > back ? back : 0;
        }
        return 0;
    }

    private static int SequenceLength(byte lead) => lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;

    private bool Step(byte b)
    {
        if (_missing > 0)
        {
            if (b < _low || b > _high)
                return false;
            _missing--;
            (_low, _high) = (0x80, 0xBF);
            return true;
        }
        return Begin(b);
    }

    // RFC 3629 section 4: the second byte's range keeps out overlong forms (E0, F0), surrogates (ED) and what lies
    // beyond U+10FFFF (F4); C0, C1 and F5-FF begin nothing.
    private bool Begin(byte lead)
    {
        (_missing, _low, _high) = lead switch
        {
            >= 0xC2 and <= 0xDF => ((byte)1, (byte)0x80, (byte)0xBF),
            0xE0 => ((byte)2, (byte)0xA0, (byte)0xBF),
            0xED => ((byte)2, (byte)0x80, (byte)0x9F),
            >= 0xE1 and <= 0xEF => ((byte)2, (byte)0x80, (byte)0xBF),
            0xF0 => ((byte)3, (byte)0x90, (byte)0xBF),
            >= 0xF1 and <= 0xF3 => ((byte)3, (byte)0x80, (byte)0xBF),
            0xF4 => ((byte)3, (byte)0x80, (byte)0x8F),
            _ => ((byte)0, (byte)0, (byte)0),
        };
        return _missing > 0;
    }
}
