// SPDX-License-Identifier: MIT
using Mare.Protocol;

namespace Mare.Cli.Client;

/// <summary>Says what a client allows.</summary>
internal sealed record WebSocketClientOptions
{
    /// <summary>Gets how long the server may take to answer the opening handshake. Default 10 seconds.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets how long the server may take to answer a close frame, and again to end TCP after that. Default 3 seconds.</summary>
    public TimeSpan CloseTimeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Gets the codecs of the client's loop where its handshake has <see cref="DeflateNegotiation.Offer"/>; null for none.</summary>
    public DeflateCodecs? Codecs { get; init; }

    /// <summary>Gets what bounds the server's messages.</summary>
    public MessageLimits Limits { get; init; } = MessageLimits.Default;
}
