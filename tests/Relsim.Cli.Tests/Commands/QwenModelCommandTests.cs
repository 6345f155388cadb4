using System.Text.Json.Nodes;
using Relsim.Datasets;
using Relsim.Torch.Tests;

namespace Relsim.Cli.Tests.Commands;

/// <summary>The commands with a Qwen2.5-VL model: tiny ones of the reference folder, in the published files' formats.</summary>
public sealed class QwenModelCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Score_RelsimAdapter_PrintsTheReferencesScore()
    {
        (string adapter, string[] model, JsonNode golden) = Relsim();
        string images = Path.Combine(adapter, "..", "..", "images");
        string[] names = [.. golden["images"]!.AsArray().Select(image => Path.Combine(images, (string)image!["image"]!))];

        CliResult result = await Cli.RunAsync(["score", names[0], names[1], .. model, "--json"]);

        Assert.Equal((float)golden["scores"]![0]![1]!, result.Json.GetProperty("relational").GetSingle(), 1e-5f);
    }

    [Fact]
    public async Task Library_RelsimAdapter_IsSearchedByPictureAndRefusesTexts()
    {
        (string adapter, string[] model, _) = Relsim();
        string images = Path.Combine(adapter, "..", "..", "images");
        string library = Directory.CreateDirectory(_folder["pictures"]).FullName;
        string[] pictures = [.. Directory.EnumerateFiles(images, "*.png").Order(StringComparer.Ordinal).Take(4)];
        foreach (string picture in pictures)
        {
            File.Copy(picture, Path.Combine(library, Path.GetFileName(picture)));
        }

        CliResult byPicture = await Cli.RunAsync(["search", library, "--image", pictures[0], .. model, "--json"]);
        CliResult byText = await Cli.RunAsync(["search", library, "--text", "{Subject} growing", .. model]);

        Assert.Equal(ExitCodes.Ok, byPicture.ExitCode);
        Assert.Equal(pictures.Length - 1, byPicture.Json.GetProperty("hits").GetArrayLength());
        Assert.Equal(ExitCodes.Failed, byText.ExitCode);
        Assert.Contains("models pull minilm", byText.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Caption_PicturesAndOneThatIsNone_WritesLinesAndListsTheOther()
    {
        string model = Path.GetDirectoryName(ReferenceFolder.Files("generation_config.json").Order().First())!;
        string picture = _folder.Write("a.png", Pictures.Png(1));
        string broken = _folder.Write("b.png", "no picture");
        string output = _folder["captions.jsonl"];

        CliResult result = await Cli.RunAsync(
            "caption", picture, broken, "--output", output, "--model", model, "--dtype", "f32", "--samples", "2", "--max-tokens", "3", "--json");

        Assert.Equal(ExitCodes.PartlyDone, result.ExitCode);
        Assert.Equal(2, result.Json.GetProperty("captions").GetInt32());
        CaptionRecord[] records = [.. CaptionRecord.ReadAll(output)];
        Assert.Equal(2, records.Length);
        Assert.All(records, record => Assert.Equal(CaptionRecord.HashOf(File.ReadAllBytes(picture)), record.ImageHash));
        Assert.Contains("b.png", await File.ReadAllTextAsync($"{output}.errors.jsonl", TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Caption_Group_WritesOneCaptionOfAll()
    {
        string model = Path.GetDirectoryName(ReferenceFolder.Files("generation_config.json").Order().First())!;
        string first = _folder.Write("a.png", Pictures.Png(1)), second = _folder.Write("b.png", Pictures.Png(2));
        string output = _folder["group.jsonl"];

        CliResult result = await Cli.RunAsync("caption", first, second, "--group", "-o", output, "--model", model, "--max-tokens", "3");

        Assert.Equal(ExitCodes.Ok, result.ExitCode);
        JsonNode line = JsonNode.Parse(Assert.Single(await File.ReadAllLinesAsync(output, TestContext.Current.CancellationToken)))!;
        Assert.Equal([first, second], line["image_urls"]!.AsArray().Select(path => (string)path!));
        Assert.NotNull(line["anonymous_caption"]);
    }

    [Theory]
    [InlineData("--model", "mini", "writes no captions")]
    [InlineData("--model", "nobody/nothing", "models pull nobody/nothing")]
    [InlineData("--temperature", "-1", "temperature")]
    [InlineData("--prompt", "missing.txt", "missing.txt")]
    public async Task Caption_WhatCannotBe_IsAClearError(string option, string value, string part)
    {
        string picture = _folder.Write("a.png", Pictures.Png(1));
        string[] model = option == "--model" ? [] : ["--model", Path.GetDirectoryName(ReferenceFolder.Files("generation_config.json").Order().First())!];

        CliResult result = await Cli.RunAsync(["caption", picture, "-o", _folder["c.jsonl"], option, value, .. model]);

        Assert.Equal(ExitCodes.Failed, result.ExitCode);
        Assert.Contains(part, result.Error, StringComparison.OrdinalIgnoreCase);
        Assert.False(File.Exists(_folder["c.jsonl"]));
    }

    /// <summary>The first adapter with the options that load it as the reference's outputs were made, and those outputs.</summary>
    private static (string Adapter, string[] Model, JsonNode Golden) Relsim()
    {
        string adapter = Path.GetDirectoryName(ReferenceFolder.Files("projection_and_config.pt").Order(StringComparer.Ordinal).First())!;
        string root = Path.GetDirectoryName(adapter)!;
        JsonNode meta = JsonNode.Parse(File.ReadAllText(Path.Combine(root, "meta.json")))!;
        string model = Path.Combine(root, "..", (string)meta["base_model_dir"]!);
        return (adapter, ["--model", adapter, "--base", model, "--dtype", "f32", "--profile", "relsim-native"], meta["inference"]![Path.GetFileName(adapter)]!);
    }
}
