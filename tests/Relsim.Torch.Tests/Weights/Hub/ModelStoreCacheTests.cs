using System.Runtime.InteropServices;
using Relsim.Torch.Weights.Hub;

namespace Relsim.Torch.Tests.Weights.Hub;

/// <summary>What is done with a cache without the network, whoever filled it.</summary>
public sealed partial class ModelStoreCacheTests
{
    private const int ExclusiveWithoutWaiting = 2 | 4; // LOCK_EX | LOCK_NB
    private const int Unlock = 8;

    private static readonly string Commit = new('5', 40);

    [Fact]
    public void Find_SnapshotThatPythonMade_IsItsFolder()
    {
        using TemporaryFolder cache = new();
        string folder = WritePythonSnapshot(cache.FullName, "someone/some-model", Commit, ("config.json", "{}"), ("tokenizer/vocab.txt", "a"), ("model.safetensors", "weights"));
        using ModelStore store = OpenOffline(cache);

        Assert.Equal(folder, store.Find(StoreFixture.Id));
        Assert.Equal(folder, store.Find(StoreFixture.Id.At("main")));
        Assert.Equal(folder, store.Find(StoreFixture.Id.At(Commit)));
        Assert.Null(store.Find(StoreFixture.Id.At("v2")));
        Assert.Null(store.Find(HubModelId.Parse("someone/other")));
    }

    [Fact]
    public void Find_SnapshotThatLacksSomething_IsNull()
    {
        using TemporaryFolder cache = new();
        using ModelStore store = OpenOffline(cache);
        // Python makes these when it reads a configuration alone, or is stopped.
        WritePythonSnapshot(cache.FullName, "a/config-alone", Commit, ("config.json", "{}"));
        WritePythonSnapshot(cache.FullName, "a/weights-alone", Commit, ("model.safetensors", "x"));
        WritePythonSnapshot(cache.FullName, "a/shard", Commit, ("config.json", "{}"), ("model-00001-of-00002.safetensors", "x"));
        WritePythonSnapshot(cache.FullName, "a/index", Commit, ("config.json", "{}"), ("model.safetensors.index.json", """{"weight_map": {"a": "part-a.safetensors", "b": "part-b.safetensors"}}"""), ("part-a.safetensors", "x"));
        WritePythonSnapshot(cache.FullName, "a/index-damaged", Commit, ("config.json", "{}"), ("model.safetensors.index.json", "{"), ("model.safetensors", "x"));
        string cut = WritePythonSnapshot(cache.FullName, "a/link", Commit, ("config.json", "{}"), ("model.safetensors", "x"));
        File.Delete(Path.Combine(cut, new FileInfo(Path.Combine(cut, "model.safetensors")).LinkTarget!));

        Dictionary<string, string> missing = store.List().ToDictionary(model => model.Id.Name, model => string.Join(' ', Assert.Single(model.Snapshots).Missing));

        Assert.Equal(
            new Dictionary<string, string>
            {
                ["config-alone"] = "*.safetensors",
                ["weights-alone"] = "config.json",
                ["shard"] = "model-00002-of-00002.safetensors",
                ["index"] = "part-b.safetensors",
                ["index-damaged"] = "model.safetensors.index.json (damaged)",
                ["link"] = "model.safetensors *.safetensors",
            },
            missing);
        Assert.All(missing.Keys, name => Assert.Null(store.Find(HubModelId.Parse($"a/{name}"))));
    }

    [Fact]
    public void Find_AdapterAndShards_AreComplete()
    {
        using TemporaryFolder cache = new();
        using ModelStore store = OpenOffline(cache);
        WritePythonSnapshot(cache.FullName, "a/adapter", Commit, ("adapter_config.json", "{}"), ("adapter_model.safetensors", "x"), ("projection_and_config.pt", "x"));
        WritePythonSnapshot(
            cache.FullName, "a/shards", Commit, ("config.json", "{}"), ("model-00001-of-00002.safetensors", "x"), ("model-00002-of-00002.safetensors", "y"),
            ("model.safetensors.index.json", """{"weight_map": {"a": "model-00001-of-00002.safetensors", "b": "model-00002-of-00002.safetensors"}}"""));

        Assert.All(store.List(), model => Assert.True(Assert.Single(model.Snapshots).IsComplete, model.Id.Name));
        Assert.Equal(2, store.List().Count);
    }

