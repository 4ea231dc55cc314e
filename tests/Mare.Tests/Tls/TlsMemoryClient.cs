// SPDX-License-Identifier: MIT
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Lori.Tests.Tls;
using Mare.Protocol;

namespace Mare.Tests.Tls;

/// <summary>Is a client that speaks TLS, by SslStream on the test's thread: what it waits for, the server's loops do meanwhile.</summary>
internal sealed class TlsMemoryClient : IDisposable
{
    private readonly MemoryServer _server;
    private readonly SslStream _stream;
    private byte[] _unread = [];

    public TlsMemoryClient(MemoryServer server, int endPoint = 0, X509Certificate2? certificate = null)
    {
        _server = server;
        var peer = server.Network.Connect(server.Server.EndPoints[endPoint].Address);
        server.Run();
        _stream = new SslStream(new PeerStream(peer, server.Loops), leaveInnerStreamOpen: false, static (_, _, _, _) => true);
        _stream.AuthenticateAsClient(new SslClientAuthenticationOptions
        {
            TargetHost = "server.test",
            ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
            ClientCertificateContext = certificate is null ? null : SslStreamCertificateContext.Create(certificate, TestCertificates.Intermediates, offline: true),
        });
    }

    public string ApplicationProtocol => _stream.NegotiatedApplicationProtocol.ToString();

    public void Send(params ReadOnlySpan<byte[]> parts)
    {
        foreach (var part in parts) _stream.Write(part);
        _server.Run();
    }

    /// <summary>Opens a WebSocket connection.</summary>
    public TlsMemoryClient Open(params string[] lines)
    {
        Send(Requests.Upgrade("/", lines));
        Assert.Equal(101, ReadAnswer().Status);
        return this;
    }

    public HttpAnswer ReadAnswer()
    {
        while (true)
        {
            ReadOnlySpan<byte> data = _unread;
            if (HttpAnswer.TryRead(ref data) is { } answer)
            {
                _unread = data.ToArray();
                return answer;
            }

            Read();
        }
    }

    public ServerFrame ReadFrame()
    {
        while (true)
        {
            ReadOnlySpan<byte> data = _unread;
            if (ServerFrame.TryRead(ref data, out var frame))
            {
                _unread = data.ToArray();
                return frame;
            }

            Read();
        }
    }

    /// <summary>Sees close_notify, and nothing before it.</summary>
    public void AssertEnd()
    {
        Assert.Empty(_unread);
        Assert.Equal(-1, _stream.ReadByte());
    }

    public void AssertEchoes(string text)
    {
        Send(ClientFrames.Binary(Encoding.UTF8.GetBytes(text)));
        var frame = ReadFrame();
        Assert.Equal((Opcode.Binary, text), (frame.Opcode, frame.Text));
    }

    /// <summary>Ends by close_notify.</summary>
    public void Shutdown()
    {
        _stream.ShutdownAsync().GetAwaiter().GetResult();
        _server.Run();
    }

    public void Dispose() => _stream.Dispose();

    private void Read()
    {
        var buffer = new byte[64 * 1024];
        var length = _stream.Read(buffer, 0, buffer.Length);
        Assert.True(length > 0, "the connection ended");
        _unread = [.. _unread, .. buffer.AsSpan(0, length)];
    }
}
