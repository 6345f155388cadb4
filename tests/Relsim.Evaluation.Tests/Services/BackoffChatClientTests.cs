using Microsoft.Extensions.AI;
using Relsim.Evaluation.Services;

namespace Relsim.Evaluation.Tests.Services;

public sealed class BackoffChatClientTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GetResponse_BusyThenFaultThenAnswer_WaitsAsToldAndDoubles()
    {
        using var server = new FakeChatServer(call => call.Number switch
        {
            0 => ChatAnswer.Error(429, retryAfter: "77"),
            1 or 2 => ChatAnswer.Error(500),
            _ => new ChatAnswer("yes"),
        });
        var clock = new FakeClock();
        using BackoffChatClient client = Open(server, clock, new BackoffOptions());

        ChatResponse response = await client.GetResponseAsync("well?", cancellationToken: Token);

        Assert.Equal("yes", response.Text);
        Assert.Equal(4, server.Log.Count);
        TimeSpan[] waits = [.. clock.Waits];
        Assert.Equal([TimeSpan.FromSeconds(77), TimeSpan.FromSeconds(77)], waits[..2]); // of all others, and of the call
        Assert.InRange(waits[2].TotalSeconds, 1, 2);
        Assert.InRange(waits[3].TotalSeconds, 2, 4);
    }

    [Fact]
    public async Task GetResponse_FaultThatStays_IsThrownAfterTheRetries()
    {
        using var server = new FakeChatServer(_ => ChatAnswer.Error(502));
        using BackoffChatClient client = Open(server, new FakeClock(), new BackoffOptions { Retries = 3 });

        await Assert.ThrowsAsync<ServiceException>(() => client.GetResponseAsync("well?", cancellationToken: Token));

        Assert.Equal(4, server.Log.Count);
    }

    [Fact]
    public async Task GetResponse_BusyForHours_IsGivenUp()
    {
        using var server = new FakeChatServer(_ => ChatAnswer.Error(429, retryAfter: "7200"));
        using BackoffChatClient client = Open(server, new FakeClock(), new BackoffOptions());

        await Assert.ThrowsAsync<ServiceException>(() => client.GetResponseAsync("well?", cancellationToken: Token));

        Assert.Single(server.Log);
    }

    [Fact]
    public async Task GetResponse_BusyForLong_IsAskedMoreOftenThanAfterFaults()
    {
        using var server = new FakeChatServer(call => call.Number < 50 ? ChatAnswer.Error(429) : new ChatAnswer("yes"));
        using BackoffChatClient client = Open(server, new FakeClock(), new BackoffOptions());

        Assert.Equal("yes", (await client.GetResponseAsync("well?", cancellationToken: Token)).Text);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    public async Task GetResponse_FaultOfTheQuestion_IsNotRepeated(int status)
    {
        using var server = new FakeChatServer(_ => ChatAnswer.Error(status));
        using BackoffChatClient client = Open(server, new FakeClock(), new BackoffOptions());

        await Assert.ThrowsAsync<ServiceException>(() => client.GetResponseAsync("well?", cancellationToken: Token));

        Assert.Single(server.Log);
    }

    [Fact]
    public async Task GetResponse_Busy_HalvesOnceARoundAndGrowsAfterSuccesses()
    {
        using var gate = new SemaphoreSlim(0);
        using var server = new FakeChatServer(call =>
        {
            if (call.Number < 8)
            {
                gate.Wait(Token); // all eight are let in before any is told that they are too many
                return ChatAnswer.Error(429, retryAfter: "1");
            }

            return new ChatAnswer("yes");
        });
        using BackoffChatClient client = Open(server, new FakeClock(), new BackoffOptions { Concurrency = 8, SuccessesToGrow = 10 });

        Task<ChatResponse>[] first = [.. Enumerable.Range(0, 8).Select(_ => client.GetResponseAsync("well?", cancellationToken: Token))];
        await server.When(state => state.InFlight == 8);
        gate.Release(8);
        await Task.WhenAll(first);

        Assert.Equal(4, client.Limit); // one round, so halved once; 8 successes are too few to grow
        for (int i = 0; i < 12; i++)
        {
            await client.GetResponseAsync("well?", cancellationToken: Token);
        }

        Assert.InRange(client.Limit, 5, 6); // 12 to 20 successes since the last refusal
        for (int i = 0; i < 200; i++)
        {
            await client.GetResponseAsync("well?", cancellationToken: Token);
        }

        Assert.Equal(8, client.Limit);
    }

    [Fact]
    public async Task GetResponse_ManyAtOnce_StayBelowTheLimit()
    {
        using var server = new FakeChatServer(_ => new ChatAnswer("yes"));
        using BackoffChatClient client = Open(server, new FakeClock(), new BackoffOptions { Concurrency = 3 });

        await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => client.GetResponseAsync("well?", cancellationToken: Token)));

        Assert.Equal(60, server.Log.Count);
        Assert.InRange(server.MostInFlight, 1, 3);
    }

    [Fact]
    public async Task GetResponse_CancelledWhileWaitingForItsTurn_LeavesThePlaceToOthers()
    {
        using var server = new FakeChatServer(call => new ChatAnswer("yes") { IsHeld = call.Number == 0 });
        using BackoffChatClient client = Open(server, new FakeClock(), new BackoffOptions { Concurrency = 1 });
        using CancellationTokenSource first = new(), second = new();

        Task<ChatResponse> held = client.GetResponseAsync("1", cancellationToken: first.Token);
        await server.When(state => state.Held == 1);
        Task<ChatResponse> given = client.GetResponseAsync("2", cancellationToken: second.Token), last = client.GetResponseAsync("3", cancellationToken: Token);
        await second.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);
        await first.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => held);

        Assert.Equal("yes", (await last).Text);
    }

    private static BackoffChatClient Open(FakeChatServer server, FakeClock clock, BackoffOptions options) => new(
        ChatServices.Open("vllm:m", ChatServicesTests.Environment() with { BaseUrl = server.Address, Clock = clock, Timeout = FakeClock.Timeout }), options, clock);
}
