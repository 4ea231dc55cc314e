// SPDX-License-Identifier: MIT
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Lori.Tests.Loops;

public sealed class FailureLoggerTests : IDisposable
{
    private const int LeftOut = 27;

    private readonly FakeTimeProvider _clock = new();
    private readonly RecordingLog _log = new();
    private readonly FailureLogger _logger;

    public FailureLoggerTests() => _logger = new FailureLogger(_log, _clock);

    public void Dispose() => _log.Dispose();

    [Fact]
    public void Errors_OfOneKind_AreTenAtOnceThenOneASecondAndHowManyWereLeftOut()
    {
        Fail(4, 25);
        Assert.Equal((10, 0), (_log.CountOf(4), _log.CountOf(LeftOut)));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Fail(4, 3);
        Assert.Equal((11, 1), (_log.CountOf(4), _log.CountOf(LeftOut)));
        Assert.Contains(_log.Lines, static l => l.Id == LeftOut && l.Text.StartsWith("15 lines", StringComparison.Ordinal));
        // Half a second counts on.
        _clock.Advance(TimeSpan.FromSeconds(0.5));
        Fail(4, 1);
        Assert.Equal(11, _log.CountOf(4));
        _clock.Advance(TimeSpan.FromSeconds(0.5));
        Fail(4, 1);
        Assert.Equal((12, 2), (_log.CountOf(4), _log.CountOf(LeftOut)));
    }

    [Fact]
    public void Errors_AfterAQuietTime_AreTenAgain()
    {
        Fail(4, 10);
        _clock.Advance(TimeSpan.FromMinutes(1));
        Fail(4, 20);
        Assert.Equal(20, _log.CountOf(4));
    }

    [Fact]
    public void Errors_OfAnotherKindAndOtherLines_AreLogged()
    {
        Fail(4, 20);
        Fail(3, 1);
        for (var i = 0; i < 50; i++) _logger.Log(LogLevel.Warning, new EventId(9), "", null, static (s, _) => s);
        Assert.Equal((1, 50), (_log.CountOf(3), _log.CountOf(9)));
    }

    private void Fail(int id, int times)
    {
        for (var i = 0; i < times; i++) _logger.Log(LogLevel.Error, new EventId(id), "", null, static (s, _) => s);
    }
}
