// SPDX-License-Identifier: MIT
namespace Mare.Tests.Docs;

/// <summary>Sees to it that the C# in the documentation compiles: each block stands in a source of a sample or a test.</summary>
public sealed class CodeBlockTests
{
    private static readonly Lazy<IReadOnlyList<SourceText>> Sources = new(static () => [.. Repository.Sources().Select(SourceText.Read)]);

    public static TheoryData<string, int> Blocks()
    {
        var data = new TheoryData<string, int>();
        foreach (var page in Repository.Pages())
        {
            var blocks = CodeBlock.ReadAll(Path.Combine(Repository.Root, page));
            for (var i = 0; i < blocks.Count; i++) data.Add(page, i);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Blocks))]
    public void Block_OfCSharp_StandsInACompiledSource(string page, int number)
    {
        var block = CodeBlock.ReadAll(Path.Combine(Repository.Root, page))[number];
        var best = Sources.Value.MinBy(s => block.Pieces.Count(p => !s.Contains(p)))!;
        var missing = block.Pieces.Where(p => !best.Contains(p)).ToList();
        Assert.True(missing.Count == 0, $"{page}:{block.Line}: no source has all of this block; {best.Path} lacks:\n{string.Join("\n...\n", missing)}");
        Assert.All(block.Usings, u => Assert.Contains(Sources.Value, s => s.Contains(u)));
    }

    [Fact]
    public void Guide_OfPages_HasBlocks() => Assert.InRange(Blocks().Count, 10, 1000);

    [Theory]
    [InlineData("    Line(1);\n    Line(2);\n", "Line(1);\nLine(2);\n", true)]
    [InlineData("Before();\n  Line(1);\n\n  Line(2);\nAfter();\n", "Line(1);\n\nLine(2);", true)]
    [InlineData("Line(1);\nBetween();\nLine(2);\n", "Line(1);\nLine(2);", false)]
    [InlineData("if (a)\n    Line(1);\nLine(2);\n", "Line(1);\nLine(2);", false)]
    [InlineData("Line(12);\n", "Line(1", false)]
    public void Contains_PieceOfASource_GoesByWholeLinesAndTheirIndentation(string source, string piece, bool expected) =>
        Assert.Equal(expected, new SourceText("a.cs", source).Contains(piece));

    [Fact]
    public void Pieces_OfAProgram_MayStandApart()
    {
        var block = new CodeBlock(1, "using Mare;\n\nvar a = 1;\n\nvar b = 2;\n\nsealed class C\n{\n    int _x;\n\n    int _y;\n    // ...\n    int _z;\n}\n");
        Assert.Equal(["using Mare;"], block.Usings);
        Assert.Equal(["var a = 1;\n\nvar b = 2;", "sealed class C\n{\n    int _x;\n\n    int _y;", "    int _z;\n}"], block.Pieces);
    }
}
