// SPDX-License-Identifier: MIT
using Lori;
using Mare.Cli.Bench.Loads;
using Mare.Cli.Tests.Client;
using Mare.Testing;

namespace Mare.Cli.Tests.Bench;

/// <summary>Messages that must come back: in whatever form, and no other.</summary>
public sealed class EchoLoadTests
{
    private const int BinaryFrame = 0x82;

    [Theory]
    [InlineData(0, 1)]
    [InlineData(5, 1)]
    [InlineData(20, 1)]
    [InlineData(20, 32)]
    [InlineData(1024, 8)]
    [InlineData(70_000, 3)]
    public void Echo_OfAllSizes_ComesBackAsOftenAsItWasSent(int size, int inFlight)
    {
        using var network = new LoadNetwork();
        var port = network.Servers.Serve(static _ => new ServerActor());
        var settings = LoadNetwork.Settings(port) with { Connections = 3, Size = size, InFlight = inFlight, Messages = 100 };
        var load = network.Start(settings, static (loop, s) => new EchoLoad(loop, s));
        Assert.Equal((300, 0), (load.Count, load.Errors.Count));
        Assert.True(load.Done.IsCompletedSuccessfully);
        Assert.False(load.Failed.IsCompleted);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Echo_OverANetworkThatSplitsAndDelays_ComesBack(int seed)
    {
        using var network = new LoadNetwork(InMemoryNetworkOptions.Hostile(seed));
        var port = network.Servers.Serve(static _ => new ServerActor());
        var settings = LoadNetwork.Settings(port) with { Connections = 4, Size = 200, InFlight = 5, Messages = 40 };
        var load = network.Start(settings, static (loop, s) => new EchoLoad(loop, s));
        Assert.Equal(160, load.Count);
        Assert.False(load.Failed.IsCompleted);
    }

    [Theory]
    [InlineData(CompressionMode.Shared, "permessage-deflate; server_no_context_takeover; client_no_context_takeover")]
    [InlineData(CompressionMode.Dedicated, "permessage-deflate")]
    public void Echo_Compressed_IsInflatedAndCompared(CompressionMode mode, string agreement)
    {
        using var network = new LoadNetwork();
        var port = network.Servers.Serve(static _ => new ServerActor(), o => o.Compression = new CompressionOptions { Mode = mode });
        var settings = LoadNetwork.Settings(port) with { Connections = 2, Size = 1024, InFlight = 4, Messages = 200, Compression = true };
        var load = network.Start(settings, static (loop, s) => new EchoLoad(loop, s));
        Assert.Equal((400, agreement), (load.Count, load.Compression));
        Assert.False(load.Failed.IsCompleted);
    }

    [Fact]
    public void Compression_ThatTheServerDeclines_FailsTheRun()
    {
        using var network = new LoadNetwork();
        var port = network.Servers.Serve(static _ => new ServerActor());
        var load = network.Start(LoadNetwork.Settings(port) with { Compression = true }, static (loop, s) => new EchoLoad(loop, s));
        Assert.Equal("The server did not agree on permessage-deflate", LoadNetwork.FailureOf(load));
    }

    [Fact]
    public void InFlight_OnASilentServer_IsAllThatIsSent()
    {
        using var network = new LoadNetwork();
        var actor = new HoldingActor();
        actor.Hold();
        var port = network.Servers.Serve(_ => actor);
        var load = network.Start(LoadNetwork.Settings(port) with { InFlight = 7 }, static (loop, s) => new EchoLoad(loop, s));
        Assert.Equal((7, 0), (actor.Count, load.Count));
    }

    [Fact]
    public void Ping_BetweenEchoes_IsAnsweredAndEchoesGoOn()
    {
        using var network = new LoadNetwork();
        var (load, server) = StartRaw(network);
        var stamp = LoadNetwork.Stamp(0, 0);
        network.Servers.Do(server, me => me.Connection.Send(
        [
            .. LoadNetwork.Frame(0x89, "alive?"u8), .. LoadNetwork.Frame(BinaryFrame, stamp), .. LoadNetwork.Frame(0x89, "and now?"u8),
        ]));
        var sent = server.Received;
        var frames = new List<(int First, string Payload)>();
        while (sent.Length > 0)
        {
            var frame = RawServerActor.ReadFrame(sent);
            frames.Add((frame.First, frame.First == 0x8A ? System.Text.Encoding.UTF8.GetString(frame.Payload) : Convert.ToHexString(frame.Payload)));
            sent = sent[frame.Size..];
        }

        Assert.Equal(
            [(BinaryFrame, "0000000000000000"), (0x8A, "alive?"), (BinaryFrame, "0100000000000000"), (0x8A, "and now?")], frames);
        Assert.Equal(1, load.Count);
        Assert.False(load.Failed.IsCompleted);
    }

    [Fact]
    public void Echo_InFragmentsWithAPingAmong_ComesBack()
    {
        using var network = new LoadNetwork();
        var (load, server) = StartRaw(network);
        var stamp = LoadNetwork.Stamp(0, 0);
        byte[] bytes = [.. LoadNetwork.Frame(0x02, stamp.AsSpan(0, 3)), .. LoadNetwork.Frame(0x89, "x"u8), .. LoadNetwork.Frame(0x80, stamp.AsSpan(3))];
        // Byte by byte: wherever a message is cut, it is the same message.
        foreach (var one in bytes) network.Servers.Do(server, me => me.Connection.Send([one]));
        Assert.Equal(1, load.Count);
        network.Servers.Do(server, me => me.Connection.Send(LoadNetwork.Frame(BinaryFrame, LoadNetwork.Stamp(1, 0))));
        Assert.Equal(2, load.Count);
        Assert.False(load.Failed.IsCompleted);
    }

    [Fact]
    public void Echo_InAFrameWithALongerLength_IsAnError()
    {
        using var network = new LoadNetwork();
        var (load, server) = StartRaw(network);
        // 126 announces 16 bits, which a length of 8 does not need: RFC 6455, section 5.2.
        network.Servers.Do(server, me => me.Connection.Send([BinaryFrame, 126, 0, 8, .. LoadNetwork.Stamp(0, 0)]));
        Assert.StartsWith("No connection is left: The server broke the protocol", LoadNetwork.FailureOf(load), StringComparison.Ordinal);
    }

    [Fact]
    public void Echo_WithAWrongByte_FailsTheRunAndSaysWhere()
    {
        using var network = new LoadNetwork();
        var (load, server) = StartRaw(network);
        var wrong = LoadNetwork.Stamp(0, 0);
        wrong[5] = 0x2A;
        network.Servers.Do(server, me => me.Connection.Send(LoadNetwork.Frame(BinaryFrame, wrong)));
        Assert.Equal(
            "What came on connection 0 is not message 0 of connection 0: byte 5 is 0x2a instead of 0x00", LoadNetwork.FailureOf(load));
        Assert.Equal(0, load.Count);
    }

    [Fact]
    public void Echo_ThatCameBefore_FailsTheRun()
    {
        using var network = new LoadNetwork();
        var (load, server) = StartRaw(network);
        var frame = LoadNetwork.Frame(BinaryFrame, LoadNetwork.Stamp(0, 0));
        network.Servers.Do(server, me => me.Connection.Send(frame));
        network.Servers.Do(server, me => me.Connection.Send(frame));
        Assert.Equal(
            "What came on connection 0 is not message 1 of connection 0: byte 0 is 0x00 instead of 0x01", LoadNetwork.FailureOf(load));
    }

    [Fact]
    public void Echo_TooShort_FailsTheRun()
    {
        using var network = new LoadNetwork();
        var (load, server) = StartRaw(network);
        network.Servers.Do(server, me => me.Connection.Send(LoadNetwork.Frame(BinaryFrame, new byte[7])));
        Assert.Equal("What came on connection 0 is not message 0 of connection 0: it has 7 bytes instead of 8", LoadNetwork.FailureOf(load));
    }

    [Fact]
    public void Message_ThatNobodySent_FailsTheRun()
    {
        using var network = new LoadNetwork();
        var (load, server) = StartRaw(network);
        network.Servers.Do(server, me => me.Connection.Send(
            [.. LoadNetwork.Frame(BinaryFrame, LoadNetwork.Stamp(0, 0)), .. LoadNetwork.Frame(BinaryFrame, LoadNetwork.Stamp(1, 0)), .. LoadNetwork.Frame(BinaryFrame, LoadNetwork.Stamp(2, 0))]));
        Assert.Equal("The server sent more messages on connection 0 than it was sent", LoadNetwork.FailureOf(load));
    }

    [Fact]
    public void Connection_ThatTheServerCloses_IsCountedAndTheOthersGoOn()
    {
        using var network = new LoadNetwork();
        var actors = new List<HoldingActor>();
        var port = network.Servers.Serve(_ =>
        {
            actors.Add(new HoldingActor());
            actors[^1].Hold();
            return actors[^1];
        });
        var load = network.Start(LoadNetwork.Settings(port) with { Connections = 2 }, static (loop, s) => new EchoLoad(loop, s));
        actors[0].Post(static me => me.Leave());
        network.Servers.Loops.RunUntilIdle();
        Assert.Equal([new KeyValuePair<string, int>("The server closed the connection: 1001 GoingAway, bye", 1)], load.Errors);
        Assert.False(load.Failed.IsCompleted);
        actors[1].Post(static me => me.Leave());
        network.Servers.Loops.RunUntilIdle();
        Assert.Equal("No connection is left: The server closed the connection: 1001 GoingAway, bye", LoadNetwork.FailureOf(load));
        Assert.Equal(2, load.Errors.Values.Single());
        // It has failed, so it is not done: whoever waits for both sees the failure.
        Assert.False(load.Done.IsCompleted);
    }

    [Fact]
    public void Server_ThatIsNotThere_FailsTheRun()
    {
        using var network = new LoadNetwork();
        var load = network.Start(LoadNetwork.Settings(1), static (loop, s) => new EchoLoad(loop, s));
        Assert.Equal("Cannot connect to 127.0.0.1:1: nobody listens there", LoadNetwork.FailureOf(load));
    }

    [Fact]
    public void Server_ThatRefusesTheUpgrade_FailsTheRun()
    {
        using var network = new LoadNetwork();
        var port = network.Servers.Serve(static _ => null);
        var load = network.Start(LoadNetwork.Settings(port) with { Connections = 3 }, static (loop, s) => new EchoLoad(loop, s));
        Assert.Equal("The server refused the upgrade: 404 Not Found", LoadNetwork.FailureOf(load));
    }

    /// <summary>Starts a load of one connection and messages of 8 bytes against a server whose bytes the test makes.</summary>
    private static (EchoLoad Load, RawServerActor Server) StartRaw(LoadNetwork network)
    {
        var port = network.Servers.ServeRaw(static head => RawServerActor.Upgrade(head));
        var load = network.Start(LoadNetwork.Settings(port) with { Size = 8 }, static (loop, s) => new EchoLoad(loop, s));
        return (load, network.Servers.Raw[0]);
    }
}
