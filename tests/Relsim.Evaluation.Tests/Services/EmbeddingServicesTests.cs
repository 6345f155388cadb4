using Microsoft.Extensions.AI;
using Relsim.Evaluation.Services;

namespace Relsim.Evaluation.Tests.Services;

public sealed class EmbeddingServicesTests
{
    private const string OpenAI = """
        {"object":"list","model":"m","data":[{"object":"embedding","index":0,"embedding":"AACAPwAAAEA="}],"usage":{"prompt_tokens":2,"total_tokens":2}}
        """;

    private const string Ollama = """{"model":"m","embeddings":[[1,2]],"prompt_eval_count":2}""";

    [Theory]
    [InlineData("vllm:m", OpenAI, "/v1/embeddings")]
    [InlineData("ollama:m", Ollama, "/api/embed")]
    public async Task Generate_BusyAtFirst_AsksAgain(string spec, string body, string path)
    {
        using var server = new FakeChatServer(call => call.Number == 0 ? ChatAnswer.Error(429, retryAfter: "3") : new ChatAnswer("") { Body = body });
        var clock = new FakeClock();
        ServiceOptions options = ChatServicesTests.Environment() with
        {
            BaseUrl = spec[0] == 'v' ? server.Address : server.Address[..^"/v1".Length],
            Clock = clock,
            Timeout = FakeClock.Timeout,
        };
        using IEmbeddingGenerator<string, Embedding<float>> generator = EmbeddingServices.Open(spec, options);

        Embedding<float> embedding = (await generator.GenerateAsync(["a picture"], cancellationToken: TestContext.Current.CancellationToken))[0];

        Assert.Equal([1f, 2f], embedding.Vector.ToArray());
        Assert.Equal([path, path], server.Log.Select(entry => entry.Call.Path));
        Assert.Contains(TimeSpan.FromSeconds(3), clock.Waits);
    }

    [Fact]
    public void Open_KeyMissing_NamesTheVariable()
    {
        var error = Assert.Throws<ServiceException>(() => EmbeddingServices.Open("openai:m", ChatServicesTests.Environment()));

        Assert.Contains("OPENAI_API_KEY", error.Message, StringComparison.Ordinal);
    }
}
