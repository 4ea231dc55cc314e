// SPDX-License-Identifier: MIT
using System.Net;

namespace Mare.Testing;

/// <summary>
/// Is a peer's end of a connection over an <see cref="InMemoryNetwork"/>, driven by a test: nothing here waits, and what it
/// does reaches the server in the loop's next turn. Any thread.
/// </summary>
public sealed class InMemoryPeer : IInMemoryOwner
{
    private readonly InMemoryEnd _end;
    private readonly ByteQueue _taken = new();
    private long _totalTaken;
    private bool _reads = true;
    private bool _sendEnded;

    /// <summary>Takes an end of a connection. Under the gate.</summary>
    internal InMemoryPeer(InMemoryEnd end)
    {
        _end = end;
        _end.Owner = this;
    }

    /// <summary>Gets this end's address; null on a Unix domain socket.</summary>
    public EndPoint? LocalEndPoint => _end.LocalEndPoint;

    /// <summary>Gets the address that was connected to.</summary>
    public EndPoint RemoteEndPoint => _end.RemoteEndPoint!;

    /// <summary>Gets whether the server has ended its sending (FIN) and everything before it was read here.</summary>
    public bool IsEndOfStream
    {
        get
        {
            lock (_end.Gate) return _end is { Other.HasFinished: true, SeesReset: false, Unread: 0 };
        }
    }

    /// <summary>Gets whether the server reset the connection, or closed it with bytes of this peer unread.</summary>
    public bool WasReset
    {
        get
        {
            lock (_end.Gate) return _end.SeesReset;
        }
    }

    /// <summary>Gets how many bytes were received so far, those that <see cref="ReceiveAll"/> returned included.</summary>
    public long TotalReceived
    {
        get
        {
            lock (_end.Gate) return _totalTaken;
        }
    }

    /// <summary>Gets how many bytes that were sent here no loop has been given yet.</summary>
    public int Undelivered
    {
        get
        {
            lock (_end.Gate) return _end.Other.Unread;
        }
    }

    /// <summary>Sends bytes. To a server that is gone they are lost, and the connection is reset.</summary>
    /// <param name="data">The bytes, copied.</param>
    /// <exception cref="InvalidOperationException">This end was shut down, closed or reset before.</exception>
    public void Send(ReadOnlySpan<byte> data)
    {
        if (_sendEnded) throw new InvalidOperationException("This peer has ended its sending; it cannot send any more.");
        lock (_end.Gate) _end.Send(data);
    }

    /// <summary>Takes all bytes that were received since the last call.</summary>
    /// <returns>The bytes; empty when none came.</returns>
    public byte[] ReceiveAll()
    {
        lock (_end.Gate) return _taken.ReadAll();
    }

    /// <summary>Stops to read: the server's bytes fill the window, then the server has to wait.</summary>
    public void StopReading()
    {
        lock (_end.Gate) _reads = false;
    }

    /// <summary>Reads again, first what stands in the window.</summary>
    public void ResumeReading()
    {
        lock (_end.Gate)
        {
            _reads = true;
            Take();
            _end.Other.Owner?.OnChanged();
        }
    }

    /// <summary>Ends this side's sending (FIN); it goes on to receive.</summary>
    public void ShutdownSend()
    {
        _sendEnded = true;
        lock (_end.Gate) _end.Finish();
    }

    /// <summary>Closes: the server sees the end, and a reset if it sends after that or had sent what was not read here.</summary>
    public void Close()
    {
        _sendEnded = true;
        lock (_end.Gate) _end.Close(reset: false);
    }

    /// <summary>Resets the connection: the server loses what it has not received yet.</summary>
    public void Reset()
    {
        _sendEnded = true;
        lock (_end.Gate) _end.Close(reset: true);
    }

    void IInMemoryOwner.OnChanged() => Take();

    private void Take()
    {
        if (!_reads) return;
        _totalTaken += _end.Unread;
        _end.MoveUnreadTo(_taken);
    }
}
