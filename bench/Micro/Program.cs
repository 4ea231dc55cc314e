// SPDX-License-Identifier: MIT
using BenchmarkDotNet.Running;

// Arguments are BenchmarkDotNet's; README.md names those that matter.
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
