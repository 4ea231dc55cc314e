// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;

namespace Mare.Browser.Servers;

/// <summary>Carries TCP connections to a server, until it is cut: then all break, and no new one is carried.</summary>
internal sealed class Tunnel : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly List<TcpClient> _ends = [];
    private readonly Lock _gate = new();
    private readonly Uri _server;
    private readonly Task _accepting;
    private bool _isCut;

    public Tunnel(string serverUrl)
    {
        _server = new Uri(serverUrl);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public string Url => $"http://localhost:{((IPEndPoint)_listener.LocalEndpoint).Port}/";

    public void Cut()
    {
        lock (_gate)
        {
            _isCut = true;
            foreach (var end in _ends) end.Dispose();
            _ends.Clear();
        }
    }

    public void Mend()
    {
        lock (_gate) _isCut = false;
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        Cut();
        await _accepting;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _ = CarryAsync(await _listener.AcceptTcpClientAsync());
        }
        catch (SocketException)
        {
            // Stopped.
        }
        catch (ObjectDisposedException)
        {
            // Stopped.
        }
    }

    private async Task CarryAsync(TcpClient browser)
    {
        var server = new TcpClient();
        try
        {
            await server.ConnectAsync(_server.Host, _server.Port);
            lock (_gate)
            {
                if (_isCut) return;
                _ends.AddRange([browser, server]);
            }

            var (left, right) = (browser.GetStream(), server.GetStream());
            await Task.WhenAny(left.CopyToAsync(right), right.CopyToAsync(left));
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // Either end is gone.
        }
        finally
        {
            browser.Dispose();
            server.Dispose();
        }
    }
}
