using Relsim.Datasets;
using Relsim.Tests.Search;

namespace Relsim.Tests.Datasets;

public sealed class ImageInputsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Expand_FolderAndImage_GivesKnownExtensionsInOrder()
    {
        string b = _folder.Write("f/b.PNG", ""), a = _folder.Write("f/sub/a.jpeg", ""), c = _folder.Write("f/c.webp", "");
        _folder.Write("f/notes.txt", "");
        string odd = _folder.Write("odd.dat", "");

        Assert.Equal([b, c, a, odd], ImageInputs.Expand([_folder["f"], odd]).Select(input => input.Path));
    }

    [Fact]
    public void Expand_Manifests_ResolvePathsAndHashes()
    {
        string png = _folder.Write("i/aa.png", ""), jpg = _folder.Write("i/bb.jpg", "");
        string manifest = _folder.Write("m.jsonl", "{\"id\":7,\"path\":\"i/x.gif\"}\n{\"path\":\"y.gif\"}\n");
        string published = _folder.Write("p.jsonl", "{\"image_hash\":\"aa\",\"caption\":\"c\"}\n{\"image_hash\":\"bb\"}\n{\"image_hash\":\"cc\"}\n");

        Assert.Equal([new ImageInput("7", _folder["i/x.gif"]), new ImageInput("y.gif", _folder["y.gif"])], ImageInputs.Expand([manifest]));
        Assert.Equal(
            [new ImageInput("aa", png), new ImageInput("bb", jpg), new ImageInput("cc", _folder["i/cc.png"])],
            ImageInputs.Expand([published], _folder["i"]));
    }

    [Theory]
    [InlineData("{\"image_hash\":\"../etc/passwd\"}")]
    [InlineData("{\"image_hash\":\"\"}")]
    [InlineData("{\"id\":\"a\"}")]
    [InlineData("[1]")]
    [InlineData("{")]
    public void Expand_BadLine_NamesFileAndLine(string line)
    {
        string path = _folder.Write("m.jsonl", "{\"path\":\"a.png\"}\n" + line);

        Assert.StartsWith($"{path}, line 2: ", Assert.Throws<DatasetFormatException>(() => ImageInputs.Expand([path]).ToArray()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Expand_NothingThere_NamesThePath() =>
        Assert.Contains(_folder["absent"], Assert.Throws<FileNotFoundException>(() => ImageInputs.Expand([_folder["absent"]]).ToArray()).Message, StringComparison.Ordinal);
}
