// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;

namespace Lori.Tests.Connecting;

/// <summary>Connects to names: several addresses, both IP versions. RFC 8305.</summary>
public sealed class AddressTests : IDisposable
{
    private const int Port = 5000;
    private static readonly TimeSpan AttemptDelay = TimeSpan.FromMilliseconds(250);

    private static readonly IPAddress A = IPAddress.Parse("192.0.2.1");
    private static readonly IPAddress B = IPAddress.Parse("192.0.2.2");
    private static readonly IPAddress C = IPAddress.Parse("192.0.2.3");
    private static readonly IPAddress Six = IPAddress.Parse("2001:db8::1");

    private readonly ConnectNetwork _net = new();

    public void Dispose() => _net.Dispose();

    [Fact]
    public void Name_OneAddress_IsConnectedTo()
    {
        _net.Network.SetName("db", A);
        _net.Listen("192.0.2.1", Port);
        AssertConnected(_net.Connect(Options()), A);
    }

    [Fact]
    public void Name_Unknown_HasNoAddress()
    {
        var error = ConnectNetwork.AssertFailed(_net.Connect(Options()), ConnectFailure.NoAddress);
        Assert.StartsWith("Cannot connect to db:5000: the name has no address (", error.Message, StringComparison.Ordinal);
        Assert.Equal(SocketError.HostNotFound, error.SocketErrorCode);
    }

    [Fact]
    public void Name_WithoutAddresses_HasNoAddress()
    {
        _net.Network.SetName("db");
        var error = ConnectNetwork.AssertFailed(_net.Connect(Options()), ConnectFailure.NoAddress);
        Assert.Equal("Cannot connect to db:5000: the name has no address.", error.Message);
    }

    [Fact]
    public void Name_FirstRefuses_TheNextIsTakenWithoutDelay()
    {
        _net.Network.SetName("db", A, B);
        _net.Listen("192.0.2.2", Port);
        AssertConnected(_net.Connect(Options()), B);
    }

    [Fact]
    public void Name_FirstDoesNotAnswer_TheNextIsTriedAfterADelayAndTheFirstGivenUp()
    {
        _net.Network.SetName("db", A, B);
        _net.Listen("192.0.2.1", Port);
        _net.Listen("192.0.2.2", Port);
        _net.Network.IgnoreConnects(new IPEndPoint(A, Port));
        var attempt = _net.Connect(Options());
        _net.Loops.Advance(AttemptDelay - TimeSpan.FromMilliseconds(1));
        Assert.Empty(attempt.Actor.Calls);
        _net.Loops.Advance(TimeSpan.FromMilliseconds(1));
        AssertConnected(attempt, B);
        Assert.Single(_net.Accepted);
    }

    [Fact]
    public void Name_NoneAnswers_TimesOutOverTheWhole()
    {
        _net.Network.SetName("db", A, B, C);
        foreach (var address in new[] { A, B, C }) _net.Network.IgnoreConnects(new IPEndPoint(address, Port));
        var options = Options();
        options.Timeout = TimeSpan.FromSeconds(1);
        var attempt = _net.Connect(options);
        _net.Loops.Advance(TimeSpan.FromSeconds(1));
        ConnectNetwork.AssertFailed(attempt, ConnectFailure.TimedOut);
        _net.Loops.ThrowIfAnythingIsHeld();
    }

    [Fact]
    public void Name_OneFailsWhileAnotherIsUnderWay_WaitsForThat()
    {
        _net.Network.SetName("db", A, B);
        _net.Network.IgnoreConnects(new IPEndPoint(A, Port));
        var attempt = _net.Connect(Options());
        _net.Loops.Advance(AttemptDelay);
        Assert.Empty(attempt.Actor.Calls);
        _net.Loops.Advance(TimeSpan.FromSeconds(10));
        ConnectNetwork.AssertFailed(attempt, ConnectFailure.TimedOut);
    }

