// SPDX-License-Identifier: MIT
using Mare.Fuzz.Targets;
using Mare.Protocol.Tests.Feeding;
using Xunit;

namespace Mare.Fuzz.Corpora;

/// <summary>Runs what is known again: the corpora are regression tests.</summary>
public sealed class CorpusTests
{
    public static TheoryData<string> Targets => [.. FuzzTargets.All.Select(target => target.Name)];

    [Theory]
    [MemberData(nameof(Targets))]
    public void Corpus_AtAllSplits_EndsDocumented(string name)
    {
        FuzzTarget target = FuzzTargets.Find(name)!;
        IReadOnlyList<CorpusInput> inputs = Corpus.Read(target);
        Assert.NotEmpty(inputs);
        foreach (CorpusInput input in inputs)
        {
            Exception? thrown = Record.Exception(() => target.Run(input.Bytes, Splits.Of));
            Assert.True(thrown is null, $"{name}, {input.Name}: {thrown}");
        }
    }

    [Fact]
    public void InputText_AnyBytes_ComeBack()
    {
        byte[] bytes = [.. " "u8, .. Enumerable.Range(0, 256).Select(i => (byte)i), .. "\\x41\\r "u8];
        Assert.Equal(bytes, InputText.Read(InputText.Write(bytes, asText: true), asText: true));
        Assert.Equal(bytes, InputText.Read(InputText.Write(bytes, asText: false), asText: false));
    }

    [Theory]
    [InlineData(@"\")]
    [InlineData(@"\y")]
    [InlineData(@"\x1")]
    public void InputText_NoEscape_Throws(string line) =>
        Assert.Throws<FormatException>(() => InputText.Read(line, asText: true));
}
