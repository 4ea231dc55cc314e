// SPDX-License-Identifier: MIT
namespace Mare.Protocol;

/// <summary>Holds the parameters of permessage-deflate that both sides keep. RFC 7692 section 7.1.</summary>
/// <remarks>Immutable: any thread may read.</remarks>
public sealed record DeflateAgreement
{
    /// <summary>Gets whether each message of the server stands for itself.</summary>
    public bool ServerNoContextTakeover { get; init; }

    /// <summary>Gets whether each message of the client stands for itself.</summary>
    public bool ClientNoContextTakeover { get; init; }

    /// <summary>Gets how far back the server refers: 2 to this power bytes, 9 to 15.</summary>
    public int ServerMaxWindowBits { get; init; } = DeflateNegotiation.MaxWindowBits;

    /// <summary>Gets how far back the client refers: 2 to this power bytes, 9 to 15.</summary>
    public int ClientMaxWindowBits { get; init; } = DeflateNegotiation.MaxWindowBits;

    // The client offered server_max_window_bits, which an answer that accepts it has to name (section 7.1.2.1).
    internal bool NamesServerWindow { get; init; }

    /// <summary>Writes the agreement as the server's answer: the value of <c>Sec-WebSocket-Extensions</c>.</summary>
    /// <returns>The name and the parameters, as in <c>permessage-deflate; server_no_context_takeover</c>.</returns>
    public override string ToString()
    {
        string text = DeflateNegotiation.Name;
        if (ServerNoContextTakeover)
            text += $"; {DeflateNegotiation.ServerNoContextTakeover}";
        if (ClientNoContextTakeover)
            text += $"; {DeflateNegotiation.ClientNoContextTakeover}";
        if (NamesServerWindow || ServerMaxWindowBits < DeflateNegotiation.MaxWindowBits)
            text += $"; {DeflateNegotiation.ServerMaxWindowBits}={ServerMaxWindowBits}";
        if (ClientMaxWindowBits < DeflateNegotiation.MaxWindowBits)
            text += $"; {DeflateNegotiation.ClientMaxWindowBits}={ClientMaxWindowBits}";
        return text;
    }
}
