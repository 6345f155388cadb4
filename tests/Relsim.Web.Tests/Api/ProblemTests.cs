using System.Net;
using System.Text;
using System.Text.Json;

namespace Relsim.Web.Tests.Api;

/// <summary>Whatever is wrong with a request, the answer is problem+json that says what, and nothing of the program's inside.</summary>
public sealed class ProblemTests(SharedServer shared)
{
    public static TheoryData<string, string, int, string> Faulty => new()
    {
        { "/v1/embeddings", """{"input":""", 400, "JSON" },
        { "/v1/embeddings", """{}""", 400, "input" },
        { "/v1/embeddings", """{"input":[]}""", 400, "1 to" },
        { "/v1/embeddings", """{"input":[[1,2,3]]}""", 400, "Token" },
        { "/v1/embeddings", """{"input":{"video":"x"}}""", 400, "image_url" },
        { "/v1/embeddings", """{"input":""}""", 400, "characters" },
        { "/v1/embeddings", """{"input":"x","encoding_format":"hex"}""", 400, "base64" },
        { "/v1/embeddings", """{"input":"x","dimensions":3}""", 400, "dimensions" },
        { "/v1/embeddings", """{"input":"x","model":"attribute"}""", 400, "looks" },
        { "/v1/embeddings", """{"input":"x","model":"gpt"}""", 404, "relational" },
        { "/v1/embeddings", """{"input":"data:image/png;base64,AAAA"}""", 400, "image 0" },
        { "/v1/embeddings", """{"input":"data:image/png;base64,%%%"}""", 400, "base64" },
        { "/v1/embeddings", """{"input":"data:image/png,raw"}""", 400, "base64" },
        { "/v1/embeddings", """{"input":{"image":"https://example.com/a.jpg"}}""", 400, "--allow-fetch" },
        { "/v1/embeddings", """{"input":{"image":"/etc/passwd"}}""", 400, "data URI" },
        { "/v1/embeddings", """{"input":{"image":"file:///etc/passwd"}}""", 400, "data URI" },
        { "/v1/search", """{}""", 400, "picture or a text" },
        { "/v1/search", """{"texts":["a"],"limit":0}""", 400, "hits" },
        { "/v1/search", """{"texts":["a"],"limit":100000}""", 400, "hits" },
        { "/v1/search", """{"texts":["a"],"offset":-1}""", 400, "offset" },
        { "/v1/search", """{"texts":["a"],"attribute_weight":1}""", 400, "looks" },
        { "/v1/search", """{"texts":["a"],"minus_texts":["a"]}""", 400, "direction" },
        { "/v1/search", """{"texts":[""]}""", 400, "characters" },
        { "/v1/search", """{"images":["00000000000000000000000000000000"]}""", 404, "no picture" },
        { "/v1/search", """{"images":["u-00000000000000000000000000000000"]}""", 404, "no picture" },
        { "/v1/search", """{"texts":["a"],"since":"yesterday"}""", 400, "JSON" },
        { "/v1/score", """{"first":"x"}""", 400, "" },
        { "/v1/score", """{"first":"","second":""}""", 400, "first" },
        { "/v1/explain", """{"first":"00000000000000000000000000000000","captions":0}""", 400, "captions" },
        { "/upload", "not a picture", 400, "format" },
        { "/upload", "", 400, "bytes" },
    };

    [Theory]
    [MemberData(nameof(Faulty))]
    public async Task Post_FaultyRequest_IsAProblem(string path, string body, int status, string says)
    {
        using var content = new StringContent(body, Encoding.UTF8, path == "/upload" ? "application/octet-stream" : "application/json");
        using HttpResponseMessage response = await shared.Server.Client.PostAsync(path, content, TestContext.Current.CancellationToken);

        string text = await AssertProblemAsync(response, status);
        Assert.Contains(says, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Post_OtherMediaType_IsRefused()
    {
        using HttpResponseMessage response = await shared.Server.Client.PostAsync("/v1/score", new StringContent("first=a", Encoding.UTF8, "text/plain"), TestContext.Current.CancellationToken);

        await AssertProblemAsync(response, 415);
    }

    [Fact]
    public async Task Post_LongerThanAllowed_IsRefused()
    {
        await using RunningServer server = await RunningServer.StartAsync(shared.Gallery, options => options with { MaxRequestBytes = 1 << 16 });
        using var content = new ByteArrayContent(new byte[(1 << 16) + 1]);

        using HttpResponseMessage response = await server.Client.PostAsync("/upload", content, TestContext.Current.CancellationToken);

        await AssertProblemAsync(response, 413);
    }

    [Fact]
    public async Task Post_MoreBytesAtOnceThanAllowed_AreAskedToComeAgain()
    {
        await using RunningServer server = await RunningServer.StartAsync(shared.Gallery, options => options with { MaxBytesInFlight = 100 });
        using var content = new ByteArrayContent(Gallery.NewJpeg(1));

        using HttpResponseMessage response = await server.Client.PostAsync("/upload", content, TestContext.Current.CancellationToken);

        await AssertProblemAsync(response, 429);
        Assert.Equal(TimeSpan.FromSeconds(1), response.Headers.RetryAfter!.Delta);
    }

    [Fact]
    public async Task Get_MoreOftenThanAllowed_IsAskedToComeAgain()
    {
        await using RunningServer server = await RunningServer.StartAsync(shared.Gallery, options => options with { RequestsPerSecond = 1 });
        HttpResponseMessage[] responses = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => server.Client.GetAsync("/healthz", TestContext.Current.CancellationToken)));

        Assert.Contains(responses, response => response.IsSuccessStatusCode);
        HttpResponseMessage refused = responses.First(response => !response.IsSuccessStatusCode);
        await AssertProblemAsync(refused, 429);
        Assert.NotNull(refused.Headers.RetryAfter);
    }

    [Theory]
    [InlineData("/v1/nothing")]
    [InlineData("/img/x")]
    [InlineData("/thumb/00000000000000000000000000000000")]
    public async Task Get_Nothing_IsAProblem(string path)
    {
        using HttpResponseMessage response = await shared.Server.Client.GetAsync(path, TestContext.Current.CancellationToken);

        await AssertProblemAsync(response, 404);
    }

    internal static async Task<string> AssertProblemAsync(HttpResponseMessage response, int status)
    {
        string text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True((int)response.StatusCode == status, $"{(int)response.StatusCode}: {text}");
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        JsonElement problem = JsonSerializer.Deserialize<JsonElement>(text);
        Assert.Equal(status, problem.GetProperty("status").GetInt32());
        Assert.False(string.IsNullOrEmpty(problem.GetProperty("title").GetString()));
        Assert.DoesNotContain("   at ", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", text, StringComparison.Ordinal);
        return text;
    }
}
