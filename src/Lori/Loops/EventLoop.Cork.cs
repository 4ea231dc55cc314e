// SPDX-License-Identifier: MIT
namespace Lori;

public sealed partial class EventLoop
{
    // Small output of all connections of a turn stands side by side in one block, which stays in the cache.
    private Block _cork;

    /// <summary>Gets the shared block with at least this much room; the caller adds a reference to what it fills.</summary>
    internal Block Cork(int size)
    {
        // Sends that were in flight at the end of the last turn have ended by now, mostly.
        RecycleCork();
        if (_cork.Free >= size) return _cork;
        _cork.Release();
        return _cork = Blocks.Rent();
    }

    /// <summary>Starts the shared block anew, when nothing in it waits to be sent.</summary>
    private void RecycleCork()
    {
        if (_cork.HasOneReference) _cork.Used = 0;
    }
}
