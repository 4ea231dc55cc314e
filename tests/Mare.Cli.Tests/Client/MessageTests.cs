// SPDX-License-Identifier: MIT
using System.Text;
using Mare.Cli.Client;
using Mare.Protocol;
using Mare.Testing;

namespace Mare.Cli.Tests.Client;

/// <summary>Messages and control frames of the client. RFC 6455, section 5.</summary>
public sealed class MessageTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(125)]
    [InlineData(126)]
    [InlineData(65_535)]
    [InlineData(65_536)]
    [InlineData(900_000)]
    public void Send_AnyLength_ComesBack(int length)
    {
        using var net = new ClientNetwork();
        var client = net.Connect(net.Serve(static _ => new ServerActor()));
        var data = new byte[length];
        new Random(length).NextBytes(data);
        var sent = client.SendAsync(Opcode.Binary, data);
        Assert.True(net.Answer(sent));
        Assert.Equal(data, Assert.Single(client.Binaries));
    }

    [Fact]
    public void Send_OnAHostileNetwork_KeepsOrder()
    {
        for (var seed = 0; seed < 10; seed++)
        {
            using var net = new ClientNetwork(InMemoryNetworkOptions.Hostile(seed));
            var client = net.Connect(net.Serve(static _ => new ServerActor()));
            var texts = Enumerable.Range(0, 20).Select(i => new string((char)('a' + i), i * 7)).ToArray();
            foreach (var text in texts) _ = client.SendAsync(Opcode.Text, Encoding.UTF8.GetBytes(text));
            net.Loops.RunUntilIdle();
            Assert.Equal(["open", .. texts.Select(static t => $"text {t}")], client.Calls);
        }
    }

    [Fact]
    public void Frames_OnTheWire_AreMaskedByAKeyOfTheirOwn()
    {
        using var net = new ClientNetwork();
        var client = net.Connect(net.ServeRaw(static head => RawServerActor.Upgrade(head)));
        for (var i = 0; i < 20; i++) _ = client.SendAsync(Opcode.Text, "same"u8.ToArray());
        net.Do(client, static c => c.Ping("p"u8));
        net.Do(client, static c => c.Close());
        var bytes = net.Raw[0].Received.AsSpan();
        var keys = new HashSet<uint>();
        var frames = new List<string>();
        while (!bytes.IsEmpty)
        {
            var (first, key, payload, size) = RawServerActor.ReadFrame(bytes);
            frames.Add($"{first:x2} {Encoding.Latin1.GetString(payload)}");
            keys.Add(key);
            bytes = bytes[size..];
        }

        Assert.Equal([.. Enumerable.Repeat("81 same", 20), "89 p", "88 \u0003\u00e8"], frames);
        Assert.Equal(22, keys.Count);
    }

    [Fact]
    public void Ping_OfTheServer_IsAnswered()
    {
        using var net = new ClientNetwork();
        var server = new ServerActor();
        var client = net.Connect(net.Serve(_ => server));
        _ = client.SendAsync(Opcode.Text, "!ping"u8.ToArray());
        net.Loops.RunUntilIdle();
        Assert.Equal(["are you there"], server.Pongs);
    }

    [Fact]
    public void Ping_OfTheClient_ComesBackAsAPong()
    {
        using var net = new ClientNetwork();
        var client = net.Connect(net.Serve(static _ => new ServerActor()));
        net.Do(client, static c => c.Ping("abc"u8));
        Assert.Equal(["open", "pong abc"], client.Calls);
    }

    [Fact]
    public void Send_ServerDoesNotRead_WaitsUntilItDoes()
    {
        using var net = new ClientNetwork();
        var client = net.Connect(net.ServeRaw(static head => RawServerActor.Upgrade(head)));
        net.Do(net.Raw[0], static s => s.Connection.PauseReading());
        var first = client.SendAsync(Opcode.Binary, new byte[300_000]);
        net.Loops.RunUntilIdle();
        Assert.False(first.IsCompleted);
        net.Do(net.Raw[0], static s => s.Connection.ResumeReading());
        Assert.True(net.Answer(first));
    }

    [Fact]
    public void Send_ConnectionEndsMeanwhile_WaitsNoLonger()
    {
        using var net = new ClientNetwork();
        var client = net.Connect(net.ServeRaw(static head => RawServerActor.Upgrade(head)));
        net.Do(net.Raw[0], static s => s.Connection.PauseReading());
        var first = client.SendAsync(Opcode.Binary, new byte[300_000]);
        net.Do(net.Raw[0], static s => s.Connection.Abort());
        net.Loops.RunUntilDone(first);
        Assert.Equal("The connection broke", client.Ending!.Error);
        Assert.False(net.Answer(client.SendAsync(Opcode.Text, default)));
    }

    [Fact]
    public void Send_AfterClose_AnswersFalse()
    {
        using var net = new ClientNetwork();
        var client = net.Connect(net.ServeRaw(static head => RawServerActor.Upgrade(head)));
        net.Do(client, static c => c.Close());
        var late = client.SendAsync(Opcode.Text, "late"u8.ToArray());
        Assert.False(net.Answer(late));
    }

    [Theory]
    [InlineData("81 81 00 00 00 00 61", 1002, "A server's frame must not be masked")] // masked: section 5.1
    [InlineData("83 00", 1002, "The opcode is reserved")]
    [InlineData("81 01 ff", 1007, "The text is not UTF-8")]
    [InlineData("82 7e 04 00", 1009, "The message is too big")] // 1,024 bytes are announced
    public void Violation_OfTheServer_FailsTheConnection(string frame, int code, string why)
    {
        using var net = new ClientNetwork();
        var client = net.Connect(
            net.ServeRaw(static head => RawServerActor.Upgrade(head)),
            client: new WebSocketClientOptions { Limits = new MessageLimits { MaxMessageBytes = 1000 } });
        net.Do(net.Raw[0], s => s.Connection.Send(Convert.FromHexString(frame.Replace(" ", "", StringComparison.Ordinal))));
        Assert.Equal($"The server broke the protocol: {why}", client.Ending!.Error);
        Assert.Equal(code, (int)client.Ending.Status);
        var (first, _, payload, _) = RawServerActor.ReadFrame(net.Raw[0].Received);
        Assert.Equal((0x88, code), (first, (payload[0] << 8) | payload[1]));
    }

    [Fact]
    public void OnOpen_Throws_EndsTheConnectionAndSaysWhy()
    {
        using var net = new ClientNetwork();
        var client = net.Connect(net.Serve(static _ => new ServerActor()), whenOpen: static _ => throw new InvalidOperationException("by the test"));
        Assert.Equal("A callback of RecordingClient failed: by the test", client.Ending!.Error);
    }
}
