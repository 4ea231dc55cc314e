// SPDX-License-Identifier: MIT
using System.Runtime.InteropServices;
using System.Text;
using Lori;
using Mare.Cli.Client;

namespace Mare.Cli.Connect;

/// <summary>Runs <c>mare connect</c>: connects, carries input to the server and what comes to the output, ends.</summary>
internal sealed class ConnectSession(ConnectSettings settings)
{
    private const string Help = """
        A line is sent as a text message. Commands:
          /ping [TEXT]           sends a ping
          /close [CODE [REASON]] closes the connection; without a code with 1000
          /hex BYTES             sends bytes as a binary message, such as /hex 00 ff
          //TEXT                 sends /TEXT
        Ctrl-D closes with 1000, and so does Ctrl-C.
        """;

    // What a person waits without asking why.
    private static readonly TimeSpan PatienceWithServer = TimeSpan.FromSeconds(1);

    private int _wrongLine;

    /// <summary>Runs to the end.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync()
    {
        // A terminal at both ends, that knows how to move its cursor.
        var isInteractive = !Console.IsInputRedirected && !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("TERM") != "dumb"
            && settings is { Once: false, Message: null };
        if (isInteractive)
        {
            var prompt = new PromptOutput(settings.Quiet);
            return await RunAsync(prompt, client => ReadTerminalAsync(client, prompt));
        }

        using var plain = new PlainOutput(settings.Quiet);
        return await RunAsync(plain, client => settings.Once || settings.Message is not null ? SendOneAsync(client, plain) : ReadLinesAsync(client, plain));
    }

    private async Task<int> RunAsync(ConnectOutput output, Func<ConnectClient, Task> readInput)
    {
        // The watchdog would warn of a reader that is slow, and there is nobody to warn.
        using var loops = new EventLoopGroup(1, new EventLoopOptions { WatchdogThreshold = Timeout.InfiniteTimeSpan });
        var client = new ConnectClient(settings, output);
        using var cancelConnect = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Stop(client, output, cancelConnect, context));
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Stop(client, output, cancelConnect, context));
        // What comes of it is told to the client.
        _ = client.ConnectAsync(loops.Loops[0], settings.Connection, cancelConnect.Token);
        var input = await client.Opened ? readInput(client) : Task.CompletedTask;
        // Reading may wait for ever when the server closes; that it fails is the end.
        if (await Task.WhenAny(client.Ended, input) == input && input.IsFaulted) client.BeginClose();
        var end = await client.Ended;
        output.Finish();
        if (input.IsFaulted) await input;
        return Conclude(end, client.WasAnswered, output);
    }

    private static void Stop(ConnectClient client, ConnectOutput output, CancellationTokenSource cancelConnect, PosixSignalContext context)
    {
        // A second signal ends the process at once.
        if (cancelConnect.IsCancellationRequested) return;
        context.Cancel = true;
        cancelConnect.Cancel();
        output.Finish();
        client.BeginClose();
        _ = RemarkIfSlowAsync(client, output);
    }

    private static async Task RemarkIfSlowAsync(ConnectClient client, ConnectOutput output)
    {
        if (await Task.WhenAny(client.Ended, Task.Delay(PatienceWithServer)) != client.Ended)
            output.Remark("Waiting for the server to close; Ctrl-C ends at once");
    }

    private int Conclude(WebSocketClientEnd end, bool wasAnswered, ConnectOutput output)
    {
        if (end.Error is { } error) return Terminal.Fail($"{error}.");
        if (_wrongLine > 0) return Terminal.UsageError;
        var status = end.Describe();
        if (settings.Once && !wasAnswered) return Terminal.Fail($"The connection was closed before an answer came: {status}.");
        if (end.ClosedBy == CloseInitiator.Self || end.Status is CloseStatus.Normal or CloseStatus.NoStatusReceived)
        {
            output.Remark($"{(end.ClosedBy == CloseInitiator.Self ? "Closed" : "Closed by the server")}: {status}");
            return Terminal.Success;
        }

        return Terminal.Fail($"The server closed the connection: {status}.");
    }

    private async Task ReadTerminalAsync(ConnectClient client, PromptOutput prompt)
    {
        prompt.Remark("A line is a message; /help lists the commands, Ctrl-D closes.");
        while (await Task.Run(prompt.ReadLine) is { } line)
        {
            // An Enter on its own is a slip more often than a message.
            if (line.Length == 0) continue;
            var input = InputLine.ParseCommand(Encoding.UTF8.GetBytes(line), settings.Hex);
            if (input.Kind == InputKind.Wrong) prompt.Complain($"{input.Text}.");
            else if (!await ObeyAsync(client, input, prompt)) return;
        }

        client.BeginClose();
    }

    private async Task ReadLinesAsync(ConnectClient client, PlainOutput output)
    {
        var hasCommands = settings.Slash || !Console.IsInputRedirected;
        var lines = new LineReader(Console.OpenStandardInput());
        for (var number = 1; await lines.ReadLineAsync() is { } line; number++)
        {
            var input = hasCommands ? InputLine.ParseCommand(line, settings.Hex) : InputLine.Parse(line, settings.Hex);
            if (input.Kind == InputKind.Wrong)
            {
                Reject(client, $"Line {number}: {input.Text}.", output);
                return;
            }

            if (!await ObeyAsync(client, input, output)) return;
        }

        client.EndInput();
    }

    private async Task SendOneAsync(ConnectClient client, PlainOutput output)
    {
        var input = InputLine.Parse(await ReadOneAsync(), settings.Hex);
        if (input.Kind == InputKind.Wrong)
        {
            Reject(client, $"{input.Text}.", output);
        }
        else if (settings.Once)
        {
            client.SendOnce(input);
        }
        else
        {
            await client.SendAsync(input);
            client.EndInput();
        }
    }

    /// <summary>Reads the one message: a pipe to its end, of a terminal one line.</summary>
    private async Task<byte[]> ReadOneAsync()
    {
        if (settings.Message is { } message) return Encoding.UTF8.GetBytes(message);
        var lines = new LineReader(Console.OpenStandardInput());
        return Console.IsInputRedirected ? await lines.ReadToEndAsync() : await lines.ReadLineAsync() ?? [];
    }

    private void Reject(ConnectClient client, string what, PlainOutput output)
    {
        output.Complain(what);
        _wrongLine++;
        client.BeginClose();
    }

    /// <summary>Does what a line asks for; false when nothing more can be done.</summary>
    private static async Task<bool> ObeyAsync(ConnectClient client, InputLine input, ConnectOutput output)
    {
        switch (input.Kind)
        {
            case InputKind.Text or InputKind.Binary:
                return await client.SendAsync(input);
            case InputKind.Ping:
                client.SendPing(input.Payload);
                return true;
            case InputKind.Close:
                client.BeginClose(input.Code, input.Text);
                return false;
            default:
                output.Remark(Help);
                return true;
        }
    }
}
