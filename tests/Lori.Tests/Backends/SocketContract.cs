// SPDX-License-Identifier: MIT
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Lori.Backends;
using Lori.Backends.Linux;

namespace Lori.Tests.Backends;

/// <summary>Runs the contract on real loopback sockets.</summary>
public abstract class SocketContract : NetworkBackendContract
{
    // Bound, so that nobody else gets the port, but not listening.
    private readonly Socket _nobody = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    private protected SocketContract(Backend backend)
        : base(backend)
    {
    }

    public override void Dispose()
    {
        base.Dispose();
        _nobody.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public void Listener_ShutDownByAnotherProcess_FailsOnceEachTimeItIsTried()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "shutdown(2) is Linux's here.");
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        socket.Listen();
        var events = new PausingListenerEvents();
        events.Listener = Backend.Listen(new InheritedEndPoint(socket, "shared"), new ListenOptions(), events);
        Turns(3);
        Assert.Equal(0, Libc.Shutdown((int)socket.Handle, Libc.ShutRd));
        for (var tries = 1; tries <= 2; tries++)
        {
            Pump("waiting for the failure", () => events.Failures.Count == tries);
            var turns = 0;
            for (var began = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(began).TotalMilliseconds < 200; turns++)
                Turn(milliseconds: 50);
            // Each waits its 50 ms; a backend that goes on trying, or is told the hang-up again and again, would take thousands.
            Assert.InRange(turns, 1, 20);
            Assert.Equal(Enumerable.Repeat(SocketError.InvalidArgument, tries), events.Failures);
            events.Listener.SetAccepting(true);
        }

        events.Listener.Close();
    }

    private protected override EndPoint NobodysEndPoint()
    {
        _nobody.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return _nobody.LocalEndPoint!;
    }

    private protected override ContractPeer ConnectPeer(EndPoint endPoint) => new SocketPeer(endPoint);

    /// <summary>Pauses after each failure, until the test goes on.</summary>
    private sealed class PausingListenerEvents : IListenerEvents
    {
        public BackendListener Listener { get; set; } = null!;

        public List<SocketError> Failures { get; } = [];

        public void OnAccepted(AcceptedSocket socket) => socket.Dispose();

        public void OnAcceptFailed(SocketError error)
        {
            Failures.Add(error);
            Listener.SetAccepting(false);
        }
    }
}
