// SPDX-License-Identifier: MIT
using System.Buffers;

namespace Mare.Protocol;

/// <summary>Is permessage-deflate on one connection: compresses what it sends, decompresses what it receives. RFC 7692.</summary>
/// <remarks>
/// Not thread-safe. A direction without context takeover leases a codec for each message; the other has one of its own from
/// the first compressed message to <see cref="Dispose"/>.
/// </remarks>
public sealed class PerMessageDeflate : IDisposable
{
    private readonly DeflateCodecs _codecs;
    private readonly bool _forgetsSent;
    private readonly bool _forgetsReceived;
    private readonly byte _sendWindowBits;
    private readonly byte _receiveWindowBits;
    private IDeflater? _deflater;
    private IInflater? _inflater;

    /// <summary>Begins, with nothing compressed yet.</summary>
    /// <param name="agreement">What was negotiated.</param>
    /// <param name="role">Which end this is.</param>
    /// <param name="codecs">The codecs of the connection's loop.</param>
    public PerMessageDeflate(DeflateAgreement agreement, Role role, DeflateCodecs codecs)
    {
        ArgumentNullException.ThrowIfNull(agreement);
        ArgumentNullException.ThrowIfNull(codecs);
        Agreement = agreement;
        _codecs = codecs;
        bool server = role == Role.Server;
        _forgetsSent = server ? agreement.ServerNoContextTakeover : agreement.ClientNoContextTakeover;
        _forgetsReceived = server ? agreement.ClientNoContextTakeover : agreement.ServerNoContextTakeover;
        _sendWindowBits = (byte)(server ? agreement.ServerMaxWindowBits : agreement.ClientMaxWindowBits);
        _receiveWindowBits = (byte)(server ? agreement.ClientMaxWindowBits : agreement.ServerMaxWindowBits);
    }

    /// <summary>Gets what was negotiated.</summary>
    public DeflateAgreement Agreement { get; }

    // The last received byte was the last one of a stream, and the next one begins another.
    internal bool IsAtStart { get; private set; }

    /// <summary>Compresses a message. RFC 7692 section 7.2.1.</summary>
    /// <param name="message">The whole message.</param>
    /// <param name="deflated">
    /// What goes into its frames, the first with RSV1; valid until the next message of any connection of the loop.
    /// </param>
    /// <returns>
    /// False when it is not smaller, and so to be sent as it is. With context takeover always true: what the peer is to
    /// remember must be sent.
    /// </returns>
    public bool TryDeflate(ReadOnlySpan<byte> message, out ReadOnlySpan<byte> deflated)
    {
        IDeflater deflater = _forgetsSent
            ? _codecs.SharedDeflater(_sendWindowBits)
            : _deflater ??= _codecs.CreateDeflater(_sendWindowBits);
        deflated = _codecs.Output.Deflate(deflater, message, _forgetsSent);
        return !_forgetsSent || deflated.Length < message.Length;
    }

    internal OperationStatus Inflate(ref ReadOnlySpan<byte> input, Span<byte> output, out int written)
    {
        _inflater ??= _forgetsReceived ? _codecs.LeaseInflater() : _codecs.CreateInflater(_receiveWindowBits);
        int before = input.Length;
        OperationStatus status = _inflater.Inflate(ref input, output, out written);
        if (input.Length < before)
            IsAtStart = false;
        // A block with BFINAL set ends the stream, not the message (section 7.2.3.4): what follows is another stream.
        if (status == OperationStatus.Done)
        {
            _inflater.Reset();
            IsAtStart = true;
        }
        return status;
    }

    // The received message is whole, or given up.
    internal void EndMessage()
    {
        if (!_forgetsReceived || _inflater is not { } inflater)
            return;
        _inflater = null;
        IsAtStart = false;
        _codecs.GiveBack(inflater);
    }

    /// <summary>Gives back or disposes of the codecs.</summary>
    public void Dispose()
    {
        EndMessage();
        _inflater?.Dispose();
        _inflater = null;
        _deflater?.Dispose();
        _deflater = null;
    }
}
