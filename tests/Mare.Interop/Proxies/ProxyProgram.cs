// SPDX-License-Identifier: MIT
using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mare.Interop.Programs;

namespace Mare.Interop.Proxies;

/// <summary>
/// Is nginx or HAProxy, started with a configuration in a folder of its own; ended, by its process id, with its object.
/// </summary>
internal sealed class ProxyProgram : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    // Of nginx, which makes them all.
    private static readonly string[] TemporaryFolders = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];

    private readonly string _folder;
    private readonly ConcurrentQueue<string> _lines = [];
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Process? _process;

    private ProxyProgram(string folder, int port) => (_folder, Port) = (folder, port);

    /// <summary>Gets the port on which it speaks TLS, on 127.0.0.1.</summary>
    public int Port { get; }

    public static async Task<ProxyProgram> StartNginxAsync(GuideConfig config, int server)
    {
        var proxy = Create();
        config.With("listen 443 ssl", $"listen 127.0.0.1:{proxy.Port} ssl")
            .With("/etc/ssl/ws.example/fullchain.pem", Path.Combine(proxy._folder, "cert.pem"))
            .With("/etc/ssl/ws.example/key.pem", Path.Combine(proxy._folder, "key.pem"))
            .With("server 127.0.0.1:8080;", $"server 127.0.0.1:{server};");
        var user = Environment.IsPrivilegedProcess ? "user root;" : "";
        var temporary = string.Concat(TemporaryFolders.Select(n => $"{n}_temp_path {proxy._folder}/{n};\n"));
        // What stands around it in Debian's nginx.conf.
        await proxy.WriteAsync("nginx.conf", $$"""
            {{user}}
            daemon off;
            pid {{proxy._folder}}/pid;
            error_log stderr notice;
            worker_processes 1;
            events { worker_connections 128; }
            http {
            access_log off;
            {{temporary}}
            {{config.Text}}
            }
            """);
        // With its workers the port is open.
        await proxy.RunAsync("nginx", ["-p", proxy._folder, "-e", "stderr", "-c", Path.Combine(proxy._folder, "nginx.conf")], "start worker process ", null);
        return proxy;
    }

    public static async Task<ProxyProgram> StartHaproxyAsync(
        GuideConfig config, ProxiedServer one, ProxiedServer two, bool passesTlsThrough = false)
    {
        var proxy = Create();
        // Checks in quick succession: a test waits for them.
        config.With("bind :443 ssl crt /etc/haproxy/ws.example.pem", $"bind 127.0.0.1:{proxy.Port}" + (passesTlsThrough ? "" : $" ssl crt {proxy._folder}/both.pem"))
            .With("10.0.0.11:8080", $"127.0.0.1:{one.Port}")
            .With("10.0.0.12:8080", $"127.0.0.1:{two.Port}")
            .With("inter 2s", "inter 50ms");
        await proxy.WriteAsync("haproxy.cfg", config.Text);
        // It opens its ports, then begins to check the servers.
        await proxy.RunAsync("haproxy", ["-db", "-f", Path.Combine(proxy._folder, "haproxy.cfg")], null, Task.WhenAll(one.Checked, two.Checked));
        return proxy;
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            // nginx is a process with children: killed, it would leave them behind.
            using var kill = Process.Start("sh", ["-c", $"kill -TERM {_process!.Id}"]);
            await kill.WaitForExitAsync().WaitAsync(Deadline);
            await _process.WaitForExitAsync().WaitAsync(Deadline);
        }
        finally
        {
            if (!_process!.HasExited)
                _process.Kill(entireProcessTree: true);
            _process.Dispose();
            Directory.Delete(_folder, recursive: true);
        }
    }

    private static ProxyProgram Create()
    {
        var folder = Directory.CreateTempSubdirectory("mare-proxy-").FullName;
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=ws.example", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        var (certificateText, keyText) = (certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(Path.Combine(folder, "cert.pem"), certificateText + "\n");
        File.WriteAllText(Path.Combine(folder, "key.pem"), keyText + "\n");
        File.WriteAllText(Path.Combine(folder, "both.pem"), $"{certificateText}\n{keyText}\n");
        return new ProxyProgram(folder, FreePort());
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private Task WriteAsync(string name, string text) => File.WriteAllTextAsync(Path.Combine(_folder, name), text);

    /// <summary>Starts the program, and waits until it is ready: says so, or others know.</summary>
    private async Task RunAsync(string name, string[] arguments, string? readyLine, Task? ready)
    {
        // Debian's /usr/sbin is not on everybody's PATH.
        var path = Path.Combine("/usr/sbin", name);
        var start = new ProcessStartInfo(File.Exists(path) ? path : name, arguments) { RedirectStandardError = true, RedirectStandardOutput = true };
        try
        {
            _process = Process.Start(start)!;
        }
        catch (Win32Exception)
        {
            Directory.Delete(_folder, recursive: true);
            OutsideProgram.Missing($"Install {name}: `apt-get install {name}` on Debian and Ubuntu.");
            return;
        }

        void Take(string? line)
        {
            if (line is null)
                return;
            _lines.Enqueue(line);
            if (readyLine is not null && line.Contains(readyLine, StringComparison.Ordinal))
                _ready.TrySetResult();
        }

        _process.ErrorDataReceived += (_, e) => Take(e.Data);
        _process.OutputDataReceived += (_, e) => Take(e.Data);
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
        try
        {
            var first = await Task.WhenAny(ready ?? _ready.Task, _process.WaitForExitAsync()).WaitAsync(Deadline);
            Assert.False(_process.HasExited, $"{name} has ended");
            await first;
        }
        catch (Exception e)
        {
            var printed = string.Join('\n', _lines);
            await DisposeAsync();
            throw new InvalidOperationException($"{name} does not start, and printed: {printed}", e);
        }
    }
}
