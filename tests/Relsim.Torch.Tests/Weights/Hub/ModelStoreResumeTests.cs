using Relsim.Torch.Weights.Hub;

namespace Relsim.Torch.Tests.Weights.Hub;

public sealed class ModelStoreResumeTests
{
    private const string Weights = "model.safetensors";

    [Fact]
    public async Task Pull_ConnectionCutInTheMiddle_GoesOnFromThere()
    {
        FakeHub hub = FakeHub.WithModel(weightBytes: 10_000);
        int cuts = 0;
        hub.OnFiles = request => Interlocked.Increment(ref cuts) <= 3 ? hub.Cut(request, Weights, 2000) : null;
        using StoreFixture fixture = new(hub);

        PullReport report = await fixture.PullAsync();

        Assert.Equal(hub.Contents[Weights], fixture.Read(report, Weights));
        Assert.Equal(10_000, hub.Files.BytesSent);
        Assert.Equal([null, 2000L, 4000L, 6000L], hub.Files.Requests.Select(request => request.Range?.From));
        Assert.All(fixture.Clock.Waits, wait => Assert.InRange(wait, TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public async Task Pull_SmallFileOfTheHubItselfCut_ResumesUnderItsEtag()
    {
        FakeHub hub = FakeHub.WithModel();
        hub.Add("vocab.json", new byte[5000]);
        int gets = 0;
        hub.OnHub = request => request.Method == "GET" && hub.FileOf(request) == "vocab.json" && Interlocked.Increment(ref gets) == 1 ? hub.Cut(request, "vocab.json", 1234) : null;
        using StoreFixture fixture = new(hub);

        PullReport report = await fixture.PullAsync();

        Assert.Equal(hub.Contents["vocab.json"], fixture.Read(report, "vocab.json"));
        FakeRequest second = hub.Hub.Requests.Last(request => hub.FileOf(request) == "vocab.json");
        Assert.Equal((1234, 4999), second.Range);
        Assert.Equal($"\"{hub.HashOf("vocab.json")}\"", second.Headers["If-Range"]);
    }

    [Fact]
    public async Task Pull_CutEveryTime_GivesUpKeepsWhatCameAndTheNextPullGoesOn()
    {
        FakeHub hub = FakeHub.WithModel(weightBytes: 10_000);
        hub.OnFiles = request => hub.Cut(request, Weights, 1000);
        using StoreFixture fixture = new(hub, options => options with { Retries = 2 });

        HubException error = await fixture.FailAsync();
        hub.OnFiles = _ => null;
        PullReport report = await fixture.PullAsync();

        Assert.Equal(HubFailure.Unavailable, error.Failure);
        Assert.Contains("goes on from there", error.Message, StringComparison.Ordinal);
        Assert.Equal(hub.Contents[Weights], fixture.Read(report, Weights));
        Assert.Equal(10_000, hub.Files.BytesSent);
    }

    [Fact]
    public async Task Pull_LargeFile_ComesInRangesAtOnce()
    {
        FakeHub hub = FakeHub.WithModel(weightBytes: 10_000);
        using Barrier together = new(4);
        hub.OnFiles = request =>
        {
            // Each of the first four is answered only when all four are there.
            if (request.Range is { From: < 4000 })
            {
                together.SignalAndWait(TestContext.Current.CancellationToken);
            }

            return null;
        };
        using StoreFixture fixture = new(hub, options => options with { RangeBytes = 1000, Connections = 4 });

        PullReport report = await fixture.PullAsync();

        Assert.Equal(hub.Contents[Weights], fixture.Read(report, Weights));
        Assert.Equal(10_000, hub.Files.BytesSent);
        Assert.Equal(Enumerable.Range(0, 10).Select(i => (i * 1000L, (i * 1000L) + 999)), hub.Files.Requests.Select(request => request.Range!.Value).Order());
    }

    [Fact]
    public async Task Pull_CancelledInTheMiddleOfRanges_TheNextProcessFetchesOnlyTheRest()
    {
        FakeHub hub = FakeHub.WithModel(weightBytes: 100_000);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var seen = new Watcher(total =>
        {
            if (total >= 40_000)
            {
                stop.Cancel();
            }
        });
        TaskCompletionSource never = new();
        hub.OnFiles = request => request.Range!.Value.From >= 50_000 ? hub.Cut(request, Weights, 100) with { HoldBeforeCut = never.Task } : null;
        using StoreFixture fixture = new(hub, options => options with { RangeBytes = 10_000, Connections = 3 });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fixture.Store.PullAsync(StoreFixture.Id, seen, stop.Token));
        Assert.Null(fixture.Store.Find(StoreFixture.Id));
        Assert.False(Directory.Exists(Path.Combine(fixture.ModelFolder, "snapshots")));
        // A hub of its own, since the first may still answer what was cancelled. Other ranges than before: those that were begun count.
        using FakeHub again = FakeHub.WithModel(weightBytes: 100_000);
        using ModelStore next = new(fixture.Options with { Endpoint = again.Hub.Address, RangeBytes = 33_000 });
        PullReport report = await next.PullAsync(StoreFixture.Id, null, TestContext.Current.CancellationToken);

        Assert.Equal(hub.Contents[Weights], fixture.Read(report, Weights));
        Assert.InRange(again.Files.BytesSent, 1, 60_100); // the other files' few bytes count as progress too
    }

    [Fact]
    public async Task Pull_ServerIgnoresRanges_TakesTheWholeFile()
    {
        FakeHub hub = FakeHub.WithModel(weightBytes: 10_000);
        hub.OnFiles = _ => new FakeAnswer(200, hub.Contents[Weights]);
        using StoreFixture fixture = new(hub, options => options with { RangeBytes = 1000 });

        PullReport report = await fixture.PullAsync();

        Assert.Equal(hub.Contents[Weights], fixture.Read(report, Weights));
        Assert.Single(hub.Files.Requests, request => request.Range is null); // parallel requests are recorded in any order
    }

    [Fact]
    public async Task Pull_ServerIgnoresTheRangeAfterACut_BeginsTheFileAnew()
    {
        FakeHub hub = FakeHub.WithModel(weightBytes: 10_000);
        int gets = 0;
        hub.OnFiles = _ => new FakeAnswer(200, hub.Contents[Weights]) { CutAfter = Interlocked.Increment(ref gets) == 1 ? 4000 : null };
        using StoreFixture fixture = new(hub);

        PullReport report = await fixture.PullAsync();

        Assert.Equal(hub.Contents[Weights], fixture.Read(report, Weights));
        Assert.Equal([null, 4000L], hub.Files.Requests.Select(request => request.Range?.From));
        Assert.Equal(14_000, hub.Files.BytesSent);
    }

    [Fact]
    public async Task Pull_PythonsPartialFile_IsGoneOnWith()
    {
        FakeHub hub = FakeHub.WithModel(weightBytes: 10_000);
        using StoreFixture fixture = new(hub, options => options with { RangeBytes = 3000 });
        Directory.CreateDirectory(fixture.BlobFolder);
        File.WriteAllBytes($"{fixture.Blob(Weights)}.incomplete", hub.Contents[Weights][..4500]);

        PullReport report = await fixture.PullAsync();

        Assert.Equal(hub.Contents[Weights], fixture.Read(report, Weights));
        Assert.Equal(5500, hub.Files.BytesSent);
        Assert.False(File.Exists($"{fixture.Blob(Weights)}.incomplete"));
    }

    [Fact]
    public async Task Pull_PartialFileDamagedSince_IsFetchedOnceMoreFromTheStart()
    {
        FakeHub hub = FakeHub.WithModel(weightBytes: 10_000);
        using StoreFixture fixture = new(hub);
        Directory.CreateDirectory(fixture.BlobFolder);
        File.WriteAllBytes($"{fixture.Blob(Weights)}.incomplete", new byte[4500]);

        PullReport report = await fixture.PullAsync();

        Assert.Equal(hub.Contents[Weights], fixture.Read(report, Weights));
        Assert.Equal(5500 + 10_000, hub.Files.BytesSent);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(15)]
    [InlineData(24)]
    [InlineData(1000)]
    public async Task Pull_NotesOfThePartialFileDamaged_BeginsAnew(int length)
    {
        FakeHub hub = FakeHub.WithModel(weightBytes: 10_000);
        using StoreFixture fixture = new(hub);
        Directory.CreateDirectory(fixture.BlobFolder);
        File.WriteAllBytes($"{fixture.Blob(Weights)}.relsim.incomplete", new byte[10_000]);
        byte[] notes = new byte[length];
        Array.Fill(notes, (byte)0xFF);
        File.WriteAllBytes($"{fixture.Blob(Weights)}.relsim.ranges", notes);

        PullReport report = await fixture.PullAsync();

        Assert.Equal(hub.Contents[Weights], fixture.Read(report, Weights));
        Assert.Equal(10_000, hub.Files.BytesSent);
    }

    [Fact]
    public async Task Pull_BlobOfTheWrongLength_IsReplaced()
    {
        using StoreFixture fixture = new(FakeHub.WithModel());
        PullReport report = await fixture.PullAsync();
        File.WriteAllBytes(fixture.Blob(Weights), [1, 2, 3]);

        await fixture.PullAsync();

        Assert.Equal(fixture.Hub.Contents[Weights], fixture.Read(report, Weights));
    }

    [Fact]
    public async Task Pull_ServerFallsSilent_CountsAsACut()
    {
        FakeHub hub = FakeHub.WithModel(weightBytes: 10_000);
        TaskCompletionSource never = new();
        int gets = 0;
        hub.OnFiles = request => Interlocked.Increment(ref gets) == 1 ? hub.Cut(request, Weights, 4000) with { HoldBeforeCut = never.Task } : null;
        using StoreFixture fixture = new(hub, options => options with { StallTimeout = TimeSpan.FromMilliseconds(300), Retries = 20 });

        PullReport report = await fixture.PullAsync();

        Assert.Equal(hub.Contents[Weights], fixture.Read(report, Weights));
        Assert.Contains(hub.Files.Requests, request => request.Range is { From: 4000 });
    }

    private sealed class Watcher(Action<long> seen) : IProgress<HubProgress>
    {
        public void Report(HubProgress value) => seen(value.Bytes);
    }
}
