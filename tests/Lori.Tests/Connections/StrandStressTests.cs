// SPDX-License-Identifier: MIT
using System.IO.Pipelines;
using Lori.Tests.Backends.Streams;

namespace Lori.Tests.Connections;

/// <summary>A thousand pipes on a few strands, and everything that can happen to them at once: nothing hangs, nothing is lost.</summary>
public sealed class StrandStressTests
{
    private const int Connections = 1000;
    private const int Messages = 20;

    // Far more than it takes, for a loaded machine.
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Connections_AThousandPipesOnFourStrands_EndAllAndHoldNothing(int seed)
    {
        using var loops = EventLoopGroup.OnThreadPool(4);
        var cases = Enumerable.Range(0, Connections).Select(n => Case.Start(loops, new Random((seed * Connections) + n), n)).ToArray();
        var work = Task.WhenAll(cases.Select(static c => Task.Run(c.RunAsync)));
        try
        {
            await work.WaitAsync(Deadline, TestContext.Current.CancellationToken);
        }
        catch (TimeoutException)
        {
            var open = cases.Where(static c => !c.HasEnded).ToArray();
            Assert.Fail($"{open.Length} connections have not ended after {Deadline.TotalSeconds} s: {string.Join(", ", open.Take(20))}");
        }

        await HeldOn.AssertNothingAsync(loops);
    }

    /// <summary>Is one connection and what happens to it, chosen by its number.</summary>
    private sealed class Case
    {
        private readonly EchoActor _actor = new();
        private readonly Random _random;
        private readonly int _number;
        private DuplexPipe? _peer;
        private Fault _fault;
        private string _phase = "starting";

        private Case(Random random, int number) => (_random, _number) = (random, number);

        public bool HasEnded => _phase == "ended";

        public static Case Start(EventLoopGroup loops, Random random, int number)
        {
            var me = new Case(random, number);
            if (number % 10 == 9)
            {
                Fault[] faults = [Fault.ReadThrows, Fault.ReadFails, Fault.WriteThrows, Fault.WriteFails, Fault.FlushFails | Fault.DisposeThrows];
                me._fault = faults[number / 10 % faults.Length];
                me._actor.WhenStarted = static a => a.Connection.Send(new byte[100]);
                me._actor.Adopt(loops.Next(), new FaultyStream(me._fault));
                return me;
            }

            // Small thresholds, so that writers wait often; inline schedulers, so that each end runs inside the other's calls.
            var options = new PipeOptions(
                readerScheduler: number % 2 == 0 ? PipeScheduler.Inline : PipeScheduler.ThreadPool,
                writerScheduler: number % 3 == 0 ? PipeScheduler.Inline : PipeScheduler.ThreadPool,
                pauseWriterThreshold: 4096,
                resumeWriterThreshold: 1024,
                useSynchronizationContext: false);
            (var ours, me._peer) = DuplexPipe.CreatePair(options);
            if (number % 5 == 0) me._actor.Adopt(loops.Next(), new PipeStream(ours));
            else me._actor.Adopt(loops.Next(), ours);
            return me;
        }

        public override string ToString() => $"{_number} {_phase} {_fault}";

        public async Task RunAsync()
        {
            _phase = "starting";
            await _actor.Started;
            if (_peer is not null) await TalkAsync(_peer);
            _phase = "closing";
            await _actor.Closed;
            _phase = "ended";
        }

        private async Task TalkAsync(DuplexPipe peer)
        {
            _phase = "talking";
            var reading = Task.Run(() => ReadAsync(peer.Input));
            var sending = Task.Run(SendFromElsewhere);
            await WriteAsync(peer.Output);
            await sending;
            _phase = "ending";
            await EndAsync(peer);
            await reading;
            await peer.Input.CompleteAsync();
            await peer.Output.CompleteAsync();
        }

        /// <summary>Ends the connection in one of the ways there are.</summary>
        private async Task EndAsync(DuplexPipe peer)
        {
            switch (_random.Next(5))
            {
                case 0:
                    await peer.Output.CompleteAsync();
                    break;
                case 1:
                    await peer.Output.CompleteAsync(new IOException("the peer broke it"));
                    break;
                case 2:
                    _actor.Connection.Close();
                    // It lingers for the peer's end.
                    await peer.Output.CompleteAsync();
                    break;
                case 3:
                    _actor.Post(static a => a.Connection.Abort());
                    break;
                default:
                    _actor.Connection.Abort();
                    await peer.Output.CompleteAsync();
                    break;
            }
        }

        private void SendFromElsewhere()
        {
            var message = new byte[_random.Next(1, 3000)];
            for (var i = 0; i < Messages; i++) _actor.Connection.Send(message);
        }

        private static async Task WriteAsync(PipeWriter output)
        {
            for (var i = 0; i < Messages; i++)
            {
                if ((await output.WriteAsync(new byte[1500])).IsCompleted) return;
            }
        }

        private static async Task ReadAsync(PipeReader input)
        {
            try
            {
                ReadResult result;
                do
                {
                    result = await input.ReadAsync();
                    input.AdvanceTo(result.Buffer.End);
                }
                while (!result.IsCompleted);
            }
            catch (IOException)
            {
                // A reset.
            }
        }
    }
}
