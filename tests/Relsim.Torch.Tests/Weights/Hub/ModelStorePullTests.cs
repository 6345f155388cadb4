using System.Text;
using Relsim.Torch.Weights;
using Relsim.Torch.Weights.Hub;

namespace Relsim.Torch.Tests.Weights.Hub;

public sealed class ModelStorePullTests
{
    [Fact]
    public async Task Pull_NewModel_WritesTheLayoutThatPythonReads()
    {
        using StoreFixture fixture = new(FakeHub.WithModel());

        PullReport report = await fixture.PullAsync();

        Assert.Equal(Path.Combine(fixture.ModelFolder, "snapshots", fixture.Hub.Commit), report.Folder);
        Assert.Equal(fixture.Hub.Commit, File.ReadAllText(Path.Combine(fixture.ModelFolder, "refs", "main")));
        string[] wanted = ["config.json", "1_Pooling/config.json", "model.safetensors"];
        Assert.All(wanted, name => Assert.Equal(fixture.Hub.Contents[name], fixture.Read(report, name)));
        Assert.Equal($"../../blobs/{fixture.Hub.HashOf("model.safetensors")}", new FileInfo(Path.Combine(report.Folder, "model.safetensors")).LinkTarget);
        Assert.Equal($"../../../blobs/{fixture.Hub.HashOf("1_Pooling/config.json")}", new FileInfo(Path.Combine(report.Folder, "1_Pooling", "config.json")).LinkTarget);
        // Nothing but whole blobs, and no format of other programs.
        Assert.Equal(wanted.Select(fixture.Hub.HashOf).Order(), Directory.EnumerateFiles(fixture.BlobFolder).Select(path => Path.GetFileName(path)).Order());
        Assert.Equal(wanted.Length, Directory.EnumerateFiles(report.Folder, "*", SearchOption.AllDirectories).Count());
        Assert.Equal(["blobs", "refs", "snapshots"], Directory.EnumerateFileSystemEntries(fixture.ModelFolder).Select(path => Path.GetFileName(path)).Order());
        Assert.Equal((wanted.Length, wanted.Length), (report.Files, report.Fetched));
        Assert.Equal(report.Folder, fixture.Store.Find(StoreFixture.Id));
    }

    [Fact]
    public async Task Pull_ShardedWeights_OpenThroughTheLinks()
    {
        FakeHub hub = FakeHub.WithModel();
        hub.Contents.Remove("model.safetensors");
        string[] shards = ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"];
        foreach (string shard in shards)
        {
            byte[] header = Encoding.ASCII.GetBytes($$$"""{"{{{shard[6..11]}}}": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}}""");
            hub.Add(shard, [.. BitConverter.GetBytes((long)header.Length), .. header, .. new byte[8]], large: true);
        }

        hub.Add("model.safetensors.index.json", Encoding.ASCII.GetBytes($$$"""{"metadata": {}, "weight_map": {"00001": "{{{shards[0]}}}", "00002": "{{{shards[1]}}}"}}"""));
        using StoreFixture fixture = new(hub);

        await fixture.PullAsync();
        using TensorSource source = CheckpointFolder.OpenFolder(fixture.Store.Find(StoreFixture.Id)!);

        Assert.Equal(["00001", "00002"], source.Tensors.Keys.Order());
    }

    [Fact]
    public async Task Pull_ModelWithoutSafetensors_TakesTheOlderFileInstead()
    {
        FakeHub hub = FakeHub.WithModel();
        hub.Contents.Remove("model.safetensors");
        using StoreFixture fixture = new(hub);

        PullReport report = await fixture.PullAsync();

        Assert.Equal(hub.Contents["pytorch_model.bin"], fixture.Read(report, "pytorch_model.bin"));
        Assert.Equal(report.Folder, fixture.Store.Find(StoreFixture.Id));
    }

    [Fact]
    public async Task Pull_Again_AsksForTheListAlone()
    {
        using StoreFixture fixture = new(FakeHub.WithModel());
        await fixture.PullAsync();
        int requests = fixture.Hub.Hub.Requests.Count;

        PullReport report = await fixture.PullAsync();

        Assert.Equal((0, 0L), (report.Fetched, report.FetchedBytes));
        Assert.Equal(requests + 1, fixture.Hub.Hub.Requests.Count);
    }

