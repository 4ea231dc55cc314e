// SPDX-License-Identifier: MIT
using System.Text;
using Mare.Cli.Connect;

namespace Mare.Cli.Tests.Connect;

/// <summary>Lines of input: where they end, and what they mean.</summary>
public sealed class InputTests
{
    [Theory]
    [InlineData("a\nb\n", "a|b")]
    [InlineData("a\nb", "a|b")]
    [InlineData("a\r\nb\r\n", "a|b")]
    [InlineData("a\rb\n", "a\rb")]
    [InlineData("\n\n", "|")]
    [InlineData("", null)]
    public async Task ReadLine_AtAnySplit_IsTheSame(string input, string? lines)
    {
        for (var size = 1; size <= input.Length + 1; size++)
        {
            var reader = new LineReader(new SplitStream(Encoding.UTF8.GetBytes(input), size));
            var read = new List<string>();
            while (await reader.ReadLineAsync() is { } line) read.Add(Encoding.UTF8.GetString(line));
            Assert.Equal(lines?.Split('|') ?? [], read);
        }
    }

    [Theory]
    [InlineData("a\nb\n", "a\nb")]
    [InlineData("a\nb\r\n", "a\nb")]
    [InlineData("a\r", "a\r")]
    [InlineData("\n\n", "\n")]
    [InlineData("", "")]
    public async Task ReadToEnd_LosesOneLineEnd(string input, string all)
    {
        for (var size = 1; size <= input.Length + 1; size++)
        {
            var reader = new LineReader(new SplitStream(Encoding.UTF8.GetBytes(input), size));
            Assert.Equal(all, Encoding.UTF8.GetString(await reader.ReadToEndAsync()));
        }
    }

    [Fact]
    public async Task ReadLine_LongerThanTheBuffer_IsWhole()
    {
        var input = new string('x', 100_000);
        var reader = new LineReader(new SplitStream(Encoding.UTF8.GetBytes(input + "\ny"), 777));
        Assert.Equal(input, Encoding.UTF8.GetString((await reader.ReadLineAsync())!));
        Assert.Equal("y"u8.ToArray(), await reader.ReadLineAsync());
        Assert.Null(await reader.ReadLineAsync());
    }

    [Theory]
    [InlineData("hello", "Text hello")]
    [InlineData("", "Text ")]
    [InlineData("//x", "Text /x")]
    [InlineData("///", "Text //")]
    [InlineData("/ping", "Ping ")]
    [InlineData("/ping a b", "Ping a b")]
    [InlineData("/hex 41 42", "Binary AB")]
    [InlineData("/hex", "Binary ")]
    [InlineData("/help", "Help ")]
    public void Command_IsUnderstood(string line, string meaning)
    {
        var input = InputLine.ParseCommand(Encoding.UTF8.GetBytes(line), hex: false);
        Assert.Equal(meaning, $"{input.Kind} {Encoding.UTF8.GetString(input.Payload)}");
    }

    [Theory]
    [InlineData("/close", 1000, "")]
    [InlineData("/close 1001", 1001, "")]
    [InlineData("/close 4999 see you later", 4999, "see you later")]
    public void Close_HasCodeAndReason(string line, int code, string reason)
    {
        var input = InputLine.ParseCommand(Encoding.UTF8.GetBytes(line), hex: false);
        Assert.Equal((InputKind.Close, code, reason), (input.Kind, (int)input.Code, input.Text));
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/nothing")]
    [InlineData("/close 1005")]
    [InlineData("/close 1006")]
    [InlineData("/close 5000")]
    [InlineData("/close 66536")]
    [InlineData("/close now")]
    [InlineData("/hex 0")]
    [InlineData("/hex xy")]
    public void Command_IsWrong_SaysHow(string line)
    {
        var input = InputLine.ParseCommand(Encoding.UTF8.GetBytes(line), hex: false);
        Assert.Equal(InputKind.Wrong, input.Kind);
        Assert.NotEmpty(input.Text);
    }

    [Fact]
    public void Control_TooLong_IsWrong()
    {
        Assert.Equal(InputKind.Ping, ParseCommand($"/ping {new string('x', 125)}").Kind);
        Assert.Equal(InputKind.Wrong, ParseCommand($"/ping {new string('x', 126)}").Kind);
        Assert.Equal(InputKind.Close, ParseCommand($"/close 4000 {new string('x', 123)}").Kind);
        Assert.Equal(InputKind.Wrong, ParseCommand($"/close 4000 {new string('x', 124)}").Kind);

        static InputLine ParseCommand(string line) => InputLine.ParseCommand(Encoding.UTF8.GetBytes(line), hex: false);
    }

    [Fact]
    public void Text_IsNotUtf8_IsWrong() => Assert.Equal(InputKind.Wrong, InputLine.Parse([0x61, 0xFF], hex: false).Kind);

    [Theory]
    [InlineData("plain\ttext\nä", "plain\ttext\nä", "plain␉text␊ä")]
    [InlineData("\u001b[2J\u0007\r\u007f\u0085\u0000", "␛[2J␇␍␡\uFFFD␀", "␛[2J␇␍␡\uFFFD␀")]
    public void Printable_ControlCharacters_BecomePictures(string text, string printable, string oneLine)
    {
        Assert.Equal(printable, Printable.Of(text));
        Assert.Equal(oneLine, Printable.OneLine(text));
    }

    [Theory]
    [InlineData("ws://h", "h", 80, "h", "/")]
    [InlineData("ws://h:80/", "h", 80, "h", "/")]
    [InlineData("h:8080/a?b=c d", "h", 8080, "h:8080", "/a?b=c%20d")]
    [InlineData("WS://H/%7Ex", "h", 80, "h", "/~x")]
    [InlineData("ws://[::1]:9/", "::1", 9, "[::1]:9", "/")]
    [InlineData("ws://bücher.example/ü", "xn--bcher-kva.example", 80, "xn--bcher-kva.example", "/%C3%BC")]
    public void Url_IsTakenApart(string url, string host, int port, string authority, string resource)
    {
        Assert.True(ConnectTarget.TryParse(url, out var target, out var error), error);
        Assert.Equal((host, port, authority, resource), (target.Host, target.Port, target.Authority, target.Resource));
    }

    /// <summary>Gives its bytes in pieces.</summary>
    private sealed class SplitStream(byte[] bytes, int size) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, size)], cancellationToken);
    }
}
