// SPDX-License-Identifier: MIT
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mare.Cli.Tests.Programs;

namespace Mare.Cli.Tests.Echo;

/// <summary><c>mare echo</c> and <c>mare connect</c> over <c>wss://</c>.</summary>
public sealed class EchoTlsTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mare-tls-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Echo_SelfSigned_EchoesToWhoAcceptsAnyCertificate()
    {
        using var mare = ChildProgram.Start("mare.dll", "echo", "--port", "0", "--tls-self-signed");
        var url = await mare.ReadListeningAsync();
        Assert.Matches("^wss://127\\.0\\.0\\.1:[1-9][0-9]*$", url);
        using var client = await EchoClient.ConnectAsync(url, static o => o.RemoteCertificateValidationCallback = static (_, _, _, _) => true);
        await client.AssertEchoAsync("under TLS", WebSocketMessageType.Text);
        await client.CloseAsync();
        using var tool = ChildProgram.Start("mare.dll", "connect", url, "--insecure", "--once", "--message", "by the tool");
        Assert.Equal((0, "by the tool\n", ""), await tool.WaitAsync());
    }

    [Fact]
    public async Task Connect_ToAStrangersCertificate_SaysThatItIsNotTrusted()
    {
        using var mare = ChildProgram.Start("mare.dll", "echo", "--port", "0", "--tls-self-signed");
        using var tool = ChildProgram.Start("mare.dll", "connect", await mare.ReadListeningAsync(), "--once", "--message", "hi");
        var (exitCode, output, error) = await tool.WaitAsync();
        Assert.Equal((1, ""), (exitCode, output));
        Assert.Contains("not trusted", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Echo_WithFiles_ShowsThatCertificate()
    {
        var (certificate, key) = WriteCertificate();
        using var mare = ChildProgram.Start("mare.dll", "echo", "--port", "0", "--tls-cert", certificate, "--tls-key", key);
        string? subject = null;
        using var client = await EchoClient.ConnectAsync(await mare.ReadListeningAsync(), o => o.RemoteCertificateValidationCallback = (_, c, _, _) =>
        {
            subject = c!.Subject;
            return true;
        });
        await client.AssertEchoAsync("by files", WebSocketMessageType.Binary);
        Assert.Equal("CN=from.files", subject);
        await mare.SignalAsync("TERM");
        Assert.Equal(WebSocketCloseStatus.EndpointUnavailable, await client.ReadCloseAsync());
        Assert.Equal(0, (await mare.WaitAsync()).ExitCode);
    }

    [Theory]
    [InlineData("exclude each other", "--tls-self-signed", "--tls-cert", "x")]
    [InlineData("--tls-key needs --tls-cert", "--tls-key", "x")]
    public async Task Echo_ContradictoryTls_IsAUsageError(string expected, params string[] arguments)
    {
        using var mare = ChildProgram.Start("mare.dll", ["echo", "--port", "0", .. arguments]);
        var (exitCode, _, error) = await mare.WaitAsync();
        Assert.Equal(2, exitCode);
        Assert.Contains(expected, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Echo_WithMissingFiles_SaysWhich()
    {
        using var mare = ChildProgram.Start("mare.dll", "echo", "--port", "0", "--tls-cert", "/nowhere/tls.crt");
        var (exitCode, _, error) = await mare.WaitAsync();
        Assert.Equal(1, exitCode);
        Assert.Contains("/nowhere/tls.crt", error, StringComparison.Ordinal);
    }

    private (string Certificate, string Key) WriteCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=from.files", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        var paths = (Path.Combine(_folder.FullName, "tls.crt"), Path.Combine(_folder.FullName, "tls.key"));
        File.WriteAllText(paths.Item1, certificate.ExportCertificatePem());
        File.WriteAllText(paths.Item2, key.ExportPkcs8PrivateKeyPem());
        return paths;
    }
}
