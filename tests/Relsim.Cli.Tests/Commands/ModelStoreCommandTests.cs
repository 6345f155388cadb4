using System.Diagnostics;
using System.Text.Json;
using Relsim.Torch.Tests.Weights.Hub;

namespace Relsim.Cli.Tests.Commands;

/// <summary>models pull, list, show, verify and remove, against a hub on this machine.</summary>
[Collection(nameof(HubEnvironment))]
public sealed class ModelStoreCommandTests
{
    private const string Id = "someone/some-model";
    private const string Weights = "model.safetensors";

    [Fact]
    public async Task Pull_Model_IsListedShownAndVerified()
    {
        using HubEnvironment environment = new(FakeHub.WithModel());

        CliResult pulled = await Cli.RunAsync("models", "pull", Id, "--json");
        CliResult listed = await Cli.RunAsync("models", "list", "--json");
        CliResult shown = await Cli.RunAsync("models", "show", Id, "--json");
        CliResult verified = await Cli.RunAsync("models", "verify", Id, "--json");

        Assert.All(new[] { pulled, listed, shown, verified }, result => Assert.Equal((ExitCodes.Ok, ""), (result.ExitCode, result.Error)));
        string folder = Assert.Single(pulled.Json.EnumerateArray()).GetProperty("folder").GetString()!;
        Assert.Equal(environment.Hub.Contents[Weights], File.ReadAllBytes(Path.Combine(folder, Weights)));
        JsonElement cached = Assert.Single(listed.Json.EnumerateArray(), model => model.GetProperty("kind").GetString() == "cached");
        Assert.Equal(Id, cached.GetProperty("id").GetString());
        JsonElement snapshot = Assert.Single(cached.GetProperty("snapshots").EnumerateArray());
        Assert.Equal((environment.Hub.Commit, true), (snapshot.GetProperty("commit").GetString(), snapshot.GetProperty("complete").GetBoolean()));
        Assert.Equal("main", Assert.Single(snapshot.GetProperty("revisions").EnumerateArray()).GetString());
        Assert.Equal(folder, Assert.Single(shown.Json.GetProperty("parts").EnumerateArray()).GetProperty("folder").GetString());
        Assert.Equal(3, Assert.Single(verified.Json.EnumerateArray()).GetProperty("checked").GetInt32());
    }

