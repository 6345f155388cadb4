using System.Net;
using System.Text;
using System.Text.Json;
using CsCheck;
using Relsim.Torch.Weights.Hub;

namespace Relsim.Torch.Tests.Weights.Hub;

public sealed class HostileHubTests
{
    private const string Weights = "model.safetensors";

    [Theory]
    [InlineData("../config.json")]
    [InlineData("a/../../config.json")]
    [InlineData("/etc/config.json")]
    [InlineData("//server/config.json")]
    [InlineData("a//config.json")]
    [InlineData("./config.json")]
    [InlineData("a\\..\\config.json")]
    [InlineData("C:config.json")]
    [InlineData("C:/config.json")]
    [InlineData("nul.json")]
    [InlineData("a/COM1.txt")]
    [InlineData("a /config.json")]
    [InlineData("a./config.json")]
    [InlineData("a\u0000.json")]
    [InlineData("a\u001b[2J.json")]
    [InlineData("")]
    public void IsSafe_NameThatLeavesTheFolder_IsRefused(string name) => Assert.False(HubFileNames.IsSafe(name));

    [Theory]
    [InlineData("config.json")]
    [InlineData("1_Pooling/config.json")]
    [InlineData("model-00001-of-00005.safetensors")]
    [InlineData(".hidden/a b.json")]
    public void IsSafe_OrdinaryName_IsTaken(string name) => Assert.True(HubFileNames.IsSafe(name));

    [Fact]
    public void IsSafe_NameOverLimits_IsRefused()
    {
        Assert.False(HubFileNames.IsSafe($"a{(char)0xD800}.json")); // half a character
        Assert.False(HubFileNames.IsSafe(new string('a', 256)));
        Assert.False(HubFileNames.IsSafe(new string('ä', 128)));
        Assert.False(HubFileNames.IsSafe(string.Join('/', Enumerable.Repeat("a", 17))));
        Assert.False(HubFileNames.IsSafe(string.Join('/', Enumerable.Repeat(new string('a', 200), 6))));
    }

