namespace Relsim.Torch.Weights.Hub;

/// <summary>
/// Models of the hub on this machine: pulls them, finds them, checks them and removes them, in the cache that Python's huggingface_hub uses. Safe
/// to use from several threads and beside other processes.
/// </summary>
public sealed class ModelStore : IDisposable
{
    private readonly HubClient _client;

    /// <summary>A store over the folder and the hub that the options name.</summary>
    /// <exception cref="HubException">An option cannot be; the message names it.</exception>
    public ModelStore(ModelStoreOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        Options = options;
        _client = new HubClient(options);
    }

    /// <summary>What the store was made with.</summary>
    public ModelStoreOptions Options { get; }

    /// <summary>A store over the folder and the hub that the environment names.</summary>
    public static ModelStore Open() => new(ModelStoreOptions.FromEnvironment());

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    /// <summary>
    /// Brings a model into the cache and up to date. What is there is not fetched again, and a pull that was cut goes on where it stopped. Offline,
    /// the model must be there.
    /// </summary>
    /// <param name="id">The model; without a revision, its main branch.</param>
    /// <param name="progress">Told of the bytes as they come, from several threads.</param>
    /// <param name="cancellationToken">Stops the pull; what has arrived is kept.</param>
    /// <exception cref="HubException">The hub refuses or fails, the content is wrong, or the disk has no room.</exception>
    public async Task<PullReport> PullAsync(HubModelId id, IProgress<HubProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        var cache = new HubCache(Options, id);
        if (!Options.Offline)
        {
            return await new ModelPull(_client, Options, cache, id, progress).RunAsync(cancellationToken).ConfigureAwait(false);
        }

        CachedSnapshot snapshot = Require(id);
        return new PullReport(id, snapshot.Commit, snapshot.Folder, snapshot.Files, snapshot.Bytes, 0, 0);
    }

    /// <summary>The folder of a model's files, or null where it is not in the cache or lacks something. Never asks the network.</summary>
    /// <param name="id">The model; without a revision, its main branch as it was last pulled.</param>
    public string? Find(HubModelId id) => FindSnapshot(id) is { IsComplete: true } snapshot ? snapshot.Folder : null;

    /// <summary>The folders of all parts of a model, by what they are to it. Never asks the network.</summary>
    /// <param name="name">A short name of <see cref="KnownModels"/> or an id of the hub.</param>
    /// <exception cref="HubException">The name is neither, or a part is not in the cache; the message says which and how to get it.</exception>
    public IReadOnlyDictionary<ModelRole, string> Locate(string name)
    {
        IReadOnlyList<ModelPart> parts = KnownModels.Expand(name);
        string[] missing = [.. parts.Where(part => Find(part.Id) is null).Select(part => Describe(part.Id))];
        return missing.Length == 0
            ? parts.ToDictionary(part => part.Role, part => Require(part.Id).Folder)
            : throw new HubException(HubFailure.NotCached, $"The model '{name}' is not in {Options.CacheFolder}: {string.Join("; ", missing)}. 'relsim models pull {name}' fetches it.");
    }

    /// <summary>All models in the cache, sorted by id.</summary>
    public IReadOnlyList<CachedModel> List() => [.. HubCache.Models(Options.CacheFolder).Select(id => CacheReader.Read(new HubCache(Options, id), id))];

    /// <summary>What of a model is in the cache, or null where nothing is. A revision in the id is passed over.</summary>
    public CachedModel? Inspect(HubModelId id)
    {
        var cache = new HubCache(Options, id);
        return Directory.Exists(cache.Folder) ? CacheReader.Read(cache, id) : null;
    }

    /// <summary>Computes the checksums of a model's files, all of them or those of the revision that the id names.</summary>
    /// <exception cref="HubException">It is not in the cache.</exception>
    public Task<VerificationReport> VerifyAsync(HubModelId id, IProgress<HubProgress>? progress = null, CancellationToken cancellationToken = default) =>
        CacheVerification.RunAsync(new HubCache(Options, id), id, progress, cancellationToken);

    /// <summary>
    /// The parts of a model that are in the cache and that no other known model there is made of: what can go when the model goes. A part that is
    /// named itself, by its id or by a short name of its own, is always among them.
    /// </summary>
    /// <exception cref="HubException">The name is neither a short name nor an id.</exception>
    public IReadOnlyList<ModelPart> OwnParts(string name)
    {
        IReadOnlyList<ModelPart> parts = KnownModels.Expand(name);
        HashSet<HubModelId> shared = parts.Count == 1 ? [] : [.. KnownModels.All
            .Where(model => model.Alias != name && model.Parts.Any(part => part.Role == ModelRole.Adapter && Inspect(part.Id) is not null))
            .SelectMany(model => model.Parts).Select(part => part.Id)];
        return [.. parts.Where(part => !shared.Contains(part.Id) && Inspect(part.Id) is not null)];
    }

    /// <summary>What <see cref="Remove"/> would take away.</summary>
    /// <exception cref="HubException">It is not in the cache.</exception>
    public RemovalReport PlanRemoval(HubModelId id) => CacheRemoval.Plan(new HubCache(Options, id), id);

    /// <summary>Removes a model, or only the revision that the id names with the files that no other revision uses.</summary>
    /// <exception cref="HubException">It is not in the cache, or another process works on it.</exception>
    public RemovalReport Remove(HubModelId id) => CacheRemoval.Remove(new HubCache(Options, id), id);

    private CachedSnapshot Require(HubModelId id) => FindSnapshot(id) is { IsComplete: true } snapshot
        ? snapshot
        : throw new HubException(
            HubFailure.NotCached,
            $"{Describe(id)} in {Options.CacheFolder}, and the network may not be asked (HF_HUB_OFFLINE). Pull it once without that, or copy it there from another machine.");

    private string Describe(HubModelId id) => FindSnapshot(id) is { } snapshot
        ? $"{id} is incomplete ({string.Join(", ", snapshot.Missing.Take(5))}{(snapshot.Missing.Count > 5 ? ", ..." : "")} missing)"
        : $"{id} is missing";

    private CachedSnapshot? FindSnapshot(HubModelId id)
    {
        var cache = new HubCache(Options, id);
        return cache.Commit(id.Revision) is { } commit && Directory.Exists(cache.Snapshot(commit))
            ? CacheReader.ReadSnapshot(cache, commit, new Dictionary<string, string>())
            : null;
    }
}
