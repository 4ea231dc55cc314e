// SPDX-License-Identifier: MIT
namespace Mare.Protocol;

/// <summary>Says what a server agrees to when a client offers permessage-deflate.</summary>
/// <remarks>Immutable: any thread may read.</remarks>
public sealed record DeflatePolicy
{
    /// <summary>Gets whether the server wants a compressor of its own for the connection. Default false.</summary>
    public bool ServerContextTakeover { get; init; }

    /// <summary>Gets whether the client may have the server remember its messages. Default false.</summary>
    public bool ClientContextTakeover { get; init; }

    /// <summary>Gets the largest window of the server, 9 to 15 bits. Default 15.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of its range.</exception>
    public int ServerMaxWindowBits
    {
        get;
        init => field = Checked(value);
    } = DeflateNegotiation.MaxWindowBits;

    /// <summary>Gets the largest window that the client is asked to keep to, 9 to 15 bits. Default 15.</summary>
    /// <remarks>A client that does not offer <c>client_max_window_bits</c> cannot be asked, and may use 15.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of its range.</exception>
    public int ClientMaxWindowBits
    {
        get;
        init => field = Checked(value);
    } = DeflateNegotiation.MaxWindowBits;

    /// <summary>Gets the smallest window that the compressor can be held to: see <see cref="IDeflateProvider"/>. Default 9.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of its range.</exception>
    public int MinServerWindowBits
    {
        get;
        init => field = Checked(value);
    } = DeflateNegotiation.MinWindowBits;

    private static int Checked(int bits)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bits, DeflateNegotiation.MinWindowBits);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bits, DeflateNegotiation.MaxWindowBits);
        return bits;
    }
}
