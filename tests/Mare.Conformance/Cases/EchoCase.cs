// SPDX-License-Identifier: MIT
using Mare.Conformance.Servers;
using Mare.Conformance.Wire;

namespace Mare.Conformance.Cases;

/// <summary>A conversation with an echo server: what is sent after the opening handshake, what must come back, and how
/// it must end. Anything else that comes is a failure, as is a reset in place of an orderly end.</summary>
internal sealed record EchoCase(string Id, string Description)
{
    private enum Ending
    {
        ClientBeginsClosing,
        SendsHoldTheClose,
        ServerFails,
    }

    public IReadOnlyCollection<Frame> Sends { get; init; } = [];

    public IReadOnlyCollection<ServerEvent> Expects { get; init; } = [];

    public Chops Chops { get; init; }

    /// <summary>The codes that the server's close frame may have.</summary>
    public int[] CloseCodes { get; private init; } = [1000];

    private Ending How { get; init; }

    /// <summary>All frames are legal; when the echoes are there, this side begins the closing handshake.</summary>
    public static EchoCase Echoes(string id, string description, Frame[] sends, params ServerEvent[] expects) =>
        new(id, description) { Sends = sends, Expects = expects, How = Ending.ClientBeginsClosing };

    /// <summary>The frames hold a close frame, which the server answers with one of the codes.</summary>
    public static EchoCase Closes(
        string id, string description, int[] codes, Frame[] sends, params ServerEvent[] expects) =>
        new(id, description)
        {
            Sends = sends,
            Expects = expects,
            CloseCodes = codes,
            How = Ending.SendsHoldTheClose,
        };

    /// <summary>The frames break a rule: what came before is echoed, then the server fails the connection.</summary>
    public static EchoCase Fails(
        string id, string description, int[] codes, Frame[] sends, params ServerEvent[] expects) =>
        new(id, description) { Sends = sends, Expects = expects, CloseCodes = codes, How = Ending.ServerFails };

    public async Task RunAsync(EchoServer server)
    {
        using var client = await RawClient.OpenAsync(server, $"case {Id}, {Description}");

        // Sent beside reading, as an echo server may stop reading while its echoes are not read.
        var sending = client.SendAsync(Sends, Chops);
        foreach (var expected in Expects)
            await client.ExpectAsync(expected);

        if (How == Ending.ClientBeginsClosing)
        {
            await sending;
            await client.CloseAsync();
        }
        else
        {
            await client.ExpectCloseAsync(CloseCodes);
            await sending;
        }
    }
}
