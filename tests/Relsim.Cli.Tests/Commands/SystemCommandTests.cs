using System.Text.Json;
using Relsim.Torch.Encoders;

namespace Relsim.Cli.Tests.Commands;

/// <summary>models and doctor.</summary>
[Collection(nameof(HubEnvironment))]
public sealed class SystemCommandTests(TinyModel model)
{
    [Fact]
    public async Task Doctor_WorkingModel_FindsEveryPartInOrder()
    {
        CliResult json = await Cli.RunAsync("doctor", "--model", model.Folder, "--json");
        CliResult text = await Cli.RunAsync("doctor", "--model", model.Folder);

        Assert.Equal(ExitCodes.Ok, json.ExitCode);
        Dictionary<string, JsonElement> parts = json.Json.EnumerateArray().ToDictionary(part => part.GetProperty("part").GetString()!);
        Assert.Equal(
            ["system", ".NET", "libtorch", "compatibility", "compute", "libvips", "model", "captions", "SQLite", "memory", "disk"], parts.Keys);
        Assert.All(parts.Values, part => Assert.NotEqual("failed", part.GetProperty("health").GetString()));
        Assert.Contains("JPEG", parts["libvips"].GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.All(parts.Keys, part => Assert.Contains(part, text.Output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Doctor_NoModel_SaysWhatToDoAndStillLooksAtTheRest()
    {
        using TemporaryFolder empty = new();

        CliResult result = await Cli.RunAsync("doctor", "--model", empty.Path, "--json");

        Assert.Equal(ExitCodes.Failed, result.ExitCode);
        JsonElement failed = Assert.Single(result.Json.EnumerateArray(), part => part.GetProperty("health").GetString() == "failed");
        Assert.Equal("model", failed.GetProperty("part").GetString());
        Assert.NotEmpty(failed.GetProperty("advice").GetString()!);
        Assert.Contains(result.Json.EnumerateArray(), part => part.GetProperty("part").GetString() == "SQLite");
    }

    [Fact]
    public async Task ModelsShow_Folder_DescribesIt()
    {
        CliResult result = await Cli.RunAsync("models", "show", model.Folder, "--json");

        Assert.Equal("tiny-1", result.Json.GetProperty("id").GetString());
        Assert.Equal(32, result.Json.GetProperty("relational_dimension").GetInt32());
        Assert.Equal(TinyModel.CaptionCount, result.Json.GetProperty("captions").GetInt32());
        Assert.Equal(ExitCodes.Ok, (await Cli.RunAsync("models", "show", model.Folder)).ExitCode);
    }

    [Fact]
    public async Task ModelsList_Always_NamesTheModelThatShips()
    {
        CliResult result = await Cli.RunAsync("models", "list", "--json");

        JsonElement mini = Assert.Single(result.Json.EnumerateArray(), model => model.GetProperty("kind").GetString() == "embedded");
        Assert.Equal("mini", mini.GetProperty("name").GetString());
        Assert.Equal(File.Exists(Path.Combine(MiniEncoder.DefaultFolder, "model.safetensors")), mini.GetProperty("present").GetBoolean());
    }
}
