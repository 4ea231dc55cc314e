// SPDX-License-Identifier: MIT
using System.Text;
using Mare.Protocol;
using Mare.Protocol.Tests.Feeding;

namespace Mare.Fuzz.Targets;

/// <summary>
/// Has a bug on purpose, behind steps that only coverage shows to be such: a second extension whose first parameter has a
/// quoted value. Not among <see cref="FuzzTargets.All"/>; the fuzzer's own test looks for it.
/// </summary>
internal sealed class PlantedTarget : FuzzTarget
{
    public override string Name => "planted";

    public override bool IsText => true;

    public override int MaxLength => 40;

    public override IReadOnlyList<byte[]> Words => [];

    public override void Run(byte[] input, Splitting splits)
    {
        string text = Encoding.Latin1.GetString(input);
        if (ExtensionHeader.TryParse(text, out IReadOnlyList<ExtensionOffer> list)
            && list.Count > 1 && list[1].Parameters is [{ Value: not null }, ..] && text.Contains('"', StringComparison.Ordinal))
            throw new InvalidOperationException("This bug was planted.");
    }
}
