using System.Text.Json;
using Relsim.Datasets;

namespace Relsim.Cli.Tests.Commands;

/// <summary>score, explain and embed.</summary>
public sealed class PictureCommandTests(TinyModel model) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Score_TwoPictures_PrintsBothScores()
    {
        string a = _folder.Write("a.png", Pictures.Png(1)), b = _folder.Write("b.jpg", Pictures.Jpeg(2));

        CliResult json = await RunAsync("score", a, b, "--json");
        CliResult text = await RunAsync("score", a, b);

        Assert.Equal(ExitCodes.Ok, json.ExitCode);
        Assert.InRange(json.Json.GetProperty("relational").GetSingle(), -1, 1);
        Assert.InRange(json.Json.GetProperty("attribute").GetSingle(), -1, 1);
        Assert.All(json.Json.GetProperty("interest").EnumerateArray(), interest => Assert.InRange(interest.GetSingle(), 0, 1));
        Assert.Equal(TinyModel.CaptionCount, json.Json.GetProperty("shared_captions").GetArrayLength());
        Assert.Contains(Output.Number(json.Json.GetProperty("relational").GetSingle()), text.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Score_PictureWithItself_IsOne()
    {
        string a = _folder.Write("a.png", Pictures.Png(1));

        CliResult result = await RunAsync("score", a, a, "--json");

        Assert.Equal(1, result.Json.GetProperty("relational").GetSingle(), 1e-4f);
        Assert.Equal(1, result.Json.GetProperty("attribute").GetSingle(), 1e-4f);
    }

    [Fact]
    public async Task Score_BadPicture_NamesItAndWhy()
    {
        string good = _folder.Write("good.png", Pictures.Png(1));
        (string Path, string Reason)[] bad =
        [
            (_folder["missing.png"], "no such file"),
            (_folder.Write("text.jpg", "no picture"), "no known image format"),
            (_folder.Write("half.jpg", Pictures.HalfJpeg(1)), "ends too early"),
            (_folder.Write("empty.png", ""), "no bytes"),
            (_folder.Path, "a folder"),
        ];
        foreach ((string path, string reason) in bad)
        {
            CliResult result = await RunAsync("score", good, path);

            Assert.Equal(ExitCodes.Failed, result.ExitCode);
            Assert.Empty(result.Output);
            Assert.StartsWith($"error: {path}: ", result.Error, StringComparison.Ordinal);
            Assert.Contains(reason, result.Error, StringComparison.Ordinal);
            Assert.Single(result.Error.TrimEnd().Split('\n'));
        }
    }

    [Theory]
    [InlineData("on the CPU alone", "--device", "cuda")]
    [InlineData("'gpu'", "--device", "gpu")]
    [InlineData("F32", "--dtype", "f32")]
    [InlineData("I8", "--dtype", "int8")]
    [InlineData("budget of tokens", "--batch-tokens", "100")]
    [InlineData("at least 1", "--batch-tokens", "0")]
    [InlineData("mini-128", "--profile", "relsim-native")]
    [InlineData("Known: mini-128", "--profile", "none")]
    public async Task Score_OptionOfBigModels_IsRefusedWithTheReason(string expected, params string[] option)
    {
        string a = _folder.Write("a.png", Pictures.Png(1));

        CliResult result = await RunAsync(["score", a, a, .. option]);

        Assert.Equal(ExitCodes.Failed, result.ExitCode);
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
        Assert.Single(result.Error.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task Commands_WithAModel_TakeItsOptions()
    {
        string[][] commands = [["score"], ["explain"], ["search"], ["embed"], ["library", "add"], ["library", "rescan"], ["demo"], ["evaluate", "scenes"], ["evaluate", "calibrate"], ["doctor"]];
        foreach (string[] command in commands)
        {
            CliResult help = await Cli.RunAsync([.. command, "--help"]);

            Assert.All(["--model", "--device", "--dtype", "--batch-tokens", "--profile"], option => Assert.Contains(option, help.Output, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Score_EmptyModelFolder_NamesTheMissingFile()
    {
        string empty = Directory.CreateDirectory(_folder["empty"]).FullName;
        string a = _folder.Write("a.png", Pictures.Png(1));

        CliResult result = await Cli.RunAsync("score", a, a, "--model", empty);

        Assert.Equal(ExitCodes.Failed, result.ExitCode);
        Assert.Contains(Path.Combine(empty, "config.json"), result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Explain_OneOrTwoPictures_GivesCaptions()
    {
        string a = _folder.Write("a.png", Pictures.Png(1)), b = _folder.Write("b.png", Pictures.Png(2));

        CliResult one = await RunAsync("explain", a, "--captions", "2", "--json");
        CliResult two = await RunAsync("explain", a, b, "--json");
        CliResult text = await RunAsync("explain", a, b);

        JsonElement[] captions = [.. one.Json.GetProperty("captions").EnumerateArray()];
        Assert.Equal(2, captions.Length);
        Assert.True(captions[0].GetProperty("score").GetSingle() >= captions[1].GetProperty("score").GetSingle());
        JsonElement only = two.Json.GetProperty("first_only")[0];
        Assert.Contains(only.GetProperty("caption").GetString()!, text.Output, StringComparison.Ordinal);
        Assert.Equal(3, two.Json.GetProperty("shared_captions").GetArrayLength());
    }

    [Fact]
    public async Task Embed_FolderWithBrokenFiles_WritesTheRestAndExitsThree()
    {
        _folder.Write("p/a.png", Pictures.Png(1));
        string half = _folder.Write("p/b.jpg", Pictures.HalfJpeg(2)), text = _folder.Write("p/c.jpg", "no picture");
        _folder.Write("p/sub/d.jpg", Pictures.Jpeg(3));
        string output = _folder["o.npz"], errors = output + ".errors.jsonl";

        CliResult result = await RunAsync("embed", _folder["p"], "-o", output, "--json");

        Assert.Equal(ExitCodes.PartlyDone, result.ExitCode);
        Assert.Equal(2, result.Json.GetProperty("unreadable").GetInt32());
        EmbeddingTable table = NpzFile.Read(output);
        Assert.Equal([_folder["p/a.png"], _folder["p/sub/d.jpg"]], table.ImageIds);
        Assert.All(table.Captions, caption => Assert.NotEmpty(caption));
        Assert.Equal(1, Math.Sqrt(table.Row(1).ToArray().Sum(x => (double)x * x)), 1e-4);
        JsonElement[] lines = [.. File.ReadLines(errors).Select(line => JsonSerializer.Deserialize<JsonElement>(line))];
        Assert.Equal([half, text], lines.Select(line => line.GetProperty("path").GetString()));
        Assert.All(lines, line => Assert.NotEmpty(line.GetProperty("reason").GetString()!));

        Assert.Equal(ExitCodes.Ok, (await RunAsync("embed", _folder["p/a.png"], "-o", output, "--space", "attribute")).ExitCode);
        Assert.Equal(16, NpzFile.Read(output).Dimension);
        Assert.False(File.Exists(errors));
    }

    [Fact]
    public async Task Embed_OnlyBrokenFiles_WritesNoNpzAndExitsOne()
    {
        string text = _folder.Write("a.jpg", "no picture"), output = _folder["o.npz"];

        CliResult result = await RunAsync("embed", text, "-o", output);

        Assert.Equal(ExitCodes.Failed, result.ExitCode);
        Assert.False(File.Exists(output));
        Assert.True(File.Exists(output + ".errors.jsonl"));
    }

    [Fact]
    public async Task Embed_Manifest_TakesIdsAndImageDir()
    {
        _folder.Write("p/x.png", Pictures.Png(1));
        _folder.Write("p/abc.jpg", Pictures.Jpeg(2));
        string manifest = _folder.Write("m/l.jsonl", """
            {"id":"one","path":"x.png"}
            {"image_hash":"abc","caption":"c"}
            {"id":"gone","path":"gone.png"}
            """);

        CliResult result = await RunAsync("embed", manifest, "--image-dir", _folder["p"], "-o", _folder["o.npz"]);

        Assert.Equal(ExitCodes.PartlyDone, result.ExitCode);
        Assert.Equal(["one", "abc"], NpzFile.Read(_folder["o.npz"]).ImageIds);
    }

    [Fact]
    public async Task Embed_BadInputs_SayWhatIsWrong()
    {
        string manifest = _folder.Write("bad.jsonl", "{\"id\":\"a\",\"path\":\"a.png\"}\nnot json\n");
        string empty = Directory.CreateDirectory(_folder["empty"]).FullName;
        (string Input, string Reason)[] bad =
            [(manifest, "bad.jsonl, line 2"), (empty, "there is no picture in"), (_folder["gone"], "neither a file nor a folder")];
        foreach ((string input, string reason) in bad)
        {
            CliResult result = await RunAsync("embed", input, "-o", _folder["o.npz"]);

            Assert.Equal(ExitCodes.Failed, result.ExitCode);
            Assert.Contains(reason, result.Error, StringComparison.Ordinal);
            Assert.False(File.Exists(_folder["o.npz"]));
        }
    }

    private Task<CliResult> RunAsync(params string[] args) => Cli.RunAsync([.. args, "--model", model.Folder]);
}
