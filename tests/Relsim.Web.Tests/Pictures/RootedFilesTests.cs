using Relsim.Web.Pictures;

namespace Relsim.Web.Tests.Pictures;

public sealed class RootedFilesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _root;

    public RootedFilesTests()
    {
        _root = Directory.CreateDirectory(_folder["root"]).FullName;
        Directory.CreateDirectory(_folder["root-of-another"]);
        Directory.CreateDirectory(Path.Combine(_root, "inner"));
        foreach (string file in new[] { "secret", "root-of-another/secret", "root/a", "root/inner/b" })
        {
            File.WriteAllText(_folder[file], file);
        }
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("root/a")]
    [InlineData("root/inner/b")]
    [InlineData("root/inner/../a")]
    public void TryOpen_FileBelowRoot_Opens(string file)
    {
        using FileStream? stream = new RootedFiles([_root]).TryOpen(_folder[file]);

        Assert.NotNull(stream);
    }

    [Theory]
    [InlineData("secret")]
    [InlineData("root-of-another/secret")]
    [InlineData("root/../secret")]
    [InlineData("root/missing")]
    [InlineData("root")]
    [InlineData("root/inner")]
    public void TryOpen_AnythingElse_IsNull(string file) => Assert.Null(new RootedFiles([_root]).TryOpen(_folder[file]));

    [Theory]
    [InlineData("")]
    [InlineData("root/a")]
    [InlineData("/root\0/a")]
    public void TryOpen_NoFullPath_IsNull(string path) => Assert.Null(new RootedFiles([_root]).TryOpen(path));

    [Fact]
    public void TryOpen_LinksOut_AreNull()
    {
        File.CreateSymbolicLink(Path.Combine(_root, "file"), _folder["secret"]);
        Directory.CreateSymbolicLink(Path.Combine(_root, "folder"), _folder["root-of-another"]);
        File.CreateSymbolicLink(Path.Combine(_root, "relative"), Path.Combine("..", "secret"));
        File.CreateSymbolicLink(Path.Combine(_root, "first"), Path.Combine(_root, "second"));
        File.CreateSymbolicLink(Path.Combine(_root, "second"), _folder["secret"]);
        File.CreateSymbolicLink(Path.Combine(_root, "loop"), Path.Combine(_root, "loop"));
        RootedFiles files = new([_root]);

        Assert.All(["file", "folder/secret", "relative", "first", "loop"], name => Assert.Null(files.TryOpen(Path.Combine(_root, name))));
        Assert.False(files.Contains(Path.Combine(_root, "folder")));
    }

    [Fact]
    public void TryOpen_LinkWithinTheRootOrToIt_Opens()
    {
        File.CreateSymbolicLink(Path.Combine(_root, "link"), Path.Combine(_root, "inner", "b"));
        Directory.CreateSymbolicLink(_folder["root-by-link"], _root);

        using FileStream? inside = new RootedFiles([_root]).TryOpen(Path.Combine(_root, "link"));
        using FileStream? below = new RootedFiles([_folder["root-by-link"]]).TryOpen(Path.Combine(_folder["root-by-link"], "a"));

        Assert.NotNull(inside);
        Assert.NotNull(below);
    }
}