    [Fact]
    public async Task Pull_NewCommit_FetchesOnlyWhatChangedAndKeepsTheOldSnapshot()
    {
        using StoreFixture fixture = new(FakeHub.WithModel());
        PullReport first = await fixture.PullAsync();
        byte[] old = fixture.Hub.Contents["config.json"];
        fixture.Hub.Commit = new string('d', 40);
        fixture.Hub.Add("config.json", "{\"new\": 1}"u8.ToArray());

        PullReport second = await fixture.PullAsync();

        Assert.Equal(1, second.Fetched);
        Assert.Equal(old, fixture.Read(first, "config.json"));
        Assert.Equal(fixture.Hub.Contents["config.json"], fixture.Read(second, "config.json"));
        Assert.Equal(second.Folder, fixture.Store.Find(StoreFixture.Id));
        Assert.Equal(first.Folder, fixture.Store.Find(StoreFixture.Id.At(first.Commit)));
    }

    [Fact]
    public async Task Pull_Revision_IsAskedForAndKeptAsARef()
    {
        using StoreFixture fixture = new(FakeHub.WithModel());

        PullReport report = await fixture.PullAsync(StoreFixture.Id.At("refs/pr/3"));

        Assert.Contains(fixture.Hub.Hub.Requests, request => request.Path.Contains("/revision/refs%2Fpr%2F3?", StringComparison.Ordinal));
        Assert.Equal(report.Commit, File.ReadAllText(Path.Combine(fixture.ModelFolder, "refs", "refs", "pr", "3")));
        Assert.Equal(report.Folder, fixture.Store.Find(StoreFixture.Id.At("refs/pr/3")));
        Assert.Null(fixture.Store.Find(StoreFixture.Id));
    }

    [Fact]
    public async Task Pull_Include_ReplacesTheDefaultChoice()
    {
        using StoreFixture fixture = new(FakeHub.WithModel(), options => options with { Include = ["*.bin", "onnx/*"] });

        PullReport report = await fixture.PullAsync();

        Assert.Equal(
            ["onnx/config.json", "pytorch_model.bin"],
            Directory.EnumerateFiles(report.Folder, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(report.Folder, path)).Order());
    }

    [Theory]
    [InlineData(true, "model-00001-of-00002.safetensors", "model.safetensors.index.json", "chat_template.jinja", "merges.txt", "spiece.model", "projection_and_config.pt", "a/projection_and_config.pt")]
    [InlineData(false, "pytorch_model.bin", "flax_model.msgpack", "tf_model.h5", "model.onnx", "onnx/config.json", "openvino/a.json", "optimizer.pt", "checkpoint-5/model.safetensors", ".gitattributes", "run.py")]
    public void Wants_Default_TakesWhatTheLibraryReads(bool expected, params string[] files)
    {
        ModelStoreOptions options = new() { CacheFolder = "/cache" };

        Assert.All(files, file => Assert.Equal(expected, options.Wants(file)));
    }

