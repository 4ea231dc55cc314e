// SPDX-License-Identifier: MIT
namespace Mare.Fuzz.Targets;

/// <summary>Holds all targets.</summary>
internal static class FuzzTargets
{
    /// <summary>Gets those that are fuzzed.</summary>
    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        new RequestTarget(), new ResponseTarget(), new FramesTarget(), new ClosePayloadTarget(), new ExtensionsTarget(),
        new InflateTarget(), new ProxyTarget(),
    ];

    /// <summary>Finds a target by its name, also the one that only the fuzzer's own test names; null when there is none.</summary>
    public static FuzzTarget? Find(string name) => All.Append(new PlantedTarget()).FirstOrDefault(target => target.Name == name);
}
