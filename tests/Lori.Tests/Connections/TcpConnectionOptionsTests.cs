// SPDX-License-Identifier: MIT
namespace Lori.Tests.Connections;

public sealed class TcpConnectionOptionsTests
{
    public static TheoryData<TcpConnectionOptions> OutOfRange =>
    [
        new TcpConnectionOptions { HighWaterMark = 1023 },
        new TcpConnectionOptions { HighWaterMark = 2048, LowWaterMark = 2049 },
        new TcpConnectionOptions { LowWaterMark = -1 },
        new TcpConnectionOptions { MaxQueuedBytes = -1 },
        new TcpConnectionOptions { LingerTimeout = TimeSpan.Zero },
        new TcpConnectionOptions { MaxLingerBytes = -1 },
        new TcpConnectionOptions { IdleTimeout = TimeSpan.Zero },
        new TcpConnectionOptions { KeepAliveTime = TimeSpan.Zero },
        new TcpConnectionOptions { KeepAliveInterval = TimeSpan.Zero },
        new TcpConnectionOptions { SendBufferSize = 0 },
        new TcpConnectionOptions { ReceiveBufferSize = 0 },
    ];

    [Fact]
    public void Validate_Defaults_Pass() => new TcpConnectionOptions().Validate();

    [Theory]
    [MemberData(nameof(OutOfRange), DisableDiscoveryEnumeration = true)]
    public void Validate_OutOfRange_ThrowsAndNamesTheOption(TcpConnectionOptions options)
    {
        var e = Assert.Throws<ArgumentOutOfRangeException>(options.Validate);
        Assert.NotNull(typeof(TcpConnectionOptions).GetProperty(e.ParamName!));
    }
}
