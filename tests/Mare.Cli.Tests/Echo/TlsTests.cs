// SPDX-License-Identifier: MIT
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mare.Cli.Tests.Programs;

namespace Mare.Cli.Tests.Echo;

/// <summary><c>mare echo</c> with a certificate, and the tool's own clients that come by <c>wss://</c>.</summary>
public sealed class TlsTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mare-tls-");

    private string Certificate => Path.Combine(_folder.FullName, "certificate.pem");

    private string Key => Path.Combine(_folder.FullName, "key.pem");

    [Fact]
    public async Task Echo_WithACertificate_ServesClientsOfWss()
    {
        WriteCertificate();
        using var mare = ChildProgram.Start("mare.dll", "echo", "--port", "0", "--loops", "1", "--tls-cert", Certificate, "--tls-key", Key);
        var url = await mare.ReadListeningAsync();
        Assert.StartsWith("wss://127.0.0.1:", url, StringComparison.Ordinal);
        using var connect = ChildProgram.Start("mare.dll", "connect", url, "--once", "--insecure", "-m", "over TLS");
        Assert.Equal((0, "over TLS\n", ""), await connect.WaitAsync());
        using var bench = ChildProgram.Start("mare.dll", "bench", url, "--tls-insecure", "-c", "3", "-f", "4", "-n", "50", "--size", "3000", "--warmup", "0");
        var (exitCode, output, error) = await bench.WaitAsync();
        Assert.Equal((0, ""), (exitCode, error));
        Assert.Contains(" messages/s (150 in ", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("connect")]
    [InlineData("bench")]
    public async Task Client_OfACertificateThatNobodySigned_IsOneLineAndFails(string command)
    {
        WriteCertificate();
        using var mare = ChildProgram.Start("mare.dll", "echo", "--port", "0", "--loops", "1", "--tls-cert", Certificate, "--tls-key", Key);
        var url = await mare.ReadListeningAsync();
        using var client = ChildProgram.Start("mare.dll", command, url);
        client.EndInput();
        var (exitCode, output, error) = await client.WaitAsync();
        Assert.Equal((1, ""), (exitCode, output));
        Assert.Matches(@"^mare: Cannot connect to 127\.0\.0\.1:[0-9]+: .*certificate.*\n$", error);
    }

    [Fact]
    public async Task Echo_WithoutTheCertificatesFile_IsOneLineAndFails()
    {
        using var mare = ChildProgram.Start("mare.dll", "echo", "--port", "0", "--tls-cert", Certificate);
        var (exitCode, output, error) = await mare.WaitAsync();
        Assert.Equal((1, ""), (exitCode, output));
        Assert.Contains(Certificate, Assert.Single(error.TrimEnd('\n').Split('\n')), StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private void WriteCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText(Certificate, certificate.ExportCertificatePem());
        File.WriteAllText(Key, key.ExportPkcs8PrivateKeyPem());
    }
}
