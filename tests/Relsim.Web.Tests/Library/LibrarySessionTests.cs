using System.Collections.Concurrent;
using Relsim.Web.Api;
using Relsim.Web.Library;
using Relsim.Web.Pictures;
using Relsim.Web.Search;

namespace Relsim.Web.Tests.Library;

public sealed class LibrarySessionTests(SharedServer shared) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task AddFolder_GoodBrokenAndDoubleFiles_AreAddedListedAndFound()
    {
        await using RunningServer server = await StartAsync();
        string album = Directory.CreateDirectory(_folder["album"]).FullName;
        File.WriteAllBytes(Path.Combine(album, "a.png"), Gallery.NewPng(1));
        File.Copy(Path.Combine(album, "a.png"), Path.Combine(album, "b.png"));
        File.WriteAllBytes(Path.Combine(album, "c.jpg"), Gallery.NewJpeg(2));
        File.WriteAllText(Path.Combine(album, "broken.png"), "no picture");

        LibraryJob job = server.Session.AddFolder(album);
        await job.Completion.WaitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(LibraryJobState.Done, job.State);
        Assert.Equal(1, job.Report!.Failed);
        Assert.Equal(job.Progress.Total, job.Progress.Done);
        LibrarySnapshot snapshot = server.Session.Snapshot;
        Assert.Equal(Gallery.Count + 3, snapshot.Statistics.Pictures);
        Assert.Equal(Path.Combine(album, "broken.png"), Assert.Single(snapshot.Errors).Path);
        Assert.Equal(["a.png", "b.png"], Assert.Single(snapshot.Duplicates).Select(picture => picture.Name).Order(StringComparer.Ordinal));
        Assert.NotNull(snapshot.Find(PictureId.OfPath(Path.Combine(album, "c.jpg"))));
    }

    [Fact]
    public async Task AddFolder_ManyPictures_AreFoundBeforeTheLastIsThere()
    {
        const int Pictures = 150;
        await using RunningServer server = await StartAsync();
        string album = Directory.CreateDirectory(_folder["album"]).FullName;
        for (int i = 0; i < Pictures; i++)
        {
            File.WriteAllBytes(Path.Combine(album, $"{i}.png"), Gallery.NewPng(i));
        }

        var counts = new ConcurrentQueue<int>();
        server.Session.Changed += () => counts.Enqueue(server.Session.Count);
        await server.Session.AddFolder(album).Completion.WaitAsync(TestContext.Current.CancellationToken);

        Assert.Contains(counts, count => count > Gallery.Count && count < Gallery.Count + Pictures);
        Assert.Equal(Gallery.Count + Pictures, server.Session.Count);
    }

    [Fact]
    public async Task Rescan_FileGone_IsForgotten()
    {
        string album = Directory.CreateDirectory(_folder["album"]).FullName;
        string[] files = [.. Enumerable.Range(0, 3).Select(i => Path.Combine(album, $"{i}.png"))];
        for (int i = 0; i < files.Length; i++)
        {
            File.WriteAllBytes(files[i], Gallery.NewPng(i));
        }

        await using RunningServer server = await StartAsync();
        await server.Session.AddFolder(album).Completion;
        File.Delete(files[1]);
        LibraryJob job = server.Session.Rescan();
        await job.Completion;

        Assert.Equal(1, job.Report!.Removed);
        Assert.Null(server.Session.Snapshot.Find(PictureId.OfPath(files[1])));
        Assert.Equal(Gallery.Count + 2, server.Session.Count);
    }

    [Fact]
    public async Task AddFolder_LinkThatLeadsOut_AddsNothingFromThere()
    {
        await using RunningServer server = await StartAsync();
        string album = Directory.CreateDirectory(_folder["album"]).FullName;
        using var elsewhere = new TemporaryFolder();
        File.WriteAllBytes(elsewhere["secret.png"], Gallery.NewPng(1));
        Directory.CreateSymbolicLink(Path.Combine(album, "folder"), elsewhere.Path);
        File.CreateSymbolicLink(Path.Combine(album, "file.png"), elsewhere["secret.png"]);

        await server.Session.AddFolder(album).Completion;

        Assert.Equal(Gallery.Count, server.Session.Count);
    }

    [Theory]
    [InlineData("/etc")]
    [InlineData("relative")]
    [InlineData("")]
    [InlineData("/nowhere/at/all")]
    public async Task AddFolder_OutsideTheRoots_IsRefused(string folder)
    {
        await using RunningServer server = await StartAsync();

        Assert.Contains("--root", Assert.Throws<ProblemException>(() => server.Session.AddFolder(folder)).Message, StringComparison.Ordinal);
        Assert.Throws<ProblemException>(() => server.Session.AddFolder(Path.Combine(_folder.Path, "..")));
    }

    [Fact]
    public async Task Cancel_JobThatWaits_EndsWithoutHarm()
    {
        await using RunningServer server = await StartAsync();
        string album = Directory.CreateDirectory(_folder["album"]).FullName;
        for (int i = 0; i < 8; i++)
        {
            File.WriteAllBytes(Path.Combine(album, $"{i}.png"), Gallery.NewPng(i));
        }

        LibraryJob first = server.Session.AddFolder(album);
        LibraryJob second = server.Session.AddFolder(album);
        second.Cancel();
        await Task.WhenAll(first.Completion, second.Completion);

        Assert.Equal(LibraryJobState.Done, first.State);
        Assert.True(second.IsOver);
        Assert.Equal(Gallery.Count + 8, server.Session.Count);
    }

    [Fact]
    public async Task Search_WhileTheLibraryChanges_AlwaysAnswersFromOneState()
    {
        await using RunningServer server = await StartAsync();
        string album = Directory.CreateDirectory(_folder["album"]).FullName;
        for (int i = 0; i < 12; i++)
        {
            File.WriteAllBytes(Path.Combine(album, $"{i}.png"), Gallery.NewPng(i));
        }

        Task job = server.Session.AddFolder(album).Completion;
        var counts = new HashSet<int>();
        do
        {
            WebSearchResult result = await server.Get<LibrarySearch>().SearchAsync(new WebQuery { Texts = ["words"], Limit = 500 }, cancellationToken: TestContext.Current.CancellationToken);
            counts.Add(result.Hits.Count);
            Assert.Equal(result.LibraryCount, result.Hits.Count);
        }
        while (!job.IsCompleted);

        Assert.Subset(new HashSet<int> { Gallery.Count, Gallery.Count + 12 }, counts);
    }

    private Task<RunningServer> StartAsync() => RunningServer.StartAsync(shared.Gallery, options => options with { Roots = [shared.Gallery.Pictures, _folder.Path] });
}
