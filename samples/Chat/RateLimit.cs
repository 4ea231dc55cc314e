// SPDX-License-Identifier: MIT
namespace Chat;

/// <summary>Is a leaky bucket: a few at once, and so many a second in the long run.</summary>
internal sealed class RateLimit(int burst, double perSecond, TimeProvider time)
{
    private double _used;
    private long _last = time.GetTimestamp();

    public bool TryTake()
    {
        var now = time.GetTimestamp();
        _used = Math.Max(0, _used - (time.GetElapsedTime(_last, now).TotalSeconds * perSecond));
        _last = now;
        if (_used + 1 > burst) return false;
        _used++;
        return true;
    }
}