    [Fact]
    public void IsSafe_AnyNameTaken_StaysBelowTheFolder() => Gen.String[Gen.Char["ab./\\:~ %\0C"], 0, 12].Sample(name =>
    {
        string folder = Path.Combine(Path.GetTempPath(), "root");
        return !HubFileNames.IsSafe(name) || Path.GetFullPath(Path.Combine([folder, .. name.Split('/')])).StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal);
    });

    [Fact]
    public async Task Pull_ListNamesAFileOutside_PullsNothing()
    {
        FakeHub hub = FakeHub.WithModel();
        hub.OnListing = json => json.Replace("\"config.json\"", "\"../../../evil.json\"", StringComparison.Ordinal);
        using StoreFixture fixture = new(hub);

        HubException error = await fixture.FailAsync();

        Assert.Equal(HubFailure.BadAnswer, error.Failure);
        Assert.False(Directory.Exists(fixture.Options.CacheFolder));
    }

    [Theory]
    [InlineData("")]
    [InlineData("not json")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"sha": "main", "siblings": []}""")]
    [InlineData("""{"sha": "../../../../../../../../../../../../../", "siblings": []}""")]
    [InlineData("""{"sha": "cccccccccccccccccccccccccccccccccccccccc", "siblings": {}}""")]
    [InlineData("""{"sha": "cccccccccccccccccccccccccccccccccccccccc", "siblings": [{}]}""")]
    [InlineData("""{"sha": "cccccccccccccccccccccccccccccccccccccccc", "siblings": [{"rfilename": 1}]}""")]
    [InlineData("""{"sha": "cccccccccccccccccccccccccccccccccccccccc", "siblings": [{"rfilename": "a.json", "size": -1}]}""")]
    [InlineData("""{"sha": "cccccccccccccccccccccccccccccccccccccccc", "siblings": [{"rfilename": "a.json", "size": 1e300}]}""")]
    [InlineData("""{"sha": "cccccccccccccccccccccccccccccccccccccccc", "siblings": [{"rfilename": "a.json"}, {"rfilename": "a.json"}]}""")]
    public async Task Pull_ListNotUnderstood_SaysSo(string list)
    {
        FakeHub hub = FakeHub.WithModel();
        hub.OnListing = _ => list;
        using StoreFixture fixture = new(hub);

        Assert.Equal(HubFailure.BadAnswer, (await fixture.FailAsync()).Failure);
    }

    [Fact]
    public async Task Pull_AnotherCommitThanAskedFor_IsRefused()
    {
        using StoreFixture fixture = new(FakeHub.WithModel());

        HubException error = await Assert.ThrowsAsync<HubException>(() => fixture.PullAsync(StoreFixture.Id.At(new string('a', 40))));

        Assert.Equal(HubFailure.BadAnswer, error.Failure);
        Assert.False(Directory.Exists(fixture.Options.CacheFolder));
    }

    [Fact]
    public async Task Pull_EndlessList_IsCutOff()
    {
        FakeHub hub = FakeHub.WithModel();
        hub.OnHub = _ => new FakeAnswer(200, new byte[10_000]) { Endless = true };
        using StoreFixture fixture = new(hub, options => options with { MetadataBytes = 100_000 });

        Assert.Equal(HubFailure.BadAnswer, (await fixture.FailAsync()).Failure);
    }

    [Fact]
    public async Task Pull_EndlessFile_StopsAtTheSizeSaid()
    {
        FakeHub hub = FakeHub.WithModel();
        hub.OnFiles = _ => new FakeAnswer(200, new byte[600]) { Endless = true };
        using StoreFixture fixture = new(hub);

        HubException error = await fixture.FailAsync();

        Assert.Equal(HubFailure.BadAnswer, error.Failure);
        Assert.True(new FileInfo($"{fixture.Blob(Weights)}.relsim.incomplete").Length <= 1000);
    }

    [Fact]
    public async Task Pull_OtherContentOfTheSameSize_IsThrownAway()
    {
        FakeHub hub = FakeHub.WithModel();
        hub.OnFiles = _ => new FakeAnswer(200, new byte[1000]);
        using StoreFixture fixture = new(hub);

        HubException error = await fixture.FailAsync();

        Assert.Equal(HubFailure.Damaged, error.Failure);
        Assert.Contains(Weights, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Directory.EnumerateFiles(fixture.BlobFolder), path => path.Contains(hub.HashOf(Weights), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Pull_SmallFileWithAnotherContent_IsThrownAway()
    {
        FakeHub hub = FakeHub.WithModel();
        hub.OnHub = request => request.Method == "GET" && request.Path.EndsWith("/1_Pooling/config.json", StringComparison.Ordinal)
            ? new FakeAnswer(200, "[]"u8.ToArray()) { Headers = { ["ETag"] = $"\"{hub.HashOf("1_Pooling/config.json")}\"" } }
            : null;
        using StoreFixture fixture = new(hub);

        Assert.Equal(HubFailure.Damaged, (await fixture.FailAsync()).Failure);
    }

    [Theory]
    [InlineData(999)]
    [InlineData(1001)]
    [InlineData(long.MaxValue)]
    public async Task Pull_HeadersNameAnotherSizeThanTheList_IsRefused(long size)
    {
        FakeHub hub = FakeHub.WithModel();
        hub.OnHub = request => request.Path.EndsWith(Weights, StringComparison.Ordinal)
            ? new FakeAnswer(302) { Headers = { ["Location"] = $"{hub.Files.Address}signed/{Weights}", ["X-Linked-Etag"] = $"\"{hub.HashOf(Weights)}\"", ["X-Linked-Size"] = $"{size}" } }
            : null;
        using StoreFixture fixture = new(hub);

        Assert.Equal(HubFailure.BadAnswer, (await fixture.FailAsync()).Failure);
    }

    [Fact]
    public async Task Pull_ListNamesAHugeSize_FailsBeforeTheDiskFills()
    {
        FakeHub hub = FakeHub.WithModel();
        hub.OnListing = json => json.Replace(":1000", $":{long.MaxValue}", StringComparison.Ordinal);
        hub.OnHub = request => request.Path.EndsWith(Weights, StringComparison.Ordinal)
            ? new FakeAnswer(302) { Headers = { ["Location"] = $"{hub.Files.Address}signed/{Weights}", ["X-Linked-Etag"] = $"\"{hub.HashOf(Weights)}\"" } }
            : null;
        using StoreFixture fixture = new(hub);

        Assert.Equal(HubFailure.NoSpace, (await fixture.FailAsync()).Failure);
    }

    [Fact]
    public async Task Pull_EtagChangesWhileLoading_IsRefused()
    {
        FakeHub hub = FakeHub.WithModel();
        hub.OnHub = request => request.Method == "GET" && request.Path.EndsWith(Weights, StringComparison.Ordinal)
            ? new FakeAnswer(302) { Headers = { ["Location"] = $"{hub.Files.Address}signed/{Weights}", ["X-Linked-Etag"] = $"\"{new string('a', 64)}\"" } }
            : null;
        using StoreFixture fixture = new(hub);

        HubException error = await fixture.FailAsync();

        Assert.Equal(HubFailure.BadAnswer, error.Failure);
        Assert.Contains("changed", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pull_NoChecksumAnywhere_IsRefused()
    {
        FakeHub hub = FakeHub.WithModel();
        hub.OnListing = _ => $$"""{"sha": "{{hub.Commit}}", "siblings": [{"rfilename": "config.json"}]}""";
        hub.OnHub = request => request.Path.Contains("/resolve/", StringComparison.Ordinal) ? new FakeAnswer(200, [1]) { Headers = { ["ETag"] = "\"../../x\"" } } : null;
        using StoreFixture fixture = new(hub);

        HubException error = await fixture.FailAsync();

        Assert.Equal(HubFailure.BadAnswer, error.Failure);
        Assert.Contains("checksum", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bytes 0-499/1000")]
    [InlineData("bytes 500-999/2000")]
    [InlineData("bytes 500-1999/2000")]
    public async Task Pull_AnotherRangeThanAskedFor_IsRefused(string range)
    {
        FakeHub hub = FakeHub.WithModel();
        hub.OnFiles = request => request.Range is { From: 500 } ? new FakeAnswer(206, hub.Contents[Weights][..500]) { Headers = { ["Content-Range"] = range } } : null;
        using StoreFixture fixture = new(hub, options => options with { RangeBytes = 500 });

        Assert.Equal(HubFailure.BadAnswer, (await fixture.FailAsync()).Failure);
    }

    [Fact]
    public async Task Pull_BodyShorterThanTheRangeByItsOwnAccount_IsACut()
    {
        FakeHub hub = FakeHub.WithModel();
        hub.OnFiles = request => new FakeAnswer(206, hub.Contents[Weights][(int)request.Range!.Value.From..(int)(request.Range.Value.From + 1)])
        {
            Headers = { ["Content-Range"] = $"bytes {request.Range.Value.From}-{request.Range.Value.To}/1000" },
        };
        using StoreFixture fixture = new(hub, options => options with { RangeBytes = 500, Retries = 2, Connections = 1 });

        Assert.Equal(HubFailure.Unavailable, (await fixture.FailAsync()).Failure);
        Assert.Equal(3, hub.Files.Requests.Count);
    }

    [Fact]
    public async Task Pull_RedirectsInACircle_Ends()
    {
        FakeHub hub = FakeHub.WithModel();
        hub.OnHub = request => new FakeAnswer(302) { Headers = { ["Location"] = request.Path } };
        using StoreFixture fixture = new(hub);

        HubException error = await fixture.FailAsync();

        Assert.Equal(HubFailure.BadAnswer, error.Failure);
        Assert.Equal(HubRedirects.Most + 1, hub.Hub.Requests.Count);
    }

    [Theory]
    [InlineData("file:///etc/passwd")]
    [InlineData("ftp://127.0.0.1/x")]
    [InlineData("http://user:secret@127.0.0.1/x")]
    public async Task Pull_RedirectAwayFromTheWeb_IsNotFollowed(string location)
    {
        FakeHub hub = FakeHub.WithModel();
        hub.OnHub = request => request.Path.EndsWith(Weights, StringComparison.Ordinal) ? new FakeAnswer(302) { Headers = { ["Location"] = location } } : null;
        using StoreFixture fixture = new(hub);

        HubException error = await fixture.FailAsync();

        Assert.Equal(HubFailure.BadAnswer, error.Failure);
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://192.0.2.1/", "https://192.0.2.1/a", "https://127.0.0.1/b", true)]
    [InlineData("https://192.0.2.1/", "https://192.0.2.1/a", "https://[::1]/b", true)]
    [InlineData("https://192.0.2.1/", "https://192.0.2.1/a", "https://169.254.169.254/b", true)]
    [InlineData("https://192.0.2.1/", "https://192.0.2.1/a", "http://192.0.2.2/b", true)]
    [InlineData("https://192.0.2.1/", "https://192.0.2.1/a", "https://192.0.2.2/b", false)]
    [InlineData("http://10.0.0.1/", "http://10.0.0.1/a", "http://10.0.0.2/b", false)]
    public async Task Refuse_RedirectIntoAPrivateNetworkOrDownToHttp_IsRefused(string endpoint, string from, string to, bool refused) =>
        Assert.Equal(refused, await HubRedirects.RefuseAsync(new Uri(endpoint), new Uri(from), new Uri(to), TestContext.Current.CancellationToken) is not null);

    [Theory]
    [InlineData("10.1.2.3", true)]
    [InlineData("172.31.0.1", true)]
    [InlineData("192.168.0.1", true)]
    [InlineData("100.64.0.1", true)]
    [InlineData("0.0.0.0", true)]
    [InlineData("::ffff:10.0.0.1", true)]
    [InlineData("fe80::1", true)]
    [InlineData("fd00::1", true)]
    [InlineData("8.8.8.8", false)]
    [InlineData("172.32.0.1", false)]
    [InlineData("2606:4700::1", false)]
    public void IsPrivate_Address_IsTold(string address, bool expected) => Assert.Equal(expected, HubRedirects.IsPrivate(IPAddress.Parse(address)));

    [Fact]
    public void Parse_AnyBytes_GivesAListOrAClearError() => Gen.OneOf(
        Gen.Byte.Array[0, 200],
        Gen.String.Array[0, 5].Select(names => Encoding.UTF8.GetBytes(JsonSerializer.Serialize(new { sha = new string('a', 40), siblings = names.Select(name => new { rfilename = name }) })))).Sample(bytes =>
    {
        try
        {
            HubListing.Parse(bytes, StoreFixture.Id);
        }
        catch (HubException e)
        {
            Assert.Equal(HubFailure.BadAnswer, e.Failure);
        }
    });
}
