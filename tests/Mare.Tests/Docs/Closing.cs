// SPDX-License-Identifier: MIT
using Mare.Protocol;

namespace Mare.Tests.Docs.Closing;

sealed class OneQuestion : WebSocketServerActor
{
    protected override void OnTextMessage(string text)
    {
        Connection.SendText($"{text}? Yes.");
        // Goes out behind the answer; what the client still sends is discarded.
        Connection.Close(CloseCode.Normal, "one question each");
    }

    protected override void OnClosed(CloseStatus status, string reason)
    {
        if (!Connection.ClosedCleanly) Console.WriteLine($"Lost ({(int)status}), {Connection.UnsentBytes} bytes not sent");
    }
}

sealed class Login : WebSocketServerActor
{
    private const CloseCode WrongPassword = (CloseCode)4001;

    protected override void OnTextMessage(string text)
    {
        if (text != "password") Connection.Close(WrongPassword, "try again");
    }
}

sealed class Patient : WebSocketServerActor
{
    private bool _asked;

    protected override void OnIdleTimeout()
    {
        // Asked, and not even a pong came for as long again.
        if (_asked) Connection.Abort();
        else _asked = Connection.Ping().IsAccepted();
    }

    protected override void OnPong(ReadOnlySpan<byte> payload) => _asked = false;

    protected override void OnTextMessageUtf8(ReadOnlySpan<byte> utf8) => _asked = false;
}

public sealed class ClosingTests
{
    [Fact]
    public void OneQuestion_OfTheGuide_AnswersBeforeItCloses()
    {
        using var server = new MemoryServer(factory: static _ => new OneQuestion());
        var client = server.Open();
        client.Send(ClientFrames.Text("Is it true"), ClientFrames.Text("And this"));
        var frames = client.ReadFrames();
        Assert.Equal((2, "Is it true? Yes."), (frames.Count, frames[0].Text));
        Assert.Equal((Opcode.Close, 1000, "one question each"), (frames[1].Opcode, frames[1].CloseCode, frames[1].CloseReason));
        client.Send(ClientFrames.Close());
        Assert.True(client.IsEnded);
    }

    [Fact]
    public void Login_OfTheGuide_ClosesWithACodeOfItsOwn()
    {
        using var server = new MemoryServer(factory: static _ => new Login());
        var client = server.Open();
        client.Send(ClientFrames.Text("guess"));
        Assert.Equal(4001, client.ReadFrame().CloseCode);
    }

    [Fact]
    public void Patient_OfTheGuide_KeepsWhoAnswersAndDropsWhoDoesNot()
    {
        using var server = new MemoryServer(factory: static _ => new Patient(), configure: static o => o.IdleTimeout = TimeSpan.FromSeconds(30));
        var client = server.Open();
        for (var i = 0; i < 5; i++)
        {
            server.Advance(31);
            Assert.Equal(Opcode.Ping, client.ReadFrame().Opcode);
            client.Send(ClientFrames.Pong());
        }

        server.Advance(31);
        Assert.Equal(Opcode.Ping, client.ReadFrame().Opcode);
        Assert.False(client.IsEnded);
        server.Advance(31);
        Assert.True(client.Peer.WasReset);
    }
}
