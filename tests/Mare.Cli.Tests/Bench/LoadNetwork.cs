// SPDX-License-Identifier: MIT
using System.Buffers.Binary;
using Lori;
using Mare.Cli.Bench;
using Mare.Cli.Bench.Figures;
using Mare.Cli.Bench.Loads;
using Mare.Cli.Tests.Client;

namespace Mare.Cli.Tests.Bench;

/// <summary>Is a load that meets a server in memory, with a manual clock. In the end nothing may be held.</summary>
internal sealed class LoadNetwork(Mare.Testing.InMemoryNetworkOptions? options = null) : IDisposable
{
    private readonly ClientNetwork _network = new(options);
    private Load? _load;

    public ClientNetwork Servers => _network;

    public static BenchSettings Settings(int port, BenchScenario scenario = BenchScenario.Echo) => new()
    {
        Target = BenchTarget.TryParse($"ws://127.0.0.1:{port}/", out var target, out var error) ? target : throw new ArgumentException(error),
        Scenario = scenario,
        Connections = 1,
        // The clock stands while the loop runs: it must not be waited for.
        Alertness = TimeSpan.Zero,
    };

    /// <summary>Opens a load's connections, runs until there is nothing to do, and starts it.</summary>
    public T Start<T>(BenchSettings settings, Func<EventLoop, BenchSettings, T> create)
        where T : Load
    {
        var load = create(_network.Loops.Group.Loops[1], settings);
        _load = load;
        if (load is not ConnectLoad)
        {
            var opened = load.OpenAsync(settings.Connections);
            _network.Loops.RunUntilIdle();
            Assert.True(opened.IsCompletedSuccessfully || load.Failed.IsFaulted);
        }

        load.Post(static l => l.Start());
        _network.Loops.RunUntilIdle();
        return load;
    }

    /// <summary>Lets time pass.</summary>
    public void Advance(double seconds) => _network.Advance(seconds);

    /// <summary>Gets how a run has failed, as one line.</summary>
    public static string FailureOf(Load load) => Assert.IsType<BenchException>(load.Failed.Exception?.InnerException).Message;

    /// <summary>Gets what was recorded: each value in milliseconds, rounded, once for each message.</summary>
    public static IEnumerable<double> Milliseconds(Load load)
    {
        var histogram = load.Latency.Exchange(LatencyRecorder.CreateHistogram());
        foreach (var value in histogram.RecordedValues())
        {
            for (var i = 0; i < value.CountAddedInThisIterationStep; i++) yield return Math.Round(value.ValueIteratedTo / 1e6);
        }
    }

    /// <summary>Makes a server's frame.</summary>
    public static byte[] Frame(int first, ReadOnlySpan<byte> payload)
    {
        Assert.InRange(payload.Length, 0, 125);
        return [(byte)first, (byte)payload.Length, .. payload];
    }

    /// <summary>Makes the payload that a message of 8 bytes has: its number, and its source's.</summary>
    public static byte[] Stamp(uint number, uint source)
    {
        var stamp = new byte[8];
        BinaryPrimitives.WriteUInt32LittleEndian(stamp, number);
        BinaryPrimitives.WriteUInt32LittleEndian(stamp.AsSpan(4), source);
        return stamp;
    }

    public void Dispose()
    {
        if (_load is not null)
        {
            _load.Post(static l => l.Stop());
            _ = _load.FinishAsync();
            _network.Loops.RunUntilIdle();
            // For a server that answers no close frame.
            Advance(30);
            _load.Post(static l => l.Release());
            _network.Loops.RunUntilIdle();
        }

        _network.Dispose();
    }
}
