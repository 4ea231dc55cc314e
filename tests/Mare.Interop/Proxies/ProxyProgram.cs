// SPDX-License-Identifier: MIT
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mare.Interop.Programs;

namespace Mare.Interop.Proxies;

/// <summary>
/// Is nginx or HAProxy, started with a configuration in a folder of its own; ended, by its process id, with its object.
/// </summary>
/// <remarks>
/// Both are started as daemons: the process that is started ends when the port is open, so nothing has to be waited for.
/// </remarks>
internal sealed class ProxyProgram : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly string _folder;

    private ProxyProgram(string folder, int port) => (_folder, Port) = (folder, port);

    /// <summary>Gets the port on which it speaks TLS, on 127.0.0.1.</summary>
    public int Port { get; }

    private string PidFile => Path.Combine(_folder, "pid");

    public static async Task<ProxyProgram> StartNginxAsync(GuideConfig config, int server)
    {
        var proxy = Create();
        config.With("listen 443 ssl", $"listen 127.0.0.1:{proxy.Port} ssl")
            .With("/etc/ssl/ws.example/fullchain.pem", Path.Combine(proxy._folder, "cert.pem"))
            .With("/etc/ssl/ws.example/key.pem", Path.Combine(proxy._folder, "key.pem"))
            .With("server 127.0.0.1:8080;", $"server 127.0.0.1:{server};");
        var user = Environment.IsPrivilegedProcess ? "user root;" : "";
        var temporary = string.Concat(new[] { "client_body", "proxy", "fastcgi", "uwsgi", "scgi" }.Select(n => $"{n}_temp_path {proxy._folder}/{n};\n"));
        // What stands around it in Debian's nginx.conf.
        await proxy.WriteAsync("nginx.conf", $$"""
            {{user}}
            pid {{proxy.PidFile}};
            worker_processes 1;
            events { worker_connections 128; }
            http {
            access_log off;
            {{temporary}}
            {{config.Text}}
            }
            """);
        await proxy.RunAsync("nginx", "/usr/sbin/nginx", ["-p", proxy._folder, "-e", Path.Combine(proxy._folder, "error.log"), "-c", Path.Combine(proxy._folder, "nginx.conf")]);
        return proxy;
    }

    public static async Task<ProxyProgram> StartHaproxyAsync(GuideConfig config, int one, int two)
    {
        var proxy = Create();
        // Checks in quick succession: a test waits for them.
        config.With("bind :443 ssl crt /etc/haproxy/ws.example.pem", $"bind 127.0.0.1:{proxy.Port} ssl crt {proxy._folder}/both.pem")
            .With("10.0.0.11:8080", $"127.0.0.1:{one}")
            .With("10.0.0.12:8080", $"127.0.0.1:{two}")
            .With("inter 2s", "inter 50ms");
        await proxy.WriteAsync("haproxy.cfg", config.Text);
        await proxy.RunAsync("haproxy", "/usr/sbin/haproxy", ["-D", "-p", proxy.PidFile, "-f", Path.Combine(proxy._folder, "haproxy.cfg")]);
        return proxy;
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            var id = int.Parse(await File.ReadAllTextAsync(PidFile), CultureInfo.InvariantCulture);
            using var process = Process.GetProcessById(id);
            // nginx is a process with children: killed, it would leave them behind.
            using var kill = Process.Start("sh", ["-c", $"kill -TERM {id}"]);
            await kill.WaitForExitAsync().WaitAsync(Deadline);
            await process.WaitForExitAsync().WaitAsync(Deadline);
        }
        finally
        {
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

    private async Task RunAsync(string name, string path, string[] arguments)
    {
        // Debian's /usr/sbin is not on everybody's PATH.
        var run = await OutsideProgram.RunAsync(File.Exists(path) ? path : name, arguments);
        if (run is not { } done)
        {
            Directory.Delete(_folder, recursive: true);
            OutsideProgram.Missing($"Install {name}: `apt-get install {name}` on Debian and Ubuntu.");
            return;
        }

        Assert.True(done.ExitCode == 0, $"{name} does not start: {done.Output}{done.Error}");
    }
}