    [Fact]
    public async Task Commands_WithoutJson_SayTheSameInWords()
    {
        using HubEnvironment environment = new(FakeHub.WithModel());

        string output = "";
        foreach (string[] command in new string[][] { ["pull", Id], ["list"], ["show", Id], ["show", "minilm"], ["verify", Id], ["remove", Id, "--yes"] })
        {
            CliResult result = await Cli.RunAsync(["models", .. command]);
            Assert.Equal((ExitCodes.Ok, ""), (result.ExitCode, result.Error));
            output += result.Output;
        }

        string[] expected = ["relsim-7b", "relsim-captioner-7b", "main ready", "not pulled", "3 files (1.0 kB) as they should be, 0 damaged", "1 models removed; 1.0 kB"];
        Assert.All(expected, words => Assert.Contains(words, output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Verify_DamagedFile_NamesItAndExitsOne()
    {
        using HubEnvironment environment = new(FakeHub.WithModel());
        await Cli.RunAsync("models", "pull", Id);
        File.WriteAllBytes(environment.Blob(Weights), new byte[1000]);

        CliResult text = await Cli.RunAsync("models", "verify", Id);
        CliResult json = await Cli.RunAsync("models", "verify", Id, "--json");

        Assert.Equal((ExitCodes.Failed, ExitCodes.Failed), (text.ExitCode, json.ExitCode));
        Assert.Contains($"damaged: {Weights}", text.Output, StringComparison.Ordinal);
        Assert.Contains($"relsim models pull {Id}", text.Error, StringComparison.Ordinal);
        JsonElement damaged = Assert.Single(Assert.Single(json.Json.EnumerateArray()).GetProperty("damaged").EnumerateArray());
        Assert.Equal(environment.Blob(Weights), damaged.GetProperty("file").GetString());
    }

    [Theory]
    [InlineData("yes\n", true)]
    [InlineData("Y\n", true)]
    [InlineData("no\n", false)]
    [InlineData("", false)]
    public async Task Remove_WithoutYes_Asks(string typed, bool removes)
    {
        using HubEnvironment environment = new(FakeHub.WithModel());
        await Cli.RunAsync("models", "pull", Id);
        TextReader before = Console.In;
        Console.SetIn(new StringReader(typed));
        CliResult result;
        try
        {
            result = await Cli.RunAsync("models", "remove", Id);
        }
        finally
        {
            Console.SetIn(before);
        }

        Assert.Equal(removes ? ExitCodes.Ok : ExitCodes.Failed, result.ExitCode);
        Assert.Contains($"deletes {Id} (1.0 kB)", result.Error, StringComparison.Ordinal);
        Assert.Equal(!removes, File.Exists(environment.Blob(Weights)));
    }

    [Theory]
    [InlineData("pull")]
    [InlineData("verify")]
    [InlineData("remove")]
    public async Task Commands_NameThatIsNoModel_SayWhatNamesAre(string command)
    {
        using HubEnvironment environment = new(FakeHub.WithModel());

        CliResult result = await Cli.RunAsync("models", command, "nothing");

        Assert.Equal(ExitCodes.Failed, result.ExitCode);
        Assert.Contains("'relsim-7b'", result.Error, StringComparison.Ordinal);
        Assert.Single(result.Error.Trim().Split('\n'));
    }

    [Fact]
    public async Task Pull_Gated_PrintsOneLineWithoutTheToken()
    {
        FakeHub hub = FakeHub.WithModel();
        hub.OnHub = _ => new FakeAnswer(403) { Headers = { ["X-Error-Code"] = "GatedRepo" } };
        using HubEnvironment environment = new(hub);

        CliResult result = await Cli.RunAsync("models", "pull", Id);

        Assert.Equal((ExitCodes.Failed, ""), (result.ExitCode, result.Output));
        Assert.Contains("licence", Assert.Single(result.Error.Trim().Split('\n')), StringComparison.Ordinal);
        Assert.DoesNotContain(FakeHub.Token, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pull_Offline_NamesWhatIsMissing()
    {
        using HubEnvironment environment = new(FakeHub.WithModel());
        environment.Set("HF_HUB_OFFLINE", "1");

        CliResult result = await Cli.RunAsync("models", "pull", Id);

        Assert.Equal(ExitCodes.Failed, result.ExitCode);
        Assert.Contains($"{Id} is missing", result.Error, StringComparison.Ordinal);
        Assert.Empty(environment.Hub.Hub.Requests);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Pull_ProcessStoppedInTheMiddle_TheNextOneGoesOn(bool kill)
    {
        const int size = 5_000_000;
        FakeHub hub = FakeHub.WithModel(weightBytes: size);
        TaskCompletionSource halfSent = new(TaskCreationOptions.RunContinuationsAsynchronously), never = new();
        hub.OnFiles = request => hub.Cut(request, Weights, size / 2) with { HoldBeforeCut = never.Task, AtCut = halfSent.SetResult };
        using HubEnvironment environment = new(hub);
        using Process child = Cli.Start("models", "pull", Id);
        await halfSent.Task.WaitAsync(TestContext.Current.CancellationToken);
        // The notes, and not the data's length, say how much has arrived.
        string notes = $"{environment.Blob(Weights)}.relsim.ranges";
        Assert.True(SpinWait.SpinUntil(() => File.Exists(notes) && BitConverter.ToInt64(File.ReadAllBytes(notes), 16) == size / 2, TimeSpan.FromMinutes(1)));

        if (kill)
        {
            child.Kill();
        }
        else
        {
            Cli.Interrupt(child);
        }

        await child.WaitForExitAsync(TestContext.Current.CancellationToken);
        hub.OnFiles = _ => null;
        CliResult result = await Cli.RunAsync("models", "pull", Id);

        Assert.Equal(kill ? 137 : ExitCodes.Interrupted, child.ExitCode);
        Assert.Equal(ExitCodes.Ok, result.ExitCode);
        Assert.Equal(hub.Contents[Weights], File.ReadAllBytes(environment.Blob(Weights)));
        Assert.Equal(size, hub.Files.BytesSent);
    }
}
