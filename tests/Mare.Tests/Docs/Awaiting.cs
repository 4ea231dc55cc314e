// SPDX-License-Identifier: MIT
namespace Mare.Tests.Docs.Awaiting;

interface IAccounts
{
    Task<bool> KnowsAsync(string? token, CancellationToken cancellationToken);
}

sealed class Guarded(IAccounts accounts) : AsyncWebSocketServerActor
{
    protected override async ValueTask<UpgradeDecision> OnUpgradeRequestAsync(UpgradeRequest request, CancellationToken cancellationToken)
    {
        var isKnown = await accounts.KnowsAsync(request.Headers["Authorization"], cancellationToken);
        return isKnown ? true : UpgradeDecision.Reject(401);
    }
}

sealed class Till(Func<int, CancellationToken, Task> payAsync) : AsyncWebSocketServerActor
{
    private int _balance = 100;

    protected override async ValueTask OnTextMessageAsync(string text, CancellationToken cancellationToken)
    {
        if (!int.TryParse(text, out var price) || price > _balance) return;
        _balance -= price;                          // before the await: a post that runs meanwhile sees what is left
        await payAsync(price, cancellationToken);
        Connection.SendText($"{_balance} left");    // on the loop again; _balance may have changed
    }

    public void TopUp(int amount) => _balance += amount;
}

public sealed class AwaitingTests
{
    [Theory]
    [InlineData("Bearer good", 101)]
    [InlineData("Bearer bad", 401)]
    public void Guarded_OfTheGuide_AsksBeforeItLetsIn(string token, int status)
    {
        var accounts = new OneAccount();
        using var server = new MemoryServer(factory: _ => new Guarded(accounts));
        var client = server.Request(Requests.Upgrade("/", $"Authorization: {token}"));
        accounts.Answer();
        server.Run();
        Assert.Equal(status, client.ReadAnswer().Status);
    }

    [Fact]
    public void Till_OfTheGuide_TakesPostsAtItsAwaits()
    {
        Till till = null!;
        var paid = new TaskCompletionSource();
        using var server = new MemoryServer(factory: _ => till = new Till((_, _) => paid.Task));
        var client = server.Open();
        client.Send(ClientFrames.Text("60"), ClientFrames.Text("60"));
        Assert.True(till.Post(static me => me.TopUp(30)));
        server.Run();
        Assert.Empty(client.ReadFrames());
        paid.SetResult();
        server.Run();
        // The second was delivered when the first had ended: 70 were left, so it could be paid.
        Assert.Equal(["70 left", "10 left"], client.ReadFrames().Select(static f => f.Text));
    }

    private sealed class OneAccount : IAccounts
    {
        private readonly TaskCompletionSource _asked = new();

        public void Answer() => _asked.SetResult();

        public async Task<bool> KnowsAsync(string? token, CancellationToken cancellationToken)
        {
            await _asked.Task.WaitAsync(cancellationToken);
            return token == "Bearer good";
        }
    }
}
