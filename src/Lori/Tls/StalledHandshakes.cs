// SPDX-License-Identifier: MIT
namespace Lori.Tls;

/// <summary>
/// Holds the handshakes that have waited for their client too long, of all loops, and chooses which are given up for others: those
/// that have been here longest. Any thread.
/// </summary>
/// <remarks>
/// A handshake that goes as it should never comes here, nor to the lock. One that was chosen keeps its place, which is in no list any
/// more, so that it is not chosen twice.
/// </remarks>
/// <param name="most">How many are chosen at once.</param>
internal sealed class StalledHandshakes(int most)
{
    private readonly Lock _gate = new();
    private readonly LinkedList<TlsHandshake> _stalled = new(); // the longest first
    private int _leaving; // chosen, and not gone yet

    /// <summary>Adds one, unless it is here, or chosen. On its loop.</summary>
    public void Add(TlsHandshake handshake)
    {
        if (handshake.Place is not null) return;
        lock (_gate) handshake.Place = _stalled.AddLast(handshake);
    }

    /// <summary>Takes one out, if it is here. On its loop.</summary>
    public void Remove(TlsHandshake handshake)
    {
        if (handshake.Place is not { } place) return;
        lock (_gate) place.List?.Remove(place);
        handshake.Place = null;
    }

    /// <summary>Chooses the next, if there are any; none as long as some that were chosen have not gone.</summary>
    public TlsHandshake[] Choose()
    {
        lock (_gate)
        {
            if (_leaving > 0) return [];
            var chosen = new TlsHandshake[Math.Min(most, _stalled.Count)];
            for (var i = 0; i < chosen.Length; i++)
            {
                chosen[i] = _stalled.First!.Value;
                _stalled.RemoveFirst();
            }

            _leaving = chosen.Length;
            return chosen;
        }
    }

    /// <summary>Hears that one that was chosen has gone; true when it was the last.</summary>
    public bool Left()
    {
        lock (_gate) return --_leaving == 0;
    }
}
