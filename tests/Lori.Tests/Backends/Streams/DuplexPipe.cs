// SPDX-License-Identifier: MIT
using System.IO.Pipelines;

namespace Lori.Tests.Backends.Streams;

internal sealed class DuplexPipe(PipeReader input, PipeWriter output) : IDuplexPipe
{
    public PipeReader Input => input;

    public PipeWriter Output => output;

    /// <summary>Makes two pipes that are connected crosswise.</summary>
    public static (DuplexPipe A, DuplexPipe B) CreatePair(PipeOptions? options = null)
    {
        var (ab, ba) = (new Pipe(options ?? PipeOptions.Default), new Pipe(options ?? PipeOptions.Default));
        return (new DuplexPipe(ba.Reader, ab.Writer), new DuplexPipe(ab.Reader, ba.Writer));
    }
}
