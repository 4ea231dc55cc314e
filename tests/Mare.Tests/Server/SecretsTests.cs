// SPDX-License-Identifier: MIT
using System.Net;
using System.Text;

namespace Mare.Tests.Server;

/// <summary>What a client sends does not reach the log: no token, no query, no message, whatever becomes of it.</summary>
public sealed class SecretsTests
{
    private const string Secret = "s3cr3t-t0ken";

    [Fact]
    public void Log_OfAWholeSession_HoldsNothingThatTheClientSent()
    {
        using var server = new MemoryServer(configure: static o =>
        {
            o.AllowedHosts = ["example.com"];
            o.HttpHandler = static (request, _) =>
                request.Path == "/fails" ? throw new InvalidOperationException("of the application") : PlainResponse.Text("page");
        });

        // One that goes well, with the secret wherever a client may put one.
        var client = server.Request(Requests.Upgrade(
            $"/{Secret}?token={Secret}",
            $"Authorization: Bearer {Secret}",
            $"Cookie: session={Secret}",
            $"Sec-WebSocket-Protocol: chat, bearer.{Secret}",
            $"X-Forwarded-For: {Secret}",
            $"User-Agent: {Secret}"));
        Assert.Equal(101, client.ReadAnswer().Status);
        client.Send(ClientFrames.Text(Secret), ClientFrames.Binary(Encoding.UTF8.GetBytes(Secret)), ClientFrames.Ping(Secret), ClientFrames.Close(4000, Secret));

        // What is refused, at each step.
        server.Request(Requests.Upgrade("/", $"Origin: https://{Secret}.example"));
        server.Request(Requests.Bytes($"GET /?{Secret} HTTP/1.1", $"Host: {Secret}.example"));
        server.Request(Requests.Bytes($"GET /?{Secret} HTTP/1.1", $"Host: {Secret} {Secret}"));
        server.Request(Requests.Bytes($"{Secret} /?{Secret} HTTP/1.1", "Host: example.com"));
        server.Request(Encoding.ASCII.GetBytes($"{Secret} {Secret} {Secret}\r\n\r\n"));
        server.Request(Requests.Upgrade("/", $"Sec-WebSocket-Protocol: {Secret}, {Secret}"));
        server.Request(Requests.Upgrade("/", $"Sec-WebSocket-Extensions: permessage-deflate; {Secret}=\""));
        server.Request(Requests.Upgrade($"/{new string('x', 8000)}?{Secret}", $"X: {new string('x', 8000)}"));
        server.Request(Requests.Get($"/fails?{Secret}", $"Authorization: Bearer {Secret}"));
        server.Request(Requests.Get($"/?{Secret}"));
        server.Connect().Send(Encoding.ASCII.GetBytes($"GET /?{Secret}"));
        server.Advance(10);

        // What the application gets wrong.
        foreach (var decide in new Func<UpgradeRequest, UpgradeDecision>[]
        {
            static _ => throw new InvalidOperationException("of the application"),
            static _ => UpgradeDecision.Accept($"bearer.{Secret}"),
            static _ => UpgradeDecision.Accept($"chat, bearer.{Secret}"),
            static _ => UpgradeDecision.Reject(401),
        })
        {
            // The next actor decides so.
            using var other = new MemoryServer(a => a.Decide = decide);
            other.Request(Requests.Upgrade($"/?{Secret}", $"Sec-WebSocket-Protocol: bearer.{Secret}"));
            other.ExpectedErrors = other.Log.Errors.Count;
            AssertSilent(other);
        }

        // Frames that are none, and an actor that fails.
        var broken = server.Open();
        broken.Send(ClientFrames.Frame(Mare.Protocol.Opcode.Text, [0xFF, .. Encoding.UTF8.GetBytes(Secret)]));
        var failing = server.Open();
        server.Actor.Hook = static (_, call) =>
        {
            if (call == "OnTextMessage") throw new InvalidOperationException("of the application");
        };
        failing.Send(ClientFrames.Text(Secret));
        Assert.InRange(server.Log.Lines.Count, 10, 1000);
        server.ExpectedErrors = server.Log.Errors.Count;
        AssertSilent(server);
    }

    [Fact]
    public void Log_OfAHeaderThatIsNone_HoldsNothingOfIt()
    {
        using var server = new MemoryServer(configure: static o => o.ProxyProtocol.Sources = [IPNetwork.Parse("127.0.0.1/32")]);
        server.Request(Encoding.ASCII.GetBytes($"PROXY UNKNOWNS {Secret}\r\n"));
        Assert.Equal(1, server.Server.Statistics.ProxyHeadersRefused);
        AssertSilent(server);
    }

    private static void AssertSilent(MemoryServer server)
    {
        Assert.NotEmpty(server.Log.Lines);
        Assert.All(server.Log.Lines, static line => Assert.DoesNotContain(Secret, $"{line.Text} {line.Exception}", StringComparison.OrdinalIgnoreCase));
    }
}
