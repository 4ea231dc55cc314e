// SPDX-License-Identifier: MIT
using System.Text;

namespace Mare.Tests.Http;

/// <summary>Files in memory: what was loaded is found, and nothing else.</summary>
public sealed class StaticFilesTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("mare-files-");

    public void Dispose() => _root.Delete(recursive: true);

    [Fact]
    public void Folder_Loaded_IsServedByItsPaths()
    {
        Write("site/index.html", "<p>home");
        Write("site/css/a b.css", "p{}");
        Write("site/docs/index.html", "docs");
        Write("site/.well-known/x", "known");
        var files = StaticFiles.FromFolder(PathOf("site"));
        AssertServed(files, "/", "<p>home", "text/html; charset=utf-8");
        AssertServed(files, "/?query=1", "<p>home", "text/html; charset=utf-8");
        AssertServed(files, "/index.html", "<p>home", "text/html; charset=utf-8");
        AssertServed(files, "/css/a%20b.css", "p{}", "text/css; charset=utf-8");
        AssertServed(files, "/%63ss/a%20b.css", "p{}", "text/css; charset=utf-8");
        AssertServed(files, "/docs/", "docs", "text/html; charset=utf-8");
        AssertServed(files, "/.well-known/x", "known", "application/octet-stream");
    }

    [Theory]
    [InlineData("/../secret.txt")]
    [InlineData("/css/../../secret.txt")]
    [InlineData("/css/../index.html")]
    [InlineData("/./index.html")]
    [InlineData("//index.html")]
    [InlineData("/%2e%2e/secret.txt")]
    [InlineData("/..%2fsecret.txt")]
    [InlineData("/..%5csecret.txt")]
    [InlineData("/..\\secret.txt")]
    [InlineData("/css%2fsite.css")]
    [InlineData("/css%2Fsite.css")]
    [InlineData("/%252e%252e/secret.txt")]
    [InlineData("/index.html%00")]
    [InlineData("/index.html%00.txt")]
    [InlineData("/index.html/")]
    [InlineData("/INDEX.HTML")]
    [InlineData("/css/")]
    [InlineData("/css")]
    [InlineData("/link.txt")]
    [InlineData("/folder-link/secret.txt")]
    [InlineData("/.hidden")]
    [InlineData("/.git/config")]
    [InlineData("/%c0%ae%c0%ae/secret.txt")]
    [InlineData("/%zz")]
    public void Path_OfNothingLoaded_Is404(string path)
    {
        Write("secret.txt", "secret");
        Write("outside/secret.txt", "secret");
        Write("site/index.html", "home");
        Write("site/css/site.css", "p{}");
        Write("site/.hidden", "hidden");
        Write("site/.git/config", "hidden");
        File.CreateSymbolicLink(PathOf("site/link.txt"), PathOf("secret.txt"));
        Directory.CreateSymbolicLink(PathOf("site/folder-link"), PathOf("outside"));
        using var server = Serve(StaticFiles.FromFolder(PathOf("site")));
        var answer = server.Request(Requests.Get(path)).ReadPlain();
        Assert.Equal((404, "Not found\n"), (answer.Status, answer.Body));
    }

    [Fact]
    public void File_Changed_HasAnotherTag()
    {
        var first = Memory(("a.txt", "one"));
        var second = Memory(("a.txt", "two"));
        using var server = Serve(first);
        var tag = server.Request(Requests.Get("/a.txt")).ReadPlain()["ETag"];
        Assert.Matches("^\"[0-9a-f]{32}\"$", tag);
        Assert.Equal(304, server.Request(Requests.Get("/a.txt", "If-None-Match: " + tag)).ReadPlain().Status);
        using var other = Serve(second);
        Assert.Equal(200, other.Request(Requests.Get("/a.txt", "If-None-Match: " + tag)).ReadPlain().Status);
    }

    [Fact]
    public void Folder_AskedWithoutItsSlash_IsRedirected()
    {
        using var server = Serve(Memory(("a b/ü/index.html", "x")));
        var answer = server.Request(Requests.Get("/a%20b/%C3%BC")).ReadPlain();
        Assert.Equal((308, "/a%20b/%C3%BC/"), (answer.Status, answer["Location"]));
        Assert.Equal("x", server.Request(Requests.Get("/a%20b/%C3%BC/")).ReadPlain().Body);
    }

    [Fact]
    public void Headers_OfTheOptions_AreSent()
    {
        using var server = Serve(Memory(
            new StaticFileOptions
            {
                CacheControl = "max-age=60",
                IndexFile = null,
                Headers = [new("Content-Security-Policy", "default-src 'self'")],
                ContentTypes = new Dictionary<string, string> { [".gltf"] = "model/gltf+json", [".html"] = "text/plain" },
            },
            ("index.html", "x"),
            ("a.gltf", "{}")));
        Assert.Equal(404, server.Request(Requests.Get()).ReadPlain().Status);
        var answer = server.Request(Requests.Get("/a.gltf")).ReadPlain();
        Assert.Equal(
            ("model/gltf+json", "max-age=60", "default-src 'self'", "nosniff"),
            (answer["Content-Type"], answer["Cache-Control"], answer["Content-Security-Policy"], answer["X-Content-Type-Options"]));
        Assert.Equal("text/plain", server.Request(Requests.Get("/index.html")).ReadPlain()["Content-Type"]);
    }

    [Fact]
    public void CacheControl_ByDefault_AsksEachTime()
    {
        using var server = Serve(Memory(("a", "x")));
        Assert.Equal("no-cache", server.Request(Requests.Get("/a")).ReadPlain()["Cache-Control"]);
    }

    [Fact]
    public void Folder_BeyondTheLimits_ThrowsAndNamesTheFile()
    {
        Write("a.txt", "12345");
        Write("b.txt", "12345");
        Throws(new StaticFileOptions { MaxFileSize = 4 }, "MaxFileSize (4)");
        Throws(new StaticFileOptions { MaxTotalSize = 9 }, "MaxTotalSize");
        Throws(new StaticFileOptions { MaxFiles = 1 }, "MaxFiles");
        StaticFiles.FromFolder(PathOf("."), new StaticFileOptions { MaxFileSize = 5, MaxTotalSize = 10, MaxFiles = 2 });

        void Throws(StaticFileOptions options, string reason)
        {
            var error = Assert.Throws<InvalidDataException>(() => StaticFiles.FromFolder(PathOf("."), options));
            Assert.Matches(@"^[ab]\.txt: ", error.Message);
            Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Folder_Missing_Throws() =>
        Assert.Throws<DirectoryNotFoundException>(() => StaticFiles.FromFolder(PathOf("nowhere")));

    [Fact]
    public void Resources_Embedded_AreServed()
    {
        var files = StaticFiles.FromResources(typeof(StaticFilesTests).Assembly, "files/");
        AssertServed(files, "/hello/hello.txt", "Hello from a resource.\n", "text/plain; charset=utf-8");
        Assert.Throws<FileNotFoundException>(() => StaticFiles.FromResources(typeof(StaticFilesTests).Assembly, "nothing/"));
    }

    [Fact]
    public void Memory_PathTwice_Throws() =>
        Assert.Throws<ArgumentException>(() => Memory(("a", "1"), ("/a", "2")));

    private static MemoryServer Serve(StaticFiles files) => Answers.Serve(files.Find);

    private static void AssertServed(StaticFiles files, string path, string body, string type)
    {
        using var server = Serve(files);
        var answer = server.Request(Requests.Get(path)).ReadPlain();
        Assert.Equal((200, body, type), (answer.Status, answer.Body, answer["Content-Type"]));
    }

    private static StaticFiles Memory(params (string Path, string Text)[] files) => Memory(null, files);

    private static StaticFiles Memory(StaticFileOptions? options, params (string Path, string Text)[] files) => StaticFiles.FromMemory(
        files.Select(static f => new KeyValuePair<string, ReadOnlyMemory<byte>>(f.Path, Encoding.UTF8.GetBytes(f.Text))), options);

    private string PathOf(string name) => Path.Combine(_root.FullName, name);

    private void Write(string name, string text)
    {
        var path = PathOf(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
