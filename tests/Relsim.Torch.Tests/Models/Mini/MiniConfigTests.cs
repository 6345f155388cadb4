using System.Text.Json.Nodes;
using Relsim.Torch.Models.Mini;

namespace Relsim.Torch.Tests.Models.Mini;

public sealed class MiniConfigTests
{
    public static TheoryData<string> Keys => [.. JsonNode.Parse(MiniConfig.Default.ToJson())!.AsObject().Select(pair => pair.Key)];

    [Fact]
    public void Read_WhatToJsonWrote_IsEqual()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("config.json"), TinyMini.Config().ToJson());

        Assert.Equal(TinyMini.Config(), MiniConfig.Read(folder.File("config.json")));
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void Read_MissingKey_IsAnErrorThatNamesKeyAndFile(string key)
    {
        using var folder = new TemporaryFolder();
        JsonObject config = JsonNode.Parse(MiniConfig.Default.ToJson())!.AsObject();
        config.Remove(key);
        File.WriteAllText(folder.File("config.json"), config.ToJsonString());

        InvalidDataException e = Assert.Throws<InvalidDataException>(() => MiniConfig.Read(folder.File("config.json")));

        Assert.Contains($"'{key}'", e.Message, StringComparison.Ordinal);
        Assert.Contains(folder.File("config.json"), e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{\"width\":")]
    [InlineData("[]")]
    public void Read_NotAConfiguration_IsAnErrorThatNamesTheFile(string text)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("config.json"), text);

        InvalidDataException e = Assert.Throws<InvalidDataException>(() => MiniConfig.Read(folder.File("config.json")));

        Assert.Contains(folder.File("config.json"), e.Message, StringComparison.Ordinal);
    }
}
