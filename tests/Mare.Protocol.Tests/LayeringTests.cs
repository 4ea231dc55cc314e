// SPDX-License-Identifier: MIT
using System.Reflection;
using Xunit;

namespace Mare.Protocol.Tests;

/// <summary>Mare.Protocol has no sockets, threads, tasks, clocks or packages.</summary>
public sealed class LayeringTests
{
    // What it may lean on: the base library, DeflateStream (the fallback of Deflate/), spans, randomness and SHA-1 from cryptography, and from the network's
    // primitives the parser of IP literals (no socket is in there).
    private static readonly string[] Allowed =
    [
        "System.Collections",
        "System.IO.Compression",
        "System.Linq",
        "System.Memory",
        "System.Net.Primitives",
        "System.Runtime",
        "System.Runtime.InteropServices",
        "System.Runtime.Intrinsics",
        "System.Security.Cryptography",
        "System.Text.Encoding.Extensions",
    ];

    [Fact]
    public void Assembly_References_AreOnlyThoseAllowed()
    {
        AssemblyName[] references = typeof(WebSocketProtocol).Assembly.GetReferencedAssemblies();
        Assert.Empty(references.Select(reference => reference.Name).Except(Allowed));
    }
}
