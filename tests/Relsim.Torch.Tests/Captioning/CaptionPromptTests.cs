using Relsim.Torch.Captioning;

namespace Relsim.Torch.Tests.Captioning;

public sealed class CaptionPromptTests
{
    [Theory]
    [InlineData("prompt:\n  anonymous_captioning: |\n    Say what\n    {Subject} does.\n  other: no\n", "Say what\n{Subject} does.")]
    [InlineData("model: x\nprompt: {other: a, anonymous_captioning: \"one \\\"line\\\"\"}\n", "one \"line\"")]
    public void Read_Yaml_GivesTheKeysText(string yaml, string expected)
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("config.yaml");
        File.WriteAllText(path, yaml);

        Assert.Equal(expected, CaptionPrompt.Read(path));
    }

    [Fact]
    public void Read_TextFile_GivesAllOfIt()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("prompt.txt");
        File.WriteAllText(path, "prompt: anonymous\n{Subject}\n");

        Assert.Equal("prompt: anonymous\n{Subject}", CaptionPrompt.Read(path));
    }

    [Theory]
    [InlineData("a.yaml", "prompt:\n  other: x\n")]
    [InlineData("a.yaml", "prompt: [1, 2\n")]
    [InlineData("a.yaml", "")]
    [InlineData("a.yml", "- prompt\n")]
    [InlineData("a.yml", "prompt:\n  anonymous_captioning: ''\n")]
    [InlineData("a.txt", "  \n")]
    public void Read_NoPrompt_SaysSoAndNamesTheFile(string name, string text)
    {
        using var folder = new TemporaryFolder();
        string path = folder.File(name);
        File.WriteAllText(path, text);

        Assert.Contains(path, Assert.Throws<InvalidDataException>(() => CaptionPrompt.Read(path)).Message, StringComparison.Ordinal);
    }
}
