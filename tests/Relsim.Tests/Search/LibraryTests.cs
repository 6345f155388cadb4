using Relsim.Search;

namespace Relsim.Tests.Search;

public sealed class LibraryTests : IDisposable
{
    private static readonly StoreIdentity Identity = new("mini-1", "profile", 4, 3);

    private readonly TemporaryFolder _folder = new();
    private readonly EmbeddingStore _store;
    private readonly List<string> _embedded = [];

    public LibraryTests() => _store = EmbeddingStore.Open(_folder["l.relsim"], Identity);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Apply_FolderChanges_EmbedsOnlyNewContent()
    {
        string kept = _folder.Write("p/kept.png", "kept"), changed = _folder.Write("p/changed.png", "old");
        string moved = _folder.Write("p/moved.png", "moved"), touched = _folder.Write("p/touched.png", "touched"), gone = _folder.Write("p/gone.png", "gone");
        Assert.Equal(new LibraryReport(5, 0, 0, 0, 0, 0), await RescanAsync());
        _embedded.Clear();
        StoredImage before = _store.Find(moved)!;

        _folder.Write("p/changed.png", "new content");
        File.Move(moved, _folder["p/elsewhere.png"]);
        File.SetLastWriteTimeUtc(touched, new DateTime(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc));
        File.Delete(gone);
        _folder.Write("p/added.png", "added");
        LibraryReport report = await RescanAsync();

        Assert.Equal(new LibraryReport(1, 1, 2, 1, 2, 0), report);
        Assert.Equal([_folder["p/added.png"], changed], _embedded);
        Assert.Equal(before.Embedding.Relational, _store.Find(_folder["p/elsewhere.png"])!.Embedding.Relational);
        Assert.Equal([_folder["p/added.png"], changed, _folder["p/elsewhere.png"], kept, touched], _store.Known().Keys.Order(StringComparer.Ordinal));
        Assert.Equal(new LibraryReport(0, 0, 0, 5, 0, 0), await RescanAsync());
    }

    [Fact]
    public async Task Apply_BadPicture_IsARecordAndNotTriedAgainUntilItChanges()
    {
        _folder.Write("p/bad.png", "bad");
        _folder.Write("p/good.png", "good");
        Assert.Equal(new LibraryReport(1, 0, 0, 0, 0, 1), await RescanAsync());
        Assert.Equal("cannot be decoded", Assert.Single(_store.Errors()).Reason);
        _embedded.Clear();

        Assert.Equal(new LibraryReport(0, 0, 0, 1, 0, 1), await RescanAsync());
        Assert.Empty(_embedded);
        _folder.Write("p/bad.png", "repaired");
        Assert.Equal(new LibraryReport(1, 0, 0, 1, 0, 0), await RescanAsync());
        Assert.Empty(_store.Errors());
    }

    [Fact]
    public async Task Create_OtherFolders_AreNotMissing()
    {
        _folder.Write("p/a.png", "a");
        _folder.Write("pq/b.png", "b");
        await ApplyAsync(await LibraryPlan.CreateAsync(_store, [_folder["p/a.png"], _folder["pq/b.png"]], null, Token));

        LibraryPlan plan = await LibraryPlan.CreateAsync(_store, [], [_folder["p"]], Token);

        Assert.Equal([_folder["p/a.png"]], plan.Missing);
    }

    [Fact]
    public async Task Create_FileThatIsNotThere_IsUnreadable()
    {
        LibraryPlan plan = await LibraryPlan.CreateAsync(_store, [_folder["absent.png"]], null, Token);

        Assert.Equal(_folder["absent.png"], Assert.Single(plan.Unreadable).Path);
        Assert.Equal(1, (await ApplyAsync(plan)).Failed);
    }

    [Fact]
    public async Task Apply_Cancelled_KeepsCommittedBatchesAndResumes()
    {
        for (int i = 0; i < 10; i++)
        {
            _folder.Write($"p/{i}.png", $"{i}");
        }

        using CancellationTokenSource cancel = new();
        LibraryPlan plan = await LibraryPlan.CreateAsync(_store, Directory.GetFiles(_folder["p"]), null, Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => LibraryUpdater.ApplyAsync(
            _store,
            plan,
            async (paths, token) =>
            {
                IReadOnlyList<EmbeddingOutcome> outcomes = await EmbedAsync(paths, token);
                if (_embedded.Count >= 6)
                {
                    await cancel.CancelAsync();
                }

                return outcomes;
            },
            new LibraryUpdateOptions { BatchSize = 3 },
            cancellationToken: cancel.Token));
        Assert.Equal(6, _store.Count());
        _embedded.Clear();

        Assert.Equal(new LibraryReport(4, 0, 0, 6, 0, 0), await RescanAsync());
        Assert.Equal(4, _embedded.Count);
    }

    [Fact]
    public async Task Apply_OutcomesMissing_Throws()
    {
        _folder.Write("p/a.png", "a");
        LibraryPlan plan = await LibraryPlan.CreateAsync(_store, [_folder["p/a.png"]], null, Token);
        await Assert.ThrowsAsync<InvalidOperationException>(() => LibraryUpdater.ApplyAsync(
            _store, plan, (_, _) => Task.FromResult<IReadOnlyList<EmbeddingOutcome>>([]), cancellationToken: Token));
        Assert.Equal(0, _store.Count());
    }

    private async Task<LibraryReport> RescanAsync() =>
        await ApplyAsync(await LibraryPlan.CreateAsync(_store, Directory.GetFiles(_folder["p"]), [_folder["p"]], Token));

    private Task<LibraryReport> ApplyAsync(LibraryPlan plan) => LibraryUpdater.ApplyAsync(_store, plan, EmbedAsync, cancellationToken: Token);

    private Task<IReadOnlyList<EmbeddingOutcome>> EmbedAsync(IReadOnlyList<string> paths, CancellationToken cancellationToken)
    {
        _embedded.AddRange(paths);
        return Task.FromResult<IReadOnlyList<EmbeddingOutcome>>([.. paths.Select(path => File.ReadAllText(path) == "bad"
            ? EmbeddingOutcome.Failure("cannot be decoded")
            : EmbeddingOutcome.Success(StoreSamples.Embedding(File.ReadAllText(path)[0] + path.Length, Identity)))]);
    }
}
