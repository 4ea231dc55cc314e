// SPDX-License-Identifier: MIT
using System.Text;
using Lori;
using Mare.Cli.Client;
using Mare.Cli.Connect;
using Mare.Cli.Tests.Client;
using Mare.Protocol;

namespace Mare.Cli.Tests.Connect;

/// <summary>When <c>mare connect</c> closes after the end of its input, on a manual clock.</summary>
public sealed class DrainingTests : IDisposable
{
    private readonly ClientNetwork _net = new();
    private readonly RecordingOutput _output = new();
    private readonly int _port;
    private ConnectClient? _client;

    public DrainingTests()
    {
        _port = _net.ServeRaw(static head => RawServerActor.Upgrade(head));
    }

    private RawServerActor Server => _net.Raw[0];

    public void Dispose()
    {
        // Whatever a test did, the server's end ends the client.
        _net.Do(Server, static s => s.Connection.Abort());
        Assert.True(_client!.Ended.IsCompleted);
        _net.Dispose();
    }

    [Fact]
    public void EndOfInput_PongThenTheWait_Closes()
    {
        Connect(TimeSpan.FromSeconds(2));
        Send("a");
        EndInput();
        Assert.Equal(["81 a", "89 end of input"], Frames());
        // Answers come before the pong, and after it.
        Say(0x81, "answer");
        Say(0x8A, "end of input");
        _net.Advance(1.9);
        Say(0x81, "late");
        Assert.Equal(2, Frames().Count);
        _net.Advance(0.1);
        Assert.Equal("88 \u0003\u00e8", Frames()[^1]);
        Assert.Equal(["answer", "late"], _output.Texts);
    }

    [Fact]
    public void EndOfInput_NoWait_ClosesAtThePong()
    {
        Connect(TimeSpan.Zero);
        EndInput();
        Say(0x8A, "end of input");
        Assert.Equal("88 \u0003\u00e8", Frames()[^1]);
    }

    [Fact]
    public void EndOfInput_AnotherPong_DoesNotCount()
    {
        Connect(TimeSpan.Zero);
        EndInput();
        Say(0x8A, "something else");
        Assert.Single(Frames());
    }

    [Fact]
    public void EndOfInput_NoPong_ClosesWhenNothingComes()
    {
        Connect(TimeSpan.FromSeconds(1));
        EndInput();
        _net.Advance(4.9);
        Say(0x81, "still busy");
        _net.Advance(4.9);
        Assert.Single(Frames());
        _net.Advance(0.1);
        Assert.Equal("88 \u0003\u00e8", Frames()[^1]);
    }

    [Fact]
    public void EndOfInput_WaitForever_NeitherPingsNorCloses()
    {
        Connect(Timeout.InfiniteTimeSpan);
        EndInput();
        _net.Advance(100_000);
        Assert.Empty(Frames());
    }

    private void Connect(TimeSpan wait)
    {
        Assert.True(ConnectTarget.TryParse($"ws://127.0.0.1:{_port}", out var target, out _));
        var options = new ConnectOptions { Host = "127.0.0.1", Port = _port };
        _client = new ConnectClient(
            new ConnectSettings
            {
                Target = target,
                Handshake = new ClientHandshake(target.Authority, target.Resource),
                Connection = options,
                Client = new WebSocketClientOptions(),
                Wait = wait,
            },
            _output);
        _ = _client.ConnectAsync(_net.Loops.Group.Loops[1], options, TestContext.Current.CancellationToken);
        _net.Loops.RunUntilIdle();
    }

    private void EndInput()
    {
        _client!.EndInput();
        _net.Loops.RunUntilIdle();
    }

    private void Send(string text)
    {
        _ = _client!.SendAsync(InputLine.Parse(Encoding.UTF8.GetBytes(text), hex: false));
        _net.Loops.RunUntilIdle();
    }

    private void Say(byte first, string payload) =>
        _net.Do(Server, s => s.Connection.Send([first, (byte)payload.Length, .. Encoding.UTF8.GetBytes(payload)]));

    private List<string> Frames()
    {
        var bytes = Server.Received.AsSpan();
        var frames = new List<string>();
        while (!bytes.IsEmpty)
        {
            var (first, _, payload, size) = RawServerActor.ReadFrame(bytes);
            frames.Add($"{first:x2} {Encoding.Latin1.GetString(payload)}");
            bytes = bytes[size..];
        }

        return frames;
    }

    private sealed class RecordingOutput() : ConnectOutput(quiet: true)
    {
        public List<string> Texts { get; } = [];

        public override void ShowText(ReadOnlySpan<byte> utf8) => Texts.Add(Encoding.UTF8.GetString(utf8));

        public override void ShowBinary(ReadOnlySpan<byte> data) => Texts.Add(Convert.ToHexString(data));

        public override void Complain(string text) => Assert.Fail(text);

        protected override void WriteRemark(string text) => Assert.Fail(text);
    }
}
