// SPDX-License-Identifier: MIT
using System.Buffers;
using System.Text;

namespace Mare.Conformance.Autobahn;

/// <summary>A payload of a text message, and whether it is UTF-8.</summary>
internal sealed record Utf8Sequence(string Id, string Description, byte[] Octets, bool IsValid)
{
    /// <summary>How many octets it takes until no continuation could make it valid; null when its end is missing,
    /// so that only the end of the message shows it.</summary>
    public int? ImpossibleAfter
    {
        get
        {
            for (var at = 0; at < Octets.Length;)
            {
                for (var n = 1; ; n++)
                {
                    if (at + n > Octets.Length)
                        return null;
                    var status = Rune.DecodeFromUtf8(Octets.AsSpan(at, n), out _, out _);
                    if (status == OperationStatus.InvalidData)
                        return at + n;
                    if (status == OperationStatus.Done)
                    {
                        at += n;
                        break;
                    }
                }
            }
            return null;
        }
    }
}
