using System.Net;
using System.Text.Json;
using Relsim.Search;
using Relsim.Web.Pictures;

namespace Relsim.Web.Tests.Api;

public sealed class SearchApiTests(SharedServer shared)
{
    private RunningServer Server => shared.Server;

    [Fact]
    public async Task Search_NewPicture_GivesWhatTheLibraryGives()
    {
        byte[] picture = Gallery.NewPng(5);
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["q.png"], picture);
        IReadOnlyList<SearchHit> expected = Server.Session.Model.Search(Server.Session.LibraryFile, folder["q.png"], 7);

        JsonElement answer = await Server.PostAsync("/v1/search", new { images = new[] { Gallery.DataUri(picture) }, limit = 7 });

        JsonElement[] hits = [.. answer.GetProperty("hits").EnumerateArray()];
        Assert.Equal(expected.Select(hit => hit.Path), hits.Select(hit => hit.GetProperty("path").GetString()));
        Assert.Equal(expected.Select(hit => PictureId.OfPath(hit.Path)), hits.Select(hit => hit.GetProperty("id").GetString()));
        Assert.Equal(expected[0].RelationalScore, hits[0].GetProperty("relational_score").GetSingle(), 1e-4f);
        Assert.Equal(expected[0].Reason!.Value.Caption, hits[0].GetProperty("shared_caption").GetProperty("caption").GetString());
        Assert.Equal(Gallery.Count, answer.GetProperty("library_count").GetInt32());
    }

    [Fact]
    public async Task Search_LibraryPicture_LeavesItselfOut()
    {
        string id = PictureId.OfPath(shared.Gallery.Files[0]);

        JsonElement answer = await Server.PostAsync("/v1/search", new { images = new[] { id }, limit = 100 });

        JsonElement[] hits = [.. answer.GetProperty("hits").EnumerateArray()];
        Assert.Equal(Gallery.Count - 1, hits.Length);
        Assert.DoesNotContain(id, hits.Select(hit => hit.GetProperty("id").GetString()));
        Assert.Contains("100", answer.GetProperty("shortfall").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Search_PageByPage_IsTheWholeList()
    {
        object Query(int offset, int limit) => new { texts = new[] { "one thing inside another" }, offset, limit };
        string[] whole = await IdsAsync(Query(0, 30));

        string[] pages = [.. await IdsAsync(Query(0, 12)), .. await IdsAsync(Query(12, 12)), .. await IdsAsync(Query(24, 6))];

        Assert.Equal(whole, pages);
    }

    [Fact]
    public async Task Search_Blend_ChangesTheOrderAsItsWeightsDo()
    {
        string id = PictureId.OfPath(shared.Gallery.Files[2]);
        string[] looks = await IdsAsync(new { images = new[] { id }, blend = 1, limit = 20 });

        Assert.NotEqual(looks, await IdsAsync(new { images = new[] { id }, blend = 0, limit = 20 }));
        Assert.Equal(looks, await IdsAsync(new { images = new[] { id }, relational_weight = 0, attribute_weight = 1, limit = 20 }));
    }

    [Fact]
    public async Task Search_WordsAndMinusWords_BothCount()
    {
        string[] texts = ["stages of something growing"], minus_texts = ["a circle of things"];
        string[] plain = await IdsAsync(new { texts });

        Assert.NotEqual(plain, await IdsAsync(new { texts, minus_texts }));
    }

    [Fact]
    public async Task Score_TwoPictures_IsTheModelsOwn()
    {
        string a = shared.Gallery.Files[0], b = shared.Gallery.Files[1];
        ImageComparison expected = Server.Session.Model.Compare(a, b, 1);

        JsonElement answer = await Server.PostAsync("/v1/score", new { first = PictureId.OfPath(a), second = Gallery.DataUri(File.ReadAllBytes(b)) });

        Assert.Equal(expected.RelationalScore, answer.GetProperty("relational_score").GetSingle(), 1e-4f);
        Assert.Equal(expected.AttributeScore!.Value, answer.GetProperty("attribute_score").GetSingle(), 1e-4f);
        Assert.Equal(expected.SecondInterest!.Value, answer.GetProperty("second_interest").GetSingle(), 1e-4f);
        Assert.Equal(expected.SharedCaptions[0].Caption, answer.GetProperty("shared_caption").GetProperty("caption").GetString());
    }

    [Fact]
    public async Task Explain_OneOrTwoPictures_GivesCaptions()
    {
        string a = PictureId.OfPath(shared.Gallery.Files[0]), b = PictureId.OfPath(shared.Gallery.Files[1]);

        JsonElement one = await Server.PostAsync("/v1/explain", new { first = a, captions = 4 });
        JsonElement two = await Server.PostAsync("/v1/explain", new { first = a, second = b, captions = 2 });

        Assert.Equal(4, one.GetProperty("captions").GetArrayLength());
        Assert.Equal(JsonValueKind.Null, one.GetProperty("relational_score").ValueKind);
        Assert.Equal(2, two.GetProperty("captions").GetArrayLength());
        Assert.Equal(2, two.GetProperty("first_only").GetArrayLength());
        Assert.NotEqual(two.GetProperty("first_only")[0].GetProperty("caption").GetString(), two.GetProperty("second_only")[0].GetProperty("caption").GetString());
    }

    [Fact]
    public async Task OpenApi_Document_NamesEveryPathOfTheApi()
    {
        JsonElement document = JsonSerializer.Deserialize<JsonElement>(await Server.Client.GetStringAsync("/openapi/v1.json", TestContext.Current.CancellationToken));

        string[] paths = [.. document.GetProperty("paths").EnumerateObject().Select(path => path.Name).Order(StringComparer.Ordinal)];
        Assert.Equal(["/v1/embeddings", "/v1/explain", "/v1/models", "/v1/score", "/v1/search"], paths);
        Assert.True(document.GetProperty("components").GetProperty("schemas").GetProperty("SearchRequest").GetProperty("properties").TryGetProperty("minus_texts", out _));
    }

    [Fact]
    public async Task HealthReadyMetrics_RunningServer_Answer()
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        await Server.PostAsync("/v1/embeddings", new { input = "words" });

        Assert.Equal("alive", await Server.Client.GetStringAsync("/healthz", token));
        Assert.Equal("ready", await Server.Client.GetStringAsync("/readyz", token));
        string metrics = await Server.Client.GetStringAsync("/metrics", token);
        Assert.Contains("relsim_queue_length", metrics, StringComparison.Ordinal);
        Assert.Contains("relsim_queue_batch", metrics, StringComparison.Ordinal);
        Assert.Contains("http_server_request_duration_seconds", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Everything_ModelMissing_SaysSoWithoutDying()
    {
        await using RunningServer server = await RunningServer.StartAsync(
            shared.Gallery, options => options with { LoadModel = () => RelsimModel.Load(Path.Combine(Path.GetTempPath(), "relsim-no-such-model")) });

        using HttpResponseMessage ready = await server.Client.GetAsync("/readyz", TestContext.Current.CancellationToken);
        using HttpResponseMessage search = await server.Client.PostAsync(
            "/v1/search", new StringContent("""{"texts":["words"]}""", System.Text.Encoding.UTF8, "application/json"), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, search.StatusCode);
        Assert.Contains("relsim-no-such-model", await search.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Contains("relsim-no-such-model", server.Session.Failure, StringComparison.Ordinal);
    }

    private async Task<string[]> IdsAsync(object query) =>
        [.. (await Server.PostAsync("/v1/search", query)).GetProperty("hits").EnumerateArray().Select(hit => hit.GetProperty("id").GetString()!)];
}
