// SPDX-License-Identifier: MIT
namespace Mare.Conformance.Wire;

/// <summary>How a run of frames is cut into writes. A server must not see the difference.</summary>
internal readonly record struct Chops(int Octets)
{
    /// <summary>Everything in one write.</summary>
    public static Chops None => new(0);

    /// <summary>One write a frame.</summary>
    public static Chops PerFrame => new(-1);

    /// <summary>One write an octet.</summary>
    public static Chops PerOctet => new(1);

    public IEnumerable<ReadOnlyMemory<byte>> Cut(IReadOnlyCollection<Frame> frames)
    {
        if (Octets < 0)
        {
            foreach (var frame in frames)
                yield return frame.ToBytes();
            yield break;
        }

        var bytes = Frame.Join(frames);
        var size = Octets == 0 ? Math.Max(1, bytes.Length) : Octets;
        for (var at = 0; at < bytes.Length; at += size)
            yield return bytes.AsMemory(at, Math.Min(size, bytes.Length - at));
    }
}
