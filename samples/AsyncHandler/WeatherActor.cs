// SPDX-License-Identifier: MIT
using System.Net;
using Mare;

namespace AsyncHandler;

/// <summary>Answers each city's name with its weather, which it has to ask for.</summary>
internal sealed class WeatherActor(HttpClient http) : AsyncWebSocketServerActor
{
    // Fields need no lock: what comes after an await runs on the connection's loop again.
    private readonly Dictionary<string, string> _known = [];

    // The next message is not delivered before this one's task has ended; other connections do not wait for it.
    protected override async ValueTask OnTextMessageAsync(string text, CancellationToken cancellationToken)
    {
        if (!_known.TryGetValue(text, out var weather))
        {
            weather = await AskAsync(text, cancellationToken);
            _known[text] = weather;
        }

        await Connection.SendTextAsync($"{text}: {weather}", cancellationToken);
    }

    // The token is cancelled when the client has gone: then nobody waits for the answer, and the request is given up.
    private async Task<string> AskAsync(string city, CancellationToken cancellationToken)
    {
        try
        {
            return await http.GetStringAsync($"weather/{Uri.EscapeDataString(city)}", cancellationToken);
        }
        catch (HttpRequestException e) when (e.StatusCode == HttpStatusCode.NotFound)
        {
            return "nobody knows";
        }
    }
}
