// SPDX-License-Identifier: MIT
using System.Globalization;
using Lori;
using Lori.Tests;
using Lori.Tests.Backends.IoUring;
using Lori.Tests.Listeners;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

// The framework's own entry point, but for the child processes of tests: with a lowered limit, without io_uring, with inherited sockets.
if (args is [ExhaustionServer.Argument, var backend]) return await ExhaustionServer.RunAsync(Enum.Parse<BackendKind>(backend));
if (args is [RefusedIoUring.Argument, var error]) return await RefusedIoUring.RunAsync(int.Parse(error, CultureInfo.InvariantCulture));
if (args is [InheritedServer.Argument, var inheriting]) return await InheritedServer.RunAsync(Enum.Parse<BackendKind>(inheriting));
return args.Any(static a => a is "--server" or "--internal-msbuild-node")
    ? await TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions)
    : await ConsoleRunner.Run(args);
