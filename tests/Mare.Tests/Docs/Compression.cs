// SPDX-License-Identifier: MIT
namespace Mare.Tests.Docs.Compression;

internal static class Program
{
    public static void Shared(WebSocketServerOptions options)
    {
        options.Compression.Mode = CompressionMode.Shared;
    }

    public static void Dedicated(WebSocketServerOptions options)
    {
        options.Compression.Mode = CompressionMode.Dedicated;
        options.Compression.MaxDedicatedConnections = 500;       // default 1,000, up to 320 MiB; the others share
    }

    public static void Windows(WebSocketServerOptions options)
    {
        options.Compression.ServerMaxWindowBits = 12;            // what the server's compressors may refer back to: 4 KiB
        options.Compression.ClientMaxWindowBits = 12;            // what clients are asked to keep to, where they can be asked
    }

    public static void Effort(WebSocketServerOptions options)
    {
        options.Compression.Level = 1;                           // 1, the fastest, to 9, the smallest
        options.Compression.Threshold = 256;                     // shorter messages go as they are; bytes
    }

    public static void Bombs(WebSocketServerOptions options)
    {
        options.MaxMessageSize = 16 * 1024 * 1024;
        options.Compression.MaxInflateRatio = 100;               // the default; 1,032 is all that DEFLATE can do
    }
}

sealed class Pictures(byte[] png) : WebSocketServerActor
{
    protected override void OnTextMessage(string text)
    {
        Connection.SendBinary(png, SendOptions.Uncompressed);
    }
}

public sealed class CompressionTests
{
    private const string Offer = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits";

    [Fact]
    public void Settings_OfTheGuide_AgreeAsItSays()
    {
        Assert.Equal("permessage-deflate; server_no_context_takeover; client_no_context_takeover", Agreed(Program.Shared));
        Assert.Equal("permessage-deflate", Agreed(Program.Dedicated));
        Assert.Equal("permessage-deflate; server_max_window_bits=12; client_max_window_bits=12", Agreed(Program.Dedicated, Program.Windows));
        Assert.Equal("permessage-deflate", Agreed(Program.Dedicated, Program.Effort, Program.Bombs));
    }

    [Fact]
    public void Pictures_OfTheGuide_GoUncompressed()
    {
        var png = new byte[1000];
        using var server = new MemoryServer(configure: Program.Shared, factory: _ => new Pictures(png));
        var client = server.Request(Requests.Upgrade("/", Offer));
        Assert.Equal(101, client.ReadAnswer().Status);
        client.Deflates = true;
        client.Send(ClientFrames.Text("show"));
        var frame = client.ReadFrame();
        Assert.Equal((false, 1000), (frame.Compressed, frame.Payload.Length));
    }

    private static string? Agreed(params Action<WebSocketServerOptions>[] settings)
    {
        using var server = new MemoryServer(configure: options => Array.ForEach(settings, set => set(options)));
        return server.Request(Requests.Upgrade("/", Offer)).ReadAnswer()["Sec-WebSocket-Extensions"];
    }
}
