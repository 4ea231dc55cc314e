// SPDX-License-Identifier: MIT
namespace Mare;

/// <summary>Counts the connections of each client address, on all loops. Any thread; holds only addresses that have some.</summary>
/// <remarks>The locks are the library's own and held for a few instructions, once when a connection comes and once when it goes.</remarks>
internal sealed class AddressCounts(int most)
{
    // Loops rarely meet at one of so many.
    private const int Shards = 16;

    private readonly Dictionary<AddressKey, int>[] _shards = [.. Enumerable.Range(0, Shards).Select(static _ => new Dictionary<AddressKey, int>())];

    /// <summary>Gets how many addresses have a connection.</summary>
    public int Addresses => _shards.Sum(static shard =>
    {
        lock (shard) return shard.Count;
    });

    /// <summary>Counts one more connection, unless the address has as many as it may.</summary>
    public bool TryEnter(AddressKey key)
    {
        var shard = ShardOf(key);
        lock (shard)
        {
            var count = shard.GetValueOrDefault(key);
            if (count >= most) return false;
            shard[key] = count + 1;
            return true;
        }
    }

    public void Leave(AddressKey key)
    {
        var shard = ShardOf(key);
        lock (shard)
        {
            var count = shard[key] - 1;
            if (count == 0) shard.Remove(key);
            else shard[key] = count;
        }
    }

    // Neighbours differ in the low bits of IPv4 addresses, and in those of IPv6 prefixes.
    private Dictionary<AddressKey, int> ShardOf(AddressKey key) => _shards[(int)(key.Value % Shards)];
}
