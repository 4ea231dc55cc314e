// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;

namespace Mare.Interop.Proxies;

/// <summary>Connects to a proxy by TLS from an address of its own, 127.0.0.2, as a page of the proxy's origin would.</summary>
internal sealed class ProxyClient : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly HttpMessageInvoker _invoker;
    private readonly ClientWebSocket _socket;

    private ProxyClient(HttpMessageInvoker invoker, ClientWebSocket socket) => (_invoker, _socket) = (invoker, socket);

    public static IPAddress Address { get; } = IPAddress.Parse("127.0.0.2");

    /// <summary>Gets the status of the answer to the upgrade.</summary>
    public int Status => (int)_socket.HttpStatusCode;

    /// <summary>Connects; with another status than 101 it is not connected.</summary>
    public static async Task<ProxyClient> ConnectAsync(ProxyProgram proxy, string? origin = null, params (string Name, string Value)[] headers)
    {
        var socket = new ClientWebSocket { Options = { CollectHttpResponseDetails = true } };
        socket.Options.SetRequestHeader("Origin", origin ?? $"https://127.0.0.1:{proxy.Port}");
        foreach (var (name, value) in headers)
            socket.Options.SetRequestHeader(name, value);
        var invoker = CreateInvoker();
        using var deadline = new CancellationTokenSource(Deadline);
        try
        {
            await socket.ConnectAsync(new Uri($"wss://127.0.0.1:{proxy.Port}/"), invoker, deadline.Token);
        }
        catch (WebSocketException) when (socket.HttpStatusCode is not (0 or HttpStatusCode.SwitchingProtocols))
        {
            // Refused: the status says how.
        }

        return new ProxyClient(invoker, socket);
    }

    /// <summary>Asks for a page.</summary>
    public static async Task<(int Status, string Body)> GetAsync(ProxyProgram proxy, string path)
    {
        using var invoker = CreateInvoker();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"https://127.0.0.1:{proxy.Port}{path}");
        using var deadline = new CancellationTokenSource(Deadline);
        using var response = await invoker.SendAsync(request, deadline.Token);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync(deadline.Token));
    }

    public async Task SendAsync(byte[] data)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        await _socket.SendAsync(data, WebSocketMessageType.Binary, endOfMessage: true, deadline.Token);
    }

    /// <summary>Receives a message; null when it was a close frame, which is answered.</summary>
    public async Task<byte[]?> ReceiveAsync()
    {
        using var deadline = new CancellationTokenSource(Deadline);
        using var message = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (true)
        {
            var result = await _socket.ReceiveAsync(buffer, deadline.Token);
            if (result.MessageType == WebSocketMessageType.Close)
            {
                await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, deadline.Token);
                return null;
            }

            message.Write(buffer, 0, result.Count);
            if (result.EndOfMessage)
                return message.ToArray();
        }
    }

    public async Task<string> ReceiveTextAsync() => Encoding.UTF8.GetString(await ReceiveAsync() ?? []);

    /// <summary>Gets the code of the close frame that came.</summary>
    public int CloseCode => (int)_socket.CloseStatus.GetValueOrDefault();

    public void Dispose()
    {
        _socket.Dispose();
        _invoker.Dispose();
    }

    private static HttpMessageInvoker CreateInvoker() => new(new SocketsHttpHandler
    {
        // Made for the test by the proxy, or by the server behind it, for a name that nobody looks up.
        SslOptions = { RemoteCertificateValidationCallback = static (_, certificate, _, _) => certificate?.Subject == "CN=ws.example" },
        UseProxy = false,
        ConnectCallback = static async (context, cancellationToken) =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                socket.Bind(new IPEndPoint(Address, 0));
                await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        },
    });
}