    [Fact]
    public void Find_FilesWithoutLinksAsPythonLeavesThemOnWindows_AreFound()
    {
        using TemporaryFolder cache = new();
        string folder = Path.Combine(cache.FullName, "models--someone--some-model", "snapshots", Commit);
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "config.json"), "{}");
        File.WriteAllText(Path.Combine(folder, "model.safetensors"), "x");
        using ModelStore store = OpenOffline(cache);

        Assert.Equal(folder, store.Find(StoreFixture.Id.At(Commit)));
    }

    [Fact]
    public async Task Pull_OverASnapshotThatPythonMade_FetchesNothing()
    {
        using StoreFixture fixture = new(FakeHub.WithModel());
        WritePythonSnapshot(fixture.Options.CacheFolder, "someone/some-model", fixture.Hub.Commit, [.. fixture.Hub.Contents.Select(file =>
            (file.Key, System.Text.Encoding.Latin1.GetString(file.Value)))]);
        foreach (string name in fixture.Hub.Contents.Keys.Where(name => name.EndsWith(".safetensors", StringComparison.Ordinal)))
        {
            File.WriteAllBytes(fixture.Blob(name), fixture.Hub.Contents[name]);
        }

        Assert.Equal(0, (await fixture.PullAsync()).Fetched);
        Assert.Equal(0, fixture.Hub.Files.BytesSent);
    }

    [Theory]
    [InlineData("..")]
    [InlineData("not a commit")]
    [InlineData("")]
    public void Find_DamagedRef_IsNull(string text)
    {
        using TemporaryFolder cache = new();
        WritePythonSnapshot(cache.FullName, "someone/some-model", Commit, ("config.json", "{}"), ("model.safetensors", "weights"));
        File.WriteAllText(Path.Combine(cache.FullName, "models--someone--some-model", "refs", "main"), text);
        using ModelStore store = OpenOffline(cache);

        Assert.Null(store.Find(StoreFixture.Id));
        Assert.Empty(Assert.Single(store.Inspect(StoreFixture.Id)!.Snapshots).Revisions);
    }

    [Fact]
    public async Task Pull_Offline_UsesTheCacheAndNeverTheNetwork()
    {
        using StoreFixture fixture = new(FakeHub.WithModel());
        PullReport online = await fixture.PullAsync();
        int requests = fixture.Hub.Hub.Requests.Count;
        using ModelStore offline = new(fixture.Options with { Offline = true });

        PullReport report = await offline.PullAsync(StoreFixture.Id, null, TestContext.Current.CancellationToken);
        HubException error = await Assert.ThrowsAsync<HubException>(() => offline.PullAsync(HubModelId.Parse("a/other"), null, TestContext.Current.CancellationToken));

        Assert.Equal((online.Folder, 0), (report.Folder, report.Fetched));
        Assert.Equal(HubFailure.NotCached, error.Failure);
        Assert.Contains("a/other is missing", error.Message, StringComparison.Ordinal);
        Assert.Contains("HF_HUB_OFFLINE", error.Message, StringComparison.Ordinal);
        Assert.Equal(requests, fixture.Hub.Hub.Requests.Count);
    }

    [Fact]
    public void Locate_ShortName_GivesTheFolderOfEachPart()
    {
        using TemporaryFolder cache = new();
        using ModelStore store = OpenOffline(cache);
        KnownModel model = KnownModels.Find("relsim-7b")!;
        Dictionary<ModelRole, string> folders = model.Parts.ToDictionary(part => part.Role, part =>
            WritePythonSnapshot(cache.FullName, part.Id.Repository, Commit, ("config.json", "{}"), ("model.safetensors", "x")));

        Assert.Equal(folders, store.Locate("relsim-7b"));
        Assert.Equal(folders[ModelRole.Text], store.Locate("minilm")[ModelRole.Model]);
        Assert.Equal(folders[ModelRole.Base], store.Locate("Qwen/Qwen2.5-VL-7B-Instruct")[ModelRole.Model]);
    }

    [Fact]
    public void Locate_PartMissing_SaysWhichAndHowToGetIt()
    {
        using TemporaryFolder cache = new();
        using ModelStore store = OpenOffline(cache);
        WritePythonSnapshot(cache.FullName, "Qwen/Qwen2.5-VL-7B-Instruct", Commit, ("config.json", "{}"), ("model-00001-of-00005.safetensors", "x"));

        HubException error = Assert.Throws<HubException>(() => store.Locate("relsim-captioner-7b"));

        Assert.Contains("thaoshibe/relsim-anonymous-caption-qwen25vl-lora is missing", error.Message, StringComparison.Ordinal);
        Assert.Contains("Qwen/Qwen2.5-VL-7B-Instruct is incomplete (model-00002-of-00005.safetensors", error.Message, StringComparison.Ordinal);
        Assert.Contains("relsim models pull relsim-captioner-7b", error.Message, StringComparison.Ordinal);
        Assert.Contains("minilm", Assert.Throws<HubException>(() => store.Locate("nothing")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_PulledModel_CountsEachBlobOnce()
    {
        using StoreFixture fixture = new(FakeHub.WithModel());
        PullReport first = await fixture.PullAsync();
        fixture.Hub.Commit = new string('d', 40);
        await fixture.PullAsync();

        CachedModel model = Assert.Single(fixture.Store.List());

        Assert.Equal(first.Bytes + fixture.Hub.Commit.Length, model.Bytes); // the blobs and the one ref
        Assert.Equal([first.Commit, fixture.Hub.Commit], model.Snapshots.Select(snapshot => snapshot.Commit));
        Assert.Equal([[], ["main"]], model.Snapshots.Select(snapshot => snapshot.Revisions));
        Assert.All(model.Snapshots, snapshot => Assert.Equal((first.Files, first.Bytes), (snapshot.Files, snapshot.Bytes)));
    }

    [Fact]
    public async Task Verify_DamagedAndMissingFiles_AreNamed()
    {
        FakeHub hub = FakeHub.WithModel();
        hub.Add("vocab.txt", "words"u8.ToArray());
        using StoreFixture fixture = new(hub);
        await fixture.PullAsync();
        VerificationReport good = await fixture.Store.VerifyAsync(StoreFixture.Id, null, TestContext.Current.CancellationToken);
        byte[] weights = hub.Contents["model.safetensors"];
        File.WriteAllBytes(fixture.Blob("model.safetensors"), [.. weights[..^1], (byte)(weights[^1] ^ 1)]);
        File.Delete(fixture.Blob("vocab.txt"));

        VerificationReport bad = await fixture.Store.VerifyAsync(StoreFixture.Id, null, TestContext.Current.CancellationToken);

        Assert.Empty(good.Damaged);
        Assert.Equal(4, good.Checked);
        Assert.Equal(2, bad.Checked);
        Assert.Equal(
            [fixture.Blob("model.safetensors"), fixture.Blob("vocab.txt")],
            bad.Damaged.OrderBy(file => file.Names.Single(), StringComparer.Ordinal).Select(file => file.File));
        Assert.All(bad.Damaged, file => Assert.Contains("(cccccccc)", file.Names.Single(), StringComparison.Ordinal));
        await Assert.ThrowsAsync<HubException>(() => fixture.Store.VerifyAsync(HubModelId.Parse("a/b"), null, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Remove_Revision_KeepsWhatTheOtherUses()
    {
        using StoreFixture fixture = new(FakeHub.WithModel());
        PullReport first = await fixture.PullAsync();
        string old = fixture.Blob("config.json");
        fixture.Hub.Commit = new string('d', 40);
        fixture.Hub.Add("config.json", "{\"new\": 1}"u8.ToArray());
        PullReport second = await fixture.PullAsync();

        RemovalReport plan = fixture.Store.PlanRemoval(StoreFixture.Id.At(first.Commit));
        Assert.True(File.Exists(old));
        RemovalReport report = fixture.Store.Remove(StoreFixture.Id.At(first.Commit));

        Assert.Equivalent(plan, report);
        Assert.Equal(first.Commit, Assert.Single(report.Snapshots));
        Assert.Equal(1, report.Blobs);
        Assert.False(File.Exists(old));
        Assert.False(Directory.Exists(first.Folder));
        Assert.Equal(second.Folder, fixture.Store.Find(StoreFixture.Id));
        Assert.Equal(fixture.Hub.Contents["model.safetensors"], fixture.Read(second, "model.safetensors"));
    }

    [Fact]
    public async Task Remove_WholeModel_LeavesTheOthers()
    {
        using StoreFixture fixture = new(FakeHub.WithModel());
        PullReport report = await fixture.PullAsync();
        string other = WritePythonSnapshot(fixture.Options.CacheFolder, "a/other", Commit, ("config.json", "{}"), ("model.safetensors", "x"));

        RemovalReport removed = fixture.Store.Remove(StoreFixture.Id);

        Assert.Equal(report.Bytes, removed.Bytes);
        Assert.False(Directory.Exists(fixture.ModelFolder));
        Assert.Equal(other, fixture.Store.Find(HubModelId.Parse("a/other")));
        Assert.Equal(HubFailure.NotCached, Assert.Throws<HubException>(() => fixture.Store.Remove(StoreFixture.Id)).Failure);
    }

    [Fact]
    public async Task Remove_AnotherProcessFetchesAFile_IsRefused()
    {
        using StoreFixture fixture = new(FakeHub.WithModel());
        await fixture.PullAsync();
        string lockFile = Path.Combine(fixture.Options.CacheFolder, ".locks", "models--someone--some-model", $"{fixture.Hub.HashOf("config.json")}.lock");

        using (CacheLock.TryAcquire(lockFile))
        {
            Assert.Equal(HubFailure.Busy, Assert.Throws<HubException>(() => fixture.Store.Remove(StoreFixture.Id)).Failure);
        }

        Assert.NotNull(fixture.Store.Find(StoreFixture.Id));
        fixture.Store.Remove(StoreFixture.Id);
    }

    [Fact]
    public void TryAcquire_FileLockedAsPythonLocksIt_TakesTurns()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "flock is called as Linux has it");
        using TemporaryFolder folder = new();
        using FileStream python = new(folder.File("a.lock"), FileMode.Create, FileAccess.ReadWrite, FileShare.ReadWrite);

        Assert.Equal(0, Flock(python.SafeFileHandle, ExclusiveWithoutWaiting));
        Assert.Null(CacheLock.TryAcquire(python.Name));
        Assert.Equal(0, Flock(python.SafeFileHandle, Unlock));
        using (IDisposable? held = CacheLock.TryAcquire(python.Name))
        {
            Assert.NotNull(held);
            Assert.Equal(-1, Flock(python.SafeFileHandle, ExclusiveWithoutWaiting));
        }

        Assert.Equal(0, Flock(python.SafeFileHandle, ExclusiveWithoutWaiting));
    }

    [Fact]
    public void OwnParts_BaseOfAnotherModelThatIsHere_IsNotAmongThem()
    {
        using TemporaryFolder cache = new();
        using ModelStore store = OpenOffline(cache);
        void Add(string id) => WritePythonSnapshot(cache.FullName, id, Commit, ("config.json", "{}"), ("model.safetensors", "x"));
        Array.ForEach(["thaoshibe/relsim-qwenvl25-lora", "Qwen/Qwen2.5-VL-7B-Instruct", "sentence-transformers/all-MiniLM-L6-v2"], Add);
        Assert.Equal(3, store.OwnParts("relsim-7b").Count);

        Add("thaoshibe/relsim-anonymous-caption-qwen25vl-lora");

        Assert.Equal([ModelRole.Adapter, ModelRole.Text], store.OwnParts("relsim-7b").Select(part => part.Role));
        Assert.Equal([ModelRole.Adapter], store.OwnParts("relsim-captioner-7b").Select(part => part.Role));
        Assert.Single(store.OwnParts("minilm"));
    }

    /// <summary>A snapshot as huggingface_hub 0.34 leaves one: the ref, blobs by git's SHA-1, relative links, an empty .no_exist note, a lock.</summary>
    internal static string WritePythonSnapshot(string cacheFolder, string repository, string commit, params (string Name, string Content)[] files)
    {
        string model = Path.Combine(cacheFolder, $"models--{repository.Replace("/", "--", StringComparison.Ordinal)}");
        string snapshot = Path.Combine(model, "snapshots", commit);
        foreach ((string name, string text) in files)
        {
            byte[] content = System.Text.Encoding.Latin1.GetBytes(text);
            string blob = Path.Combine(model, "blobs", FakeHub.HashOf(content, large: name.EndsWith(".safetensors", StringComparison.Ordinal)));
            string link = Path.Combine(snapshot, name);
            Directory.CreateDirectory(Path.GetDirectoryName(blob)!);
            Directory.CreateDirectory(Path.GetDirectoryName(link)!);
            File.WriteAllBytes(blob, content);
            File.CreateSymbolicLink(link, Path.GetRelativePath(Path.GetDirectoryName(link)!, blob));
        }

        Directory.CreateDirectory(Path.Combine(model, "refs"));
        File.WriteAllText(Path.Combine(model, "refs", "main"), commit);
        Directory.CreateDirectory(Path.Combine(model, ".no_exist", commit));
        File.WriteAllText(Path.Combine(model, ".no_exist", commit, "chat_template.json"), "");
        return snapshot;
    }

    [LibraryImport("libc", EntryPoint = "flock")]
    private static partial int Flock(SafeHandle file, int operation);

    private static ModelStore OpenOffline(TemporaryFolder cache) => new(new ModelStoreOptions { CacheFolder = cache.FullName, Offline = true });
}
