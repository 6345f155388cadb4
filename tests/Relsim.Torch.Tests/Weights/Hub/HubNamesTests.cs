using CsCheck;
using Relsim.Torch.Weights.Hub;

namespace Relsim.Torch.Tests.Weights.Hub;

public sealed class HubNamesTests
{
    [Theory]
    [InlineData("Qwen/Qwen2.5-VL-7B-Instruct", null)]
    [InlineData("a/b@main", "main")]
    [InlineData("a_b/c.d@refs/pr/1", "refs/pr/1")]
    [InlineData("a/b@v1.0+cu", "v1.0+cu")]
    public void Parse_Id_ReadsItsParts(string text, string? revision)
    {
        HubModelId id = HubModelId.Parse(text);

        Assert.Equal(revision, id.Revision);
        Assert.Equal(text, id.ToString());
        Assert.Equal(text.Split('@')[0], id.Repository);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("a/b/c")]
    [InlineData("../b")]
    [InlineData("a/..")]
    [InlineData("a/b--c")]
    [InlineData("a/.b")]
    [InlineData("-a/b")]
    [InlineData("a/b.git")]
    [InlineData("a/b c")]
    [InlineData("a\\b/c")]
    [InlineData("a/b\n")]
    [InlineData("a/b@")]
    [InlineData("a/b@../../x")]
    [InlineData("a/b@/x")]
    [InlineData("a/b@x//y")]
    [InlineData("a/b@x\\y")]
    [InlineData("/a/b")]
    [InlineData("./model")]
    public void TryParse_NoId_IsFalse(string text)
    {
        Assert.False(HubModelId.TryParse(text, out _));
        Assert.Equal(HubFailure.BadName, Assert.Throws<HubException>(() => HubModelId.Parse(text)).Failure);
    }

    [Fact]
    public void TryParse_AnyIdTaken_StaysBelowTheCache() => Gen.String[Gen.Char["ab./\\:~ @-"], 0, 12].Sample(text =>
        !HubModelId.TryParse(text, out HubModelId? id)
        || Path.GetFullPath(Path.Combine(["/cache", $"models--{id.Organization}--{id.Name}", "refs", .. (id.Revision ?? "main").Split('/')]))
            .StartsWith($"/cache/models--{id.Organization}--{id.Name}/refs/", StringComparison.Ordinal));

    [Theory]
    [InlineData("\"abc\"", null)]
    [InlineData(null, null)]
    [InlineData("W/\"e69de29bb2d1d6434b8b29ae775ad8c2e48c5391\"", "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391")]
    [InlineData("E69DE29BB2D1D6434B8B29AE775AD8C2E48C5391", null)]
    [InlineData("../9de29bb2d1d6434b8b29ae775ad8c2e48c5391", null)]
    public void FromEtag_Header_GivesTheChecksumInIt(string? header, string? expected) => Assert.Equal(expected, BlobHash.FromEtag(header));

    [Theory]
    // What `git hash-object` and `sha256sum` print.
    [InlineData("", "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391")]
    [InlineData("hello\n", "ce013625030ba8dba906f756967f9e9ca394464a")]
    [InlineData("hello\n", "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03")]
    public async Task Compute_KnownContent_GivesWhatGitAndSha256Give(string content, string expected)
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder.File("a"), content);

        Assert.Equal(expected, await BlobHash.ComputeAsync(folder.File("a"), expected, null, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Known_EveryModel_HasPartsOfDifferentRoles()
    {
        Assert.All(KnownModels.All, model => Assert.Equal(model.Parts.Count, model.Parts.Select(part => part.Role).Distinct().Count()));
        Assert.Equal(["relsim-7b", "relsim-captioner-7b", "minilm", "clip", "dinov2", "dino"], KnownModels.All.Select(model => model.Alias));
        Assert.Equal(
            ["thaoshibe/relsim-qwenvl25-lora", "sentence-transformers/all-MiniLM-L6-v2", "Qwen/Qwen2.5-VL-7B-Instruct"],
            KnownModels.Expand("relsim-7b").Select(part => part.Id.Repository));
    }
}
