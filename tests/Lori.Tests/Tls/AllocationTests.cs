// SPDX-License-Identifier: MIT
namespace Lori.Tests.Tls;

public sealed class AllocationTests
{
    private const int Messages = 1000;

    /// <summary>
    /// An echo of a small message between two connections of ours. What SslStream allocates is its own: two objects a record that
    /// it reads or writes, at most.
    /// </summary>
    [Theory]
    [InlineData(TlsImplementation.OpenSsl, 0)]
    [InlineData(TlsImplementation.SslStream, 512)]
    public void Echo_OfSmallMessages_AllocatesNoMoreThanItsImplementation(TlsImplementation implementation, int mostPerEcho)
    {
        Assert.SkipUnless(TlsImplementations.All.Any(i => i.Data == implementation), "There is no libssl here.");
        using var tls = new TlsNetwork(implementation, actors: static () => new QuietEcho());
        var client = new QuietEcho { Left = 0 };
        tls.ConnectQuiet(client);
        var perEcho = double.MaxValue;
        for (var round = 0; round < 20 && perEcho > mostPerEcho + 0.5; round++)
        {
            // The least of some rounds: the first fills what is kept, and the runtime itself may allocate now and then.
            var before = GC.GetAllocatedBytesForCurrentThread();
            client.Left = Messages;
            client.Begin();
            tls.Loops.RunUntilIdle();
            perEcho = Math.Min(perEcho, (GC.GetAllocatedBytesForCurrentThread() - before) / (double)Messages);
            Assert.Equal(0, client.Left);
        }

        Assert.True(perEcho <= mostPerEcho + 0.5, $"an echo allocated {perEcho} bytes");
    }

    /// <summary>Sends back what it receives, or sends on, so many times; and records nothing.</summary>
    internal sealed class QuietEcho : TcpConnectionActor
    {
        public int Left { get; set; } = int.MaxValue;

        public void Begin() => this.Post(static me => me.Connection.Send("0123456789"u8));

        protected override void OnReceived(Span<byte> data)
        {
            if (Left == int.MaxValue || --Left > 0) Connection.Send(data);
        }
    }
}
