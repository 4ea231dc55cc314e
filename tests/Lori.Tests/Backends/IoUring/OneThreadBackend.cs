// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using System.Runtime.ExceptionServices;
using Lori.Backends;

namespace Lori.Tests.Backends.IoUring;

/// <summary>
/// Runs every call to a backend and to what it made on one thread: the test's own may be another in its constructor, its
/// method and its end, and a ring belongs to the thread that made it. The caller waits meanwhile, so nothing overlaps.
/// </summary>
internal sealed class OneThreadBackend : Backend
{
    private readonly Thread _thread;
    private readonly SemaphoreSlim _called = new(0);
    private readonly SemaphoreSlim _returned = new(0);
    private readonly Backend _backend;
    private Action? _call;
    private ExceptionDispatchInfo? _exception;

    public OneThreadBackend(Func<Backend> create)
    {
        _thread = new Thread(Run) { IsBackground = true, Name = nameof(OneThreadBackend) };
        _thread.Start();
        _backend = Call(create);
    }

    public override string Name => _backend.Name;

    public override void Wait(int milliseconds) => Call(() => _backend.Wait(milliseconds));

    public override void Dispatch() => Call(_backend.Dispatch);

    public override void Wake() => _backend.Wake();

    public override void EndTurn() => Call(_backend.EndTurn);

    public override void GiveUp() => Call(_backend.GiveUp);

    public override BackendListener Listen(EndPoint endPoint, ListenOptions options, IListenerEvents events) =>
        new Listener(this, Call(() => _backend.Listen(endPoint, options, events)));

    public override PendingConnect Connect(EndPoint endPoint, TcpConnectionOptions options, IConnectEvents events) =>
        new Attempt(this, Call(() => _backend.Connect(endPoint, options, events)));

    public override Transport Attach(AcceptedSocket socket, ITransportEvents events) =>
        new Connection(this, Call(() => _backend.Attach(socket, events)));

    public override AcceptedSocket Adopt(Socket socket) => Call(() => _backend.Adopt(socket));

    public override void Dispose()
    {
        Call(_backend.Dispose);
        _call = null;
        _called.Release();
        _thread.Join();
        _called.Dispose();
        _returned.Dispose();
    }

    private T Call<T>(Func<T> call)
    {
        T result = default!;
        Call(() => { result = call(); });
        return result;
    }

    private void Call(Action call)
    {
        // A callback, which runs there already.
        if (Thread.CurrentThread == _thread)
        {
            call();
            return;
        }

        _call = call;
        _called.Release();
        _returned.Wait();
        var exception = _exception;
        _exception = null;
        exception?.Throw();
    }

    private void Run()
    {
        while (true)
        {
            _called.Wait();
            if (_call is not { } call) return;
            try
            {
                call();
            }
            catch (Exception e)
            {
                // The caller's to see.
                _exception = ExceptionDispatchInfo.Capture(e);
            }

            _returned.Release();
        }
    }

    private sealed class Listener(OneThreadBackend owner, BackendListener listener) : BackendListener
    {
        public override EndPoint LocalEndPoint => listener.LocalEndPoint;

        public override void SetAccepting(bool accepting) => owner.Call(() => listener.SetAccepting(accepting));

        public override void Close() => owner.Call(listener.Close);
    }

    private sealed class Attempt(OneThreadBackend owner, PendingConnect attempt) : PendingConnect
    {
        public override void Abandon() => owner.Call(attempt.Abandon);
    }

    private sealed class Connection(OneThreadBackend owner, Transport transport) : Transport
    {
        public override EndPoint? LocalEndPoint => owner.Call(() => transport.LocalEndPoint);

        public override EndPoint? RemoteEndPoint => owner.Call(() => transport.RemoteEndPoint);

        public override bool CanShutdownSend => transport.CanShutdownSend;

        public override void Redirect(ITransportEvents events) => owner.Call(() => transport.Redirect(events));

        public override void StartReceive() => owner.Call(transport.StartReceive);

        public override void StopReceive() => owner.Call(transport.StopReceive);

        public override int Send(ReadOnlySpan<Segment> segments)
        {
            var copy = segments.ToArray();
            return owner.Call(() => transport.Send(copy));
        }

        public override int SendAtOnce(ReadOnlySpan<Segment> segments)
        {
            var copy = segments.ToArray();
            return owner.Call(() => transport.SendAtOnce(copy));
        }

        public override int SendUncopied(ReadOnlySpan<byte> head, ReadOnlySpan<byte> data)
        {
            var (first, second) = (head.ToArray(), data.ToArray());
            return owner.Call(() => transport.SendUncopied(first, second));
        }

        public override void ShutdownSend() => owner.Call(transport.ShutdownSend);

        public override void Close(bool reset) => owner.Call(() => transport.Close(reset));
    }
}
