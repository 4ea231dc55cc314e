// SPDX-License-Identifier: MIT
using Lori;
using Lori.Tests;
using Lori.Tests.Listeners;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

// The framework's own entry point, but for the child process of a test that needs one with a lowered limit.
if (args is [ExhaustionServer.Argument, var backend]) return await ExhaustionServer.RunAsync(Enum.Parse<BackendKind>(backend));
return args.Any(static a => a is "--server" or "--internal-msbuild-node")
    ? await TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions)
    : await ConsoleRunner.Run(args);
