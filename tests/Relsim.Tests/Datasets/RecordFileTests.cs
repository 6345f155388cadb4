using Relsim.Datasets;
using Relsim.Tests.Search;

namespace Relsim.Tests.Datasets;

public sealed class RecordFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void CaptionRecords_WrittenAgain_KeepTheirExtraColumns()
    {
        string path = _folder.Write("a.jsonl", "{\"image_hash\":\"ab\",\"caption\":\"A {thing} é\",\"url_link\":\"https://e.org/x\",\"relation\":{\"family\":3}}\n\n{\"image_hash\":\"cd\",\"caption\":\"B\"}\n");

        CaptionRecord.WriteAll(_folder["b.jsonl"], CaptionRecord.ReadAll(path));
        CaptionRecord[] records = [.. CaptionRecord.ReadAll(_folder["b.jsonl"])];

        Assert.Equal(["ab", "cd"], records.Select(record => record.ImageHash));
        Assert.Equal("A {thing} é", records[0].Caption);
        Assert.Equal(3, records[0].Extra!["relation"].GetProperty("family").GetInt32());
        Assert.Null(records[1].UrlLink);
    }

    [Theory]
    [InlineData("{\"image_hash\":\"ab\"}")]
    [InlineData("{\"image_hash\":null,\"caption\":\"x\"}")]
    [InlineData("not json")]
    [InlineData("null")]
    public void CaptionRecords_BadLine_NamesFileAndLine(string line)
    {
        string path = _folder.Write("a.jsonl", "{\"image_hash\":\"ab\",\"caption\":\"x\"}\n\n" + line + "\n");

        DatasetFormatException e = Assert.Throws<DatasetFormatException>(() => CaptionRecord.ReadAll(path).ToArray());

        Assert.Equal(3, e.Line);
        Assert.StartsWith($"{path}, line 3: ", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void SeedGroups_WrittenAndRead_AreEqual()
    {
        SeedGroup.WriteAll(_folder["g.json"], [new SeedGroup { AnonymousCaption = "A {x}", ImageUrls = ["https://e.org/1", "https://e.org/2"] }]);

        SeedGroup group = Assert.Single(SeedGroup.ReadAll(_folder["g.json"]));

        Assert.Equal("A {x}", group.AnonymousCaption);
        Assert.Equal(["https://e.org/1", "https://e.org/2"], group.ImageUrls);
    }

    [Theory]
    [InlineData("[{\"anonymous_caption\":\"a\",\n\"image_urls\":3}]", "line 2")]
    [InlineData("[{\"anonymous_caption\":\"a\",\"image_urls\":[]}]", "group 1")]
    [InlineData("null", "null")]
    public void SeedGroups_BadFile_SaysWhere(string json, string where)
    {
        string path = _folder.Write("g.json", json);
        Assert.Contains(where, Assert.Throws<DatasetFormatException>(() => SeedGroup.ReadAll(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_Fails_KeepsTheOldFileAlone()
    {
        string path = _folder.Write("a.txt", "old");

        Assert.Throws<InvalidOperationException>(() => AtomicFile.Write(path, stream =>
        {
            stream.WriteByte(1);
            throw new InvalidOperationException();
        }));

        Assert.Equal("old", File.ReadAllText(path));
        Assert.Single(Directory.GetFiles(_folder.Path));
    }
}
