using System.Net;
using System.Net.Sockets;
using Relsim.Torch.Weights.Hub;

namespace Relsim.Torch.Tests.Weights.Hub;

public sealed class HubErrorTests
{
    [Theory]
    [InlineData(401, "RepoNotFound", HubFailure.Unauthorized, "HF_TOKEN")]
    [InlineData(401, "GatedRepo", HubFailure.Forbidden, "licence")]
    [InlineData(403, "GatedRepo", HubFailure.Forbidden, "someone/some-model")]
    [InlineData(403, "", HubFailure.Forbidden, "licence")]
    [InlineData(404, "RepoNotFound", HubFailure.NotFound, "someone/some-model")]
    [InlineData(404, "RevisionNotFound", HubFailure.NotFound, "no revision 'main'")]
    [InlineData(404, "", HubFailure.NotFound, "Check the id")]
    [InlineData(418, "", HubFailure.BadAnswer, "HF_ENDPOINT")]
    public async Task Pull_Refused_SaysWhyAndWhatToDo(int status, string code, HubFailure expected, string hint)
    {
        FakeHub hub = FakeHub.WithModel();
        // The server's own words may be anything, so they are not repeated.
        hub.OnHub = _ => new FakeAnswer(status, "evil \u001b[2J"u8.ToArray()) { Headers = { ["X-Error-Code"] = code, ["X-Error-Message"] = "evil words" } };
        using StoreFixture fixture = new(hub);

        HubException error = await fixture.FailAsync();

        Assert.Equal(expected, error.Failure);
        Assert.Contains(hint, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("evil", error.Message, StringComparison.Ordinal);
        Assert.Single(hub.Hub.Requests);
    }

    [Fact]
    public async Task Pull_GatedWithoutToken_TellsWhereToMakeOne()
    {
        FakeHub hub = FakeHub.WithModel();
        hub.OnHub = _ => new FakeAnswer(401) { Headers = { ["X-Error-Code"] = "GatedRepo" } };
        using StoreFixture fixture = new(hub, options => options with { Token = null });

        HubException error = await fixture.FailAsync();

        Assert.Contains("settings/tokens", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Authorization", hub.Hub.Requests.Single().Headers.Keys);
    }

    [Theory]
    [InlineData(408)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    public async Task Pull_PassingFailure_IsTriedAgain(int status)
    {
        FakeHub hub = FakeHub.WithModel();
        int hubCalls = 0, fileCalls = 0;
        hub.OnHub = _ => Interlocked.Increment(ref hubCalls) <= 2 ? new FakeAnswer(status) : null;
        hub.OnFiles = _ => Interlocked.Increment(ref fileCalls) <= 2 ? new FakeAnswer(status) : null;
        using StoreFixture fixture = new(hub);

        PullReport report = await fixture.PullAsync();

        Assert.Equal(hub.Contents["model.safetensors"], fixture.Read(report, "model.safetensors"));
        Assert.Equal(3, hub.Files.Requests.Count);
    }

    [Theory]
    [InlineData(429, HubFailure.RateLimited)]
    [InlineData(500, HubFailure.Unavailable)]
    [InlineData(503, HubFailure.Unavailable)]
    public async Task Pull_FailureThatStays_EndsAfterTheTriesWithGrowingPauses(int status, HubFailure expected)
    {
        FakeHub hub = FakeHub.WithModel();
        hub.OnHub = _ => new FakeAnswer(status);
        using StoreFixture fixture = new(hub, options => options with { Retries = 3 });

        HubException error = await fixture.FailAsync();

        Assert.Equal(expected, error.Failure);
        Assert.Contains($"{status}", error.Message, StringComparison.Ordinal);
        Assert.Equal(4, hub.Hub.Requests.Count);
        Assert.Equal(3, fixture.Clock.Waits.Count);
        Assert.Equal(3, fixture.Clock.Waits.Distinct().Count()); // jitter
    }

    [Fact]
    public async Task Pull_RetryAfter_IsWaitedFor()
    {
        FakeHub hub = FakeHub.WithModel();
        int calls = 0;
        hub.OnHub = _ => Interlocked.Increment(ref calls) == 1 ? new FakeAnswer(429) { Headers = { ["Retry-After"] = "77" } } : null;
        using StoreFixture fixture = new(hub);

        await fixture.PullAsync();

        Assert.Equal(TimeSpan.FromSeconds(77), Assert.Single(fixture.Clock.Waits));
    }

    [Fact]
    public async Task Pull_RetryAfterTooLong_IsAnErrorThatNamesIt()
    {
        FakeHub hub = FakeHub.WithModel();
        hub.OnHub = _ => new FakeAnswer(429) { Headers = { ["Retry-After"] = "86400" } };
        using StoreFixture fixture = new(hub);

        HubException error = await fixture.FailAsync();

        Assert.Equal(HubFailure.RateLimited, error.Failure);
        Assert.Contains("86400 s", error.Message, StringComparison.Ordinal);
        Assert.Empty(fixture.Clock.Waits);
    }

    [Fact]
    public async Task Pull_FileServerRefuses_NamesTheServerWithoutTheSignedAddress()
    {
        FakeHub hub = FakeHub.WithModel();
        hub.OnFiles = _ => new FakeAnswer(403);
        using StoreFixture fixture = new(hub);

        HubException error = await fixture.FailAsync();

        Assert.Equal(HubFailure.Unavailable, error.Failure);
        Assert.Contains(hub.Files.Address.Authority, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pull_FileListedButMissing_NamesIt()
    {
        FakeHub hub = FakeHub.WithModel();
        hub.OnHub = request => request.Path.EndsWith("model.safetensors", StringComparison.Ordinal) ? new FakeAnswer(404) { Headers = { ["X-Error-Code"] = "EntryNotFound" } } : null;
        using StoreFixture fixture = new(hub);

        HubException error = await fixture.FailAsync();

        Assert.Equal(HubFailure.NotFound, error.Failure);
        Assert.Contains("model.safetensors", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pull_NothingListens_SaysHowToGoOn()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Uri free = new($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");
        listener.Stop();
        using StoreFixture fixture = new(FakeHub.WithModel(), options => options with { Endpoint = free, Retries = 1 });

        HubException error = await fixture.FailAsync();

        Assert.Equal(HubFailure.Unavailable, error.Failure);
        Assert.Contains("HF_HUB_OFFLINE", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a b")]
    [InlineData("a\r\nX-Evil: 1")]
    [InlineData("")]
    public void Open_TokenThatIsNone_IsRefusedWithoutBeingShown(string token)
    {
        HubException error = Assert.Throws<HubException>(() => new ModelStore(new ModelStoreOptions { CacheFolder = "/cache", Token = token }));

        Assert.Contains("HF_TOKEN", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Evil", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_OptionOutOfRange_IsNamed()
    {
        ModelStoreOptions good = new() { CacheFolder = "/cache" };
        (string Name, ModelStoreOptions Options)[] bad =
        [
            ("CacheFolder", good with { CacheFolder = "cache" }),
            ("Endpoint", good with { Endpoint = new Uri("ftp://a") }),
            ("Endpoint", good with { Endpoint = new Uri("https://user@a") }),
            ("Connections", good with { Connections = 0 }),
            ("RangeBytes", good with { RangeBytes = 0 }),
            ("Retries", good with { Retries = -1 }),
            ("StallTimeout", good with { StallTimeout = TimeSpan.Zero }),
        ];

        Assert.All(bad, pair => Assert.Contains(pair.Name, Assert.Throws<HubException>(() => new ModelStore(pair.Options)).Message, StringComparison.Ordinal));
    }
}
