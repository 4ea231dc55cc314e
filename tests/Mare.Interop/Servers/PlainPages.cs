// SPDX-License-Identifier: MIT
namespace Mare.Interop.Servers;

/// <summary>What the server answers to requests that are no upgrade.</summary>
internal static class PlainPages
{
    public const string Tag = "\"v1\"";

    public static readonly byte[] Large = MakeLarge();

    /// <summary>"/large" is 4 MiB, "/later" awaits another thread, "/port" names the client's port; all else is not there.</summary>
    public static async ValueTask<PlainResponse?> AnswerAsync(PlainRequest request, CancellationToken cancellationToken)
    {
        if (request.Path == "/later") await Task.Run(static () => { }, cancellationToken);
        return request.Path switch
        {
            "/large" => new PlainResponse(200, Large, "application/octet-stream", [new("ETag", Tag)]),
            "/later" => PlainResponse.Text("later"),
            "/port" => PlainResponse.Text($"{request.RemoteEndPoint}"),
            _ => null,
        };
    }

    private static byte[] MakeLarge()
    {
        var large = new byte[4 * 1024 * 1024];
        new Random(1).NextBytes(large);
        return large;
    }
}
