using Relsim.Torch.Weights.Hub;

namespace Relsim.Torch.Tests.Weights.Hub;

/// <summary>A store over a cache of its own and a fake hub.</summary>
internal sealed class StoreFixture : IDisposable
{
    public static readonly HubModelId Id = HubModelId.Parse("someone/some-model");

    private readonly TemporaryFolder _folder = new();

    public StoreFixture(FakeHub hub, Func<ModelStoreOptions, ModelStoreOptions>? change = null)
    {
        Hub = hub;
        Options = new ModelStoreOptions
        {
            CacheFolder = _folder.File("hub"),
            Endpoint = hub.Hub.Address,
            Token = FakeHub.Token,
            TimeProvider = Clock,
        };
        Options = change?.Invoke(Options) ?? Options;
        Store = new ModelStore(Options);
    }

    public FakeHub Hub { get; }

    public HurriedClock Clock { get; } = new();

    public ModelStoreOptions Options { get; }

    public ModelStore Store { get; }

    public string ModelFolder => Path.Combine(Options.CacheFolder, "models--someone--some-model");

    public string BlobFolder => Path.Combine(ModelFolder, "blobs");

    public Task<PullReport> PullAsync(HubModelId? id = null) => Store.PullAsync(id ?? Id, null, TestContext.Current.CancellationToken);

    public async Task<HubException> FailAsync()
    {
        HubException error = await Assert.ThrowsAsync<HubException>(() => PullAsync());
        Assert.DoesNotContain(FakeHub.Token, error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("signature", error.ToString(), StringComparison.Ordinal);
        Assert.Null(Store.Find(Id));
        return error;
    }

    public byte[] Read(PullReport report, string name) => File.ReadAllBytes(Path.Combine(Store.Find(report.Id.At(report.Commit))!, name));

    public string Blob(string name) => Path.Combine(BlobFolder, Hub.HashOf(name));

    public void Dispose()
    {
        Store.Dispose();
        Hub.Dispose();
        _folder.Dispose();
    }
}
