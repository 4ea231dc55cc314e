// SPDX-License-Identifier: MIT
using System.Reflection;

namespace Lori.Tests;

/// <summary>Lori is TCP and nothing above it.</summary>
public sealed class LayeringTests
{
    private const BindingFlags Everything = BindingFlags.Public | BindingFlags.NonPublic
        | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Assembly Lori = typeof(EventLoop).Assembly;

    [Fact]
    public void Assembly_References_AreTheFrameworkAndLoggingOnly() =>
        Assert.All(Lori.GetReferencedAssemblies(), static name =>
        {
            Assert.DoesNotContain("WebSocket", name.Name, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("Mare", name.Name, StringComparison.OrdinalIgnoreCase);
            Assert.True(
                name.Name!.StartsWith("System.", StringComparison.Ordinal) || name.Name == "Microsoft.Extensions.Logging.Abstractions"
                    || name.Name == "Microsoft.Win32.Primitives",
                name.Name);
        });

    [Fact]
    public void Names_OfTypesAndMembers_NeverSayWebSocket()
    {
        var names = Lori.GetTypes().SelectMany(static t => t.GetMembers(Everything).Select(m => $"{t.FullName}.{m.Name}")).ToList();
        Assert.True(names.Count > 200, "the search found no members");
        Assert.DoesNotContain(names, static n => n.Contains("WebSocket", StringComparison.OrdinalIgnoreCase));
    }
}