    [Fact]
    public async Task Pull_LargeFileElsewhere_TokenGoesToTheHubAlone()
    {
        using StoreFixture fixture = new(FakeHub.WithModel());

        await fixture.PullAsync();

        Assert.NotEmpty(fixture.Hub.Files.Requests);
        Assert.All(fixture.Hub.Files.Requests, request => Assert.DoesNotContain("Authorization", request.Headers.Keys, StringComparer.OrdinalIgnoreCase));
        Assert.All(fixture.Hub.Files.Requests, request => Assert.DoesNotContain(FakeHub.Token, string.Concat(request.Headers.Values) + request.Path, StringComparison.Ordinal));
        Assert.All(fixture.Hub.Hub.Requests, request => Assert.Equal($"Bearer {FakeHub.Token}", request.Headers["Authorization"]));
        Assert.All(fixture.Hub.Hub.Requests, request => Assert.Equal("identity", request.Headers["Accept-Encoding"]));
        Assert.DoesNotContain(FakeHub.Token, fixture.Options.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pull_ListWithoutSizesAndChecksums_TakesThemFromTheHeaders()
    {
        FakeHub hub = FakeHub.WithModel();
        hub.OnListing = _ => $$"""{"sha": "{{hub.Commit}}", "siblings": [{"rfilename": "config.json"}, {"rfilename": "model.safetensors"}]}""";
        using StoreFixture fixture = new(hub);

        PullReport report = await fixture.PullAsync();

        Assert.Equal(hub.Contents["model.safetensors"], fixture.Read(report, "model.safetensors"));
        Assert.True(File.Exists(fixture.Blob("config.json")));
    }

    [Fact]
    public async Task Pull_RenamedModel_FollowsTheHubsOwnRedirects()
    {
        FakeHub hub = FakeHub.WithModel();
        hub.OnHub = request => request.Path.Contains("old-model", StringComparison.Ordinal)
            ? new FakeAnswer(307) { Headers = { ["Location"] = request.Path.Replace("old-model", "some-model", StringComparison.Ordinal) } }
            : null;
        using StoreFixture fixture = new(hub);

        PullReport report = await fixture.PullAsync(HubModelId.Parse("someone/old-model"));

        Assert.Equal(hub.Contents["config.json"], fixture.Read(report, "config.json"));
        Assert.Equal(hub.Contents["model.safetensors"], fixture.Read(report, "model.safetensors"));
    }

    [Fact]
    public async Task Pull_NoLinks_MakesCopies()
    {
        using StoreFixture fixture = new(FakeHub.WithModel(), options => options with { CopyFiles = true });

        PullReport report = await fixture.PullAsync();

        Assert.Null(new FileInfo(Path.Combine(report.Folder, "config.json")).LinkTarget);
        Assert.Equal(fixture.Hub.Contents["model.safetensors"], fixture.Read(report, "model.safetensors"));
        Assert.Empty((await fixture.Store.VerifyAsync(StoreFixture.Id, null, TestContext.Current.CancellationToken)).Unknown);
        Assert.Equal(0, (await fixture.PullAsync()).Fetched);
    }

    [Fact]
    public async Task Pull_EmptyFile_IsMade()
    {
        FakeHub hub = FakeHub.WithModel();
        hub.Add("added_tokens.json", []);
        using StoreFixture fixture = new(hub);

        Assert.Empty(fixture.Read(await fixture.PullAsync(), "added_tokens.json"));
    }

    [Fact]
    public async Task Pull_TooLittleRoom_SaysHowMuchBeforeItFetches()
    {
        using StoreFixture fixture = new(FakeHub.WithModel(), options => options with { FreeBytes = _ => 900 });

        HubException error = await fixture.FailAsync();

        Assert.Equal(HubFailure.NoSpace, error.Failure);
        Assert.Contains("HF_HUB_CACHE", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, fixture.Hub.Files.BytesSent);
    }

    [Fact]
    public async Task Pull_Progress_EndsAtTheTotal()
    {
        using StoreFixture fixture = new(FakeHub.WithModel(weightBytes: 5000), options => options with { RangeBytes = 700 });
        var seen = new Collector();

        PullReport report = await fixture.Store.PullAsync(StoreFixture.Id, seen, TestContext.Current.CancellationToken);

        Assert.All(seen.Values, value => Assert.Equal(report.FetchedBytes, value.Total));
        Assert.Equal(report.FetchedBytes, seen.Values.Max(value => value.Bytes));
    }

    [Fact]
    public async Task Pull_TwoAtOnce_FetchEachFileOnce()
    {
        FakeHub hub = FakeHub.WithModel(weightBytes: 100_000);
        TaskCompletionSource bothWait = new(TaskCreationOptions.RunContinuationsAsynchronously);
        int heads = 0;
        hub.OnHub = request =>
        {
            // The content is held back until both have planned to fetch it.
            if (request.Method == "HEAD" && request.Path.EndsWith("model.safetensors", StringComparison.Ordinal) && Interlocked.Increment(ref heads) == 2)
            {
                bothWait.SetResult();
            }

            return null;
        };
        hub.OnFiles = request =>
        {
            bothWait.Task.Wait(TestContext.Current.CancellationToken);
            return null;
        };
        using StoreFixture fixture = new(hub);
        using ModelStore other = new(fixture.Options);

        PullReport[] reports = await Task.WhenAll(fixture.PullAsync(), other.PullAsync(StoreFixture.Id, null, TestContext.Current.CancellationToken));

        Assert.Equal(hub.Contents["model.safetensors"].Length, hub.Files.BytesSent);
        Assert.All(reports, report => Assert.Equal(hub.Contents["model.safetensors"], fixture.Read(report, "model.safetensors")));
    }

    private sealed class Collector : IProgress<HubProgress>
    {
        public System.Collections.Concurrent.ConcurrentQueue<HubProgress> Values { get; } = new();

        public void Report(HubProgress value) => Values.Enqueue(value);
    }
}
