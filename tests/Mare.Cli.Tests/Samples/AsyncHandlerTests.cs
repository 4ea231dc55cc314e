// SPDX-License-Identifier: MIT
using Mare.Cli.Tests.Programs;

namespace Mare.Cli.Tests.Samples;

/// <summary>samples/AsyncHandler: an actor that awaits a service.</summary>
public sealed class AsyncHandlerTests
{
    [Fact]
    public async Task Sample_Run_AnswersInOrderWhatTheServiceSays()
    {
        using var sample = ChildProgram.Start("AsyncHandler.dll", "--port", "0");
        var url = await sample.ReadListeningAsync();
        using var first = await EchoClient.ConnectAsync(url);
        using var second = await EchoClient.ConnectAsync(url);
        await first.SendTextAsync("Lisbon");
        await first.SendTextAsync("Atlantis");
        await first.SendTextAsync("Lisbon");
        await second.SendTextAsync("Oslo");
        Assert.Equal("Lisbon: 24 °C, sunny", await first.ReadTextAsync());
        Assert.Equal("Atlantis: nobody knows", await first.ReadTextAsync());
        Assert.Equal("Lisbon: 24 °C, sunny", await first.ReadTextAsync());
        Assert.Equal("Oslo: -3 °C, snow", await second.ReadTextAsync());
        await sample.SignalAsync("INT");
        var (exitCode, _, error) = await sample.WaitAsync();
        Assert.Equal((0, ""), (exitCode, error));
    }

    [Fact]
    public async Task Sample_ClientGoesWhileItsRequestIsPending_GoesOn()
    {
        using var sample = ChildProgram.Start("AsyncHandler.dll", "--port", "0");
        var url = await sample.ReadListeningAsync();
        using (var gone = await EchoClient.ConnectAsync(url)) await gone.SendTextAsync("Pune");
        using var client = await EchoClient.ConnectAsync(url);
        await client.SendTextAsync("Pune");
        Assert.Equal("Pune: 31 °C, haze", await client.ReadTextAsync());
        await sample.SignalAsync("TERM");
        var (exitCode, _, error) = await sample.WaitAsync();
        Assert.Equal((0, ""), (exitCode, error));
    }

    [Fact]
    public async Task Sample_WithABadOption_SaysHow()
    {
        using var sample = ChildProgram.Start("AsyncHandler.dll", "--port", "65536");
        var (exitCode, output, error) = await sample.WaitAsync();
        Assert.Equal((2, "", "Usage: AsyncHandler [--port NUMBER]\n"), (exitCode, output, error));
    }
}
