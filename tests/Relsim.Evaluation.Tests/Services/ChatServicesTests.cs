using System.Net;
using Microsoft.Extensions.AI;
using Relsim.Evaluation.Services;

namespace Relsim.Evaluation.Tests.Services;

public sealed class ChatServicesTests
{
    private const string Key = "sk-very-secret-0123456789";

    [Theory]
    [InlineData("openai:m", "OPENAI_API_KEY")]
    [InlineData("azure:m", "AZURE_OPENAI_ENDPOINT")]
    [InlineData("vllm:m", "--base-url")]
    public void Open_NothingInTheEnvironment_NamesWhatIsMissing(string spec, string missing)
    {
        var error = Assert.Throws<ServiceException>(() => ChatServices.Open(spec, Environment()));

        Assert.Contains(missing, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_AzureWithoutKey_NamesTheVariable()
    {
        var error = Assert.Throws<ServiceException>(() => ChatServices.Open("azure:m", Environment(("AZURE_OPENAI_ENDPOINT", "https://x.example"))));

        Assert.Contains("AZURE_OPENAI_API_KEY", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("ftp://host/v1")]
    [InlineData("http://user:password@host/v1")]
    public void Open_AddressThatIsNone_IsRefusedWithoutRepeatingIt(string address)
    {
        var error = Assert.Throws<ServiceException>(() => ChatServices.Open("vllm:m", Environment() with { BaseUrl = address }));

        Assert.Contains("--base-url", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("password@", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("openai:m", "OPENAI_API_KEY", "OPENAI_BASE_URL", "/v1/chat/completions")]
    [InlineData("azure:m", "AZURE_OPENAI_API_KEY", "AZURE_OPENAI_ENDPOINT", "/openai/v1/chat/completions")]
    public async Task GetResponse_KeyAndAddressFromTheEnvironment_AreUsed(string spec, string keyName, string addressName, string path)
    {
        using var server = new FakeChatServer(_ => new ChatAnswer("yes", 11, 2));
        string address = spec[0] == 'a' ? server.Address[..^"v1".Length] : server.Address;
        using IChatClient client = ChatServices.Open(spec, Environment((keyName, Key), (addressName, address)));

        ChatResponse response = await client.GetResponseAsync("well?", cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(("yes", 11L, 2L, FakeChatServer.Model), (response.Text, response.Usage!.InputTokenCount, response.Usage.OutputTokenCount, response.ModelId));
        (ChatCall call, _) = Assert.Single(server.Log);
        Assert.Equal((path, $"Bearer {Key}", "m"), (call.Path, call.Key, call.Body.GetProperty("model").GetString()));
    }

    [Fact]
    public async Task GetResponse_VllmAddressInTheEnvironment_IsAsked()
    {
        using var server = new FakeChatServer(_ => new ChatAnswer("seven"));
        using IChatClient client = ChatServices.Open("vllm:m", Environment(("VLLM_BASE_URL", server.Address)));

        Assert.Equal("seven", (await client.GetResponseAsync("well?", cancellationToken: TestContext.Current.CancellationToken)).Text);
    }

    [Fact]
    public async Task GetResponse_KeyInTheAddress_IsNotRepeatedInErrors()
    {
        using IChatClient client = ChatServices.Open("vllm:m", Environment() with { BaseUrl = "http://localhost:1/v1?api-key=hush" });

        var error = await Assert.ThrowsAsync<ServiceException>(() => client.GetResponseAsync("well?", cancellationToken: TestContext.Current.CancellationToken));

        Assert.Contains("http://localhost:1/v1", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GetResponse_VllmWithoutKey_IsAsked()
    {
        using var server = new FakeChatServer(_ => new ChatAnswer("yes"));
        using IChatClient client = ChatServices.Open("vllm:m", Environment() with { BaseUrl = server.Address });

        Assert.Equal("yes", (await client.GetResponseAsync("well?", cancellationToken: TestContext.Current.CancellationToken)).Text);
    }

    [Fact]
    public async Task GetResponse_ErrorThatRepeatsTheKey_IsToldWithoutIt()
    {
        using var server = new FakeChatServer(call => ChatAnswer.Error(401, $"wrong key {call.Key} given", "invalid_api_key"));
        using IChatClient client = ChatServices.Open("openai:m", Environment(("OPENAI_API_KEY", Key), ("OPENAI_BASE_URL", server.Address)));

        var error = await Assert.ThrowsAsync<ServiceException>(() => client.GetResponseAsync("well?", cancellationToken: TestContext.Current.CancellationToken));

        Assert.Equal((HttpStatusCode.Unauthorized, "invalid_api_key", true), (error.Status, error.Code, error.IsFatal));
        Assert.Contains("wrong key", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Key, error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(429, null, true, true, false)]
    [InlineData(429, "insufficient_quota", false, false, true)]
    [InlineData(503, null, true, true, false)]
    [InlineData(500, null, true, false, false)]
    [InlineData(400, null, false, false, false)]
    [InlineData(302, null, false, false, false)]
    [InlineData(404, null, false, false, true)]
    public async Task GetResponse_Statuses_AreToldApart(int status, string? code, bool isTransient, bool isThrottled, bool isFatal)
    {
        using var server = new FakeChatServer(_ => ChatAnswer.Error(status, "no", code, retryAfter: "7"));
        using IChatClient client = ChatServices.Open("vllm:m", Environment() with { BaseUrl = server.Address });

        var error = await Assert.ThrowsAsync<ServiceException>(() => client.GetResponseAsync("well?", cancellationToken: TestContext.Current.CancellationToken));

        Assert.Equal((isTransient, isThrottled, isFatal), (error.IsTransient, error.IsThrottled, error.IsFatal));
        Assert.Equal((TimeSpan.FromSeconds(7), false), (error.RetryAfter, error.MayBeBilled));
        Assert.Single(server.Log); // the client itself asks once
    }

    [Theory]
    [InlineData(0)]
    [InlineData(40)]
    public async Task GetResponse_ConnectionCut_MayBeBilled(int after)
    {
        using var server = new FakeChatServer(_ => new ChatAnswer("yes") { CutAfter = after });
        using IChatClient client = ChatServices.Open("vllm:m", Environment() with { BaseUrl = server.Address });

        var error = await Assert.ThrowsAsync<ServiceException>(() => client.GetResponseAsync("well?", cancellationToken: TestContext.Current.CancellationToken));

        Assert.Equal((true, true), (error.IsTransient, error.MayBeBilled));
    }

    [Fact]
    public async Task GetResponse_NobodyListens_CostsNothing()
    {
        string address;
        using (var server = new FakeChatServer(_ => new ChatAnswer("yes")))
        {
            address = server.Address;
        }

        using IChatClient client = ChatServices.Open("vllm:m", Environment() with { BaseUrl = address });

        var error = await Assert.ThrowsAsync<ServiceException>(() => client.GetResponseAsync("well?", cancellationToken: TestContext.Current.CancellationToken));

        Assert.Equal((true, false), (error.IsTransient, error.MayBeBilled));
    }

    [Theory]
    [InlineData("<html>busy</html>")]
    [InlineData("{}")]
    [InlineData("""{"choices": []}""")]
    public async Task GetResponse_AnswerOfAnotherFormat_IsAServiceError(string body)
    {
        using var server = new FakeChatServer(_ => new ChatAnswer("") { Body = body });
        using IChatClient client = ChatServices.Open("vllm:m", Environment() with { BaseUrl = server.Address });

        var error = await Assert.ThrowsAsync<ServiceException>(() => client.GetResponseAsync("well?", cancellationToken: TestContext.Current.CancellationToken));

        Assert.True(error.MayBeBilled);
    }

    [Fact]
    public async Task GetResponse_NoAnswerInTime_IsATimeout()
    {
        var clock = new FakeClock();
        using var server = new FakeChatServer(_ => new ChatAnswer("yes") { IsHeld = true });
        using IChatClient client = ChatServices.Open("vllm:m", Environment() with { BaseUrl = server.Address, Clock = clock, Timeout = FakeClock.Timeout });

        Task<ChatResponse> asked = client.GetResponseAsync("well?", cancellationToken: TestContext.Current.CancellationToken);
        await server.When(held => held.Held == 1);
        clock.ExpireTimeouts();
        var error = await Assert.ThrowsAsync<ServiceException>(() => asked);

        Assert.Equal((true, true), (error.IsNetwork, error.MayBeBilled));
        Assert.Contains("no answer within", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GetResponse_Cancelled_IsNoServiceError()
    {
        using var server = new FakeChatServer(_ => new ChatAnswer("yes") { IsHeld = true });
        using IChatClient client = ChatServices.Open("vllm:m", Environment() with { BaseUrl = server.Address });
        using var cancel = new CancellationTokenSource();

        Task<ChatResponse> asked = client.GetResponseAsync("well?", cancellationToken: cancel.Token);
        await server.When(held => held.Held == 1);
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
    }

    [Fact]
    public async Task GetResponse_Ollama_AsksItsOwnApi()
    {
        const string answer = """
            {"model":"m","created_at":"2024-01-01T00:00:00Z","message":{"role":"assistant","content":"yes"},"done":true,"done_reason":"stop","prompt_eval_count":26,"eval_count":3}
            """;
        using var server = new FakeChatServer(_ => new ChatAnswer("") { Body = answer.Trim() + "\n" });
        string host = server.Address["http://".Length..^"/v1".Length];
        using IChatClient client = ChatServices.Open("ollama:m", Environment(("OLLAMA_HOST", host)));

        ChatResponse response = await client.GetResponseAsync("well?", cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(("yes", 26L, 3L), (response.Text, response.Usage!.InputTokenCount, response.Usage.OutputTokenCount));
        Assert.Equal("/api/chat", Assert.Single(server.Log).Call.Path);
    }

    [Fact]
    public async Task GetResponse_OllamaWithoutTheModel_IsFatal()
    {
        using var server = new FakeChatServer(_ => new ChatAnswer("") { Status = 404, Body = """{"error":"model 'm' not found"}""" });
        using IChatClient client = ChatServices.Open("ollama:m", Environment() with { BaseUrl = server.Address[..^"/v1".Length] });

        var error = await Assert.ThrowsAsync<ServiceException>(() => client.GetResponseAsync("well?", cancellationToken: TestContext.Current.CancellationToken));

        Assert.True(error.IsFatal);
        Assert.Contains("model 'm' not found", error.Message, StringComparison.Ordinal);
    }

    internal static ServiceOptions Environment(params (string Name, string Value)[] variables) =>
        new() { Variables = name => variables.FirstOrDefault(variable => variable.Name == name).Value };
}
