// SPDX-License-Identifier: MIT
using Mare.Fuzz.Runs;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

// Without a command it is a test project, whose tests run the corpus.
if (args is [("fuzz" or FuzzWorker.Argument) and var command, ..])
{
    if (FuzzOptions.Parse(args.AsSpan(1)) is not { } options)
    {
        Console.Error.WriteLine(FuzzOptions.Usage);
        return 2;
    }
    return command == "fuzz" ? await FuzzRun.RunAsync(options, Console.Out) : FuzzWorker.Run(options);
}

return args.Any(static a => a is "--server" or "--internal-msbuild-node")
    ? await TestPlatformTestFramework.RunAsync(args, Mare.Fuzz.SelfRegisteredExtensions.AddSelfRegisteredExtensions)
    : await ConsoleRunner.Run(args);
