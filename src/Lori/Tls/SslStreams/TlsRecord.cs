// SPDX-License-Identifier: MIT
using System.Buffers.Binary;

namespace Lori.Tls.SslStreams;

/// <summary>Knows where a record ends, and the alerts among them. RFC 8446, sections 5.1 and 6.</summary>
/// <remarks>
/// <code>
///  0      1      2      3      4      5
/// +------+------+------+------+------+----------
/// | type |   version   |    length   | fragment ...
/// +------+------+------+------+------+----------
/// </code>
/// </remarks>
internal static class TlsRecord
{
    public const int HeaderLength = 5;

    /// <summary>The longest record: TLS 1.2 allows 2,048 bytes on top of 2^14. RFC 5246, section 6.2.3.</summary>
    public const int MaxLength = HeaderLength + (16 * 1024) + 2048;

    private const byte FirstType = 20; // change_cipher_spec
    private const byte AlertType = 21;
    private const byte LastType = 23; // application_data
    private const byte Version = 3;
    private const int AlertLength = HeaderLength + 2;

    /// <summary>Gets the alert unrecognized_name, fatal, in the clear. RFC 6066, section 3.</summary>
    public static ReadOnlySpan<byte> UnrecognizedName => [AlertType, Version, 3, 0, 2, 2, 112];

    /// <summary>Gets how long the record is that begins here; 0 when its header is not there yet, -1 when it is none.</summary>
    public static int LengthOf(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeaderLength) return 0;
        var length = HeaderLength + BinaryPrimitives.ReadUInt16BigEndian(bytes[3..]);
        return bytes[0] is >= FirstType and <= LastType && bytes[1] == Version && length <= MaxLength ? length : -1;
    }

    /// <summary>Gets what an alert in the clear says; -1 when this is none.</summary>
    public static int AlertOf(ReadOnlySpan<byte> record) =>
        record.Length == AlertLength && record[0] == AlertType ? record[AlertLength - 1] : -1;

    /// <summary>Sorts what this side has said to the peer. RFC 8446, section 6.2.</summary>
    public static TlsFailure FailureOf(int alert) => alert switch
    {
        40 or 70 or 71 or 112 or 120 => TlsFailure.NothingInCommon, // handshake_failure, protocol_version, insufficient_security, unrecognized_name, no_application_protocol
        (>= 41 and <= 46) or 48 or 116 => TlsFailure.CertificateRefused, // no_certificate ... certificate_unknown, unknown_ca, certificate_required
        _ => TlsFailure.Protocol,
    };
}
