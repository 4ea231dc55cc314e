// SPDX-License-Identifier: MIT
using Mare.Interop.Servers;

namespace Mare.Interop.Programs;

/// <summary>curl against plain HTTP.</summary>
public sealed class CurlTests(InteropServer server)
{
    [Fact]
    public async Task Curl_ThreeRequests_UseOneConnection()
    {
        var url = server.HttpUrl;
        var output = await RunAsync("-w", "%{http_code} %{num_connects}\n", "-o", "-", $"{url}/later", $"{url}/port", $"{url}/none");
        Assert.Matches(@"^later200 1\n127\.0\.0\.1:[0-9]+200 0\nNot found\n404 0\n$", output);
    }

    [Theory]
    [InlineData("--http1.0")]
    [InlineData("--http2")] // asks for an upgrade to h2c, which is not granted
    public async Task Curl_OfAnotherVersion_IsAnswered(string version) =>
        Assert.Equal("later", await RunAsync(version, $"{server.HttpUrl}/later"));

    [Fact]
    public async Task Curl_Head_SeesTheHead()
    {
        var output = await RunAsync("--head", $"{server.HttpUrl}/large");
        Assert.StartsWith("HTTP/1.1 200 OK\r\n", output, StringComparison.Ordinal);
        Assert.Contains("\r\nContent-Length: 4194304\r\n", output, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Curl_Slow_GetsItAll()
    {
        // Slower than the kernel's buffers: the server waits for the client many times.
        var output = await RunAsync("--limit-rate", "20M", "-o", "/dev/null", "-w", "%{http_code} %{size_download}", $"{server.HttpUrl}/large");
        Assert.Equal("200 4194304", output);
    }

    [Fact]
    public async Task Curl_SendingABody_Is413()
    {
        var output = await RunAsync("-X", "GET", "--data", "body", "-w", "%{http_code}", $"{server.HttpUrl}/large");
        Assert.Equal("A body is not taken\n413", output);
    }

    private static async Task<string> RunAsync(params string[] arguments)
    {
        var run = await OutsideProgram.RunAsync("curl", ["-sS", "--max-time", "30", "--noproxy", "*", .. arguments]);
        if (run is not { } done)
        {
            OutsideProgram.Missing("Install curl: `apt-get install curl` on Debian and Ubuntu.");
            return "";
        }

        Assert.True(done.ExitCode == 0, $"curl ended with {done.ExitCode}: {done.Error}");
        return done.Output;
    }
}
