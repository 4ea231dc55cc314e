// SPDX-License-Identifier: MIT
using System.Buffers.Binary;
using System.Net;
using System.Text;
using Lori;

namespace FramedTcp;

/// <summary>Sends each message back in upper case.</summary>
internal sealed class Shouter(EndPoint? peer) : TcpConnectionActor
{
    private const int HeaderSize = 4;
    private const int MaxBodySize = 64 * 1024;
    private static readonly TimeSpan BodyTime = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan QuietTime = TimeSpan.FromMinutes(1);

    private LoopTimer? _bodyTimer;
    private bool _inBody;

    protected override void OnStarted()
    {
        Console.WriteLine($"{peer} connected");
        Connection.IdleTimeout = QuietTime;
        Connection.BufferUntil(HeaderSize);
    }

    // Exactly as many bytes as were asked for: a header, then a body, then a header ...
    protected override void OnReceived(Span<byte> data)
    {
        if (_inBody) TakeBody(data);
        else TakeHeader(data);
    }

    // A peer that sends nothing is asked to leave; one that sends half a message is not waited for that long.
    protected override void OnIdleTimeout()
    {
        Console.WriteLine($"{peer} says nothing");
        Connection.Close();
    }

    protected override void OnUnthrottled() => Connection.ResumeReading();

    protected override void OnPeerClosed()
    {
        if (Connection.BufferedBytes > 0 || _inBody) Console.WriteLine($"{peer} ended within a message");
        Connection.Close();
    }

    protected override void OnClosed(CloseCause cause) => Console.WriteLine($"{peer} is gone: {cause}");

    private void TakeHeader(ReadOnlySpan<byte> header)
    {
        var size = BinaryPrimitives.ReadUInt32BigEndian(header);
        // Checked before anything is kept: this number is the peer's.
        if (size is 0 or > MaxBodySize)
        {
            Console.WriteLine($"{peer} announced {size} bytes; 1 to {MaxBodySize} are allowed");
            Connection.Close();
            return;
        }

        _inBody = true;
        Connection.BufferUntil((int)size);
        if (_bodyTimer is null) _bodyTimer = this.StartTimer(BodyTime, static me => me.GiveUp());
        else _bodyTimer.Restart(BodyTime);
    }

    private void TakeBody(ReadOnlySpan<byte> body)
    {
        _bodyTimer!.Cancel();
        _inBody = false;
        Connection.BufferUntil(HeaderSize);
        var answer = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(body).ToUpperInvariant());
        Span<byte> header = stackalloc byte[HeaderSize];
        BinaryPrimitives.WriteInt32BigEndian(header, answer.Length);
        // Both go out together, at the end of the turn.
        Connection.Send(header);
        // A peer that does not read what it gets back is not read from either.
        if (Connection.Send(answer) == SendStatus.AcceptedThrottled) Connection.PauseReading();
    }

    private void GiveUp()
    {
        Console.WriteLine($"{peer} took too long over a message");
        Connection.Abort();
    }
}