    [Fact]
    public void Name_AllFail_TheOneThatWasReachedIsNamedAndAllAreListed()
    {
        _net.Network.SetName("db", Six, A);
        _net.Network.FailConnects(new IPEndPoint(Six, Port), SocketError.NetworkUnreachable);
        var error = ConnectNetwork.AssertFailed(_net.Connect(Options()), ConnectFailure.Refused);
        Assert.Equal("Cannot connect to db:5000: nobody listens there (tried 2001:db8::1, 192.0.2.1).", error.Message);
    }

    [Fact]
    public void Name_AllUnreachable_IsUnreachable()
    {
        _net.Network.SetName("db", Six, A);
        _net.Network.FailConnects(new IPEndPoint(Six, Port), SocketError.NetworkUnreachable);
        _net.Network.FailConnects(new IPEndPoint(A, Port), SocketError.HostUnreachable);
        ConnectNetwork.AssertFailed(_net.Connect(Options()), ConnectFailure.Unreachable);
    }

    [Fact]
    public void Name_AddressesOfBothVersions_TakeTurns()
    {
        _net.Network.SetName("db", A, B, C, Six);
        var error = ConnectNetwork.AssertFailed(_net.Connect(Options()), ConnectFailure.Refused);
        Assert.EndsWith("(tried 192.0.2.1, 2001:db8::1, 192.0.2.2, 192.0.2.3).", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(IPVersion.IPv4)]
    [InlineData(IPVersion.IPv6)]
    public void IPVersion_Chosen_TakesOnlyAddressesOfIt(IPVersion version)
    {
        _net.Network.SetName("db", A, Six);
        _net.Listen("192.0.2.1", Port);
        _net.Listen("2001:db8::1", Port);
        var options = Options();
        options.IPVersion = version;
        AssertConnected(_net.Connect(options), version == IPVersion.IPv4 ? A : Six);
    }

    [Theory]
    [InlineData("db", IPVersion.IPv6, "Cannot connect to db:5000: it has no IPv6 address.")]
    [InlineData("192.0.2.1", IPVersion.IPv6, "Cannot connect to 192.0.2.1:5000: it has no IPv6 address.")]
    [InlineData("2001:db8::1", IPVersion.IPv4, "Cannot connect to [2001:db8::1]:5000: it has no IPv4 address.")]
    public void IPVersion_NoAddressOfIt_SaysSo(string host, IPVersion version, string message)
    {
        _net.Network.SetName("db", A);
        var options = Options();
        (options.Host, options.IPVersion) = (host, version);
        Assert.Equal(message, ConnectNetwork.AssertFailed(_net.Connect(options), ConnectFailure.NoAddress).Message);
    }

    [Fact]
    public void Localhost_IsKnown()
    {
        var port = _net.Listen();
        AssertConnected(_net.Connect(new ConnectOptions { Port = port }), IPAddress.Loopback);
    }

    [Theory]
    [InlineData(IPVersion.Any, true)]
    [InlineData(IPVersion.IPv6, false)]
    public void Listen_OnEveryIPv6Address_TakesIPv4OnlyWhenAnyVersionIsMeant(IPVersion version, bool takes)
    {
        var port = _net.Listen("*", version: version);
        var attempt = _net.Connect(new ConnectOptions { Host = "192.0.2.1", Port = port });
        if (takes) Assert.True(attempt.Done.IsCompletedSuccessfully);
        else ConnectNetwork.AssertFailed(attempt, ConnectFailure.Refused);
    }

    private static ConnectOptions Options() => new() { Host = "db", Port = Port };

    private static void AssertConnected((RecordingActor Actor, Task Done) attempt, IPAddress to)
    {
        Assert.True(attempt.Done.IsCompletedSuccessfully, $"{attempt.Done.Exception?.InnerException?.Message ?? attempt.Done.Status.ToString()}");
        Assert.Equal(["OnStarted"], attempt.Actor.Calls);
        Assert.Equal(to, ((IPEndPoint)attempt.Actor.Connection.RemoteEndPoint!).Address);
    }
}
