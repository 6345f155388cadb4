using Microsoft.Extensions.AI;
using Relsim.Evaluation.Judging;
using Relsim.Evaluation.Tests.Services;

namespace Relsim.Evaluation.Tests.Judging;

/// <summary>The judge beside a server that fails: every question is scored once, nothing is paid twice, and no budget is exceeded.</summary>
[Trait("Kind", "Fault")]
public sealed class JudgeFaultTests : IDisposable
{
    private const int Questions = 48;

    private readonly JudgeFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    public async Task Run_StormOfTooMany_AnswersEachOnceAndWaitsAsTold(int concurrency)
    {
        string calm = await RunCalmAsync();
        // Of the first 60 requests, two of three are told to come back in 9 seconds.
        using var server = new FakeChatServer(call => call.Number < 60 && call.Number % 3 != 2 ? ChatAnswer.Error(429, retryAfter: "9") : JudgeFixture.Honest(call));
        var clock = new FakeClock();

        (JudgeRunReport run, _, string bytes) = await _fixture.RunAsync(server, cache: "storm.db", concurrency: concurrency, clock: clock);

        Assert.Equal((Questions, 0, 0, 0), (run.Calls, run.Failed, run.Open, run.Unconfirmed));
        Assert.All(JudgeFixture.PaidByQuestion(server).Values, times => Assert.Equal(1, times));
        Assert.Equal(calm, bytes);
        Assert.Equal(40, server.Log.Count(entry => entry.Answer.Status == 429));
        Assert.True(clock.Waits.Count(wait => wait >= TimeSpan.FromSeconds(9)) >= 40);
        Assert.InRange(server.MostInFlight, 1, concurrency);
    }

    [Fact]
    public async Task Run_FaultsOfAllKinds_AnswersEachOnceAndCountsWhatMayBeBilled()
    {
        string calm = await RunCalmAsync();
        // Every fourth of the first 60 requests meets a fault, of six kinds in turn.
        using var server = new FakeChatServer(call => call.Number >= 60 || call.Number % 4 != 1 ? JudgeFixture.Honest(call) : (call.Number / 4 % 6) switch
        {
            0 => ChatAnswer.Error(500),
            1 => JudgeFixture.Honest(call) with { CutAfter = 0 },
            2 => JudgeFixture.Honest(call) with { CutAfter = 30 },
            3 => ChatAnswer.Error(503, retryAfter: "2"),
            4 => new ChatAnswer("") { Status = 502, Body = "<html>bad gateway</html>" },
            _ => new ChatAnswer("") { Body = "not json" },
        });

        (JudgeRunReport run, JudgeReport report, string bytes) = await _fixture.RunAsync(server, cache: "faults.db");

        var good = server.Paid.Where(entry => entry.Answer.Body is null).ToArray();
        Assert.Equal((Questions, 0, 0), (run.Calls, run.Failed, run.Open));
        Assert.Equal(Questions, good.Select(entry => entry.Call.Question).Distinct().Count());
        Assert.Equal(Questions, good.Length);
        Assert.Equal(server.Log.Count(entry => entry.Answer.CutAfter is not null || entry.Answer.Body == "not json"), run.Unconfirmed);
        Assert.Equal(8, run.Unconfirmed);
        Assert.Equal(good.Sum(entry => (long)entry.Answer.InputTokens), report.Usage.InputTokens);
        Assert.Equal(calm, bytes);
    }

    [Fact]
    public async Task Run_AnswersThatNeverCome_AreAskedForAgain()
    {
        string calm = await RunCalmAsync();
        using var server = new FakeChatServer(call => JudgeFixture.Honest(call) with { IsHeld = call.Number < 3 });
        var clock = new FakeClock();

        Task<(JudgeRunReport Run, JudgeReport Report, string Bytes)> running = _fixture.RunAsync(server, cache: "held.db", clock: clock);
        // All others are answered first: what expires is the wait for these three.
        await server.When(state => state.Held == 3 && state.Log.Count >= Questions);
        await clock.WhenWaitingFor(3);
        clock.ExpireTimeouts();
        (JudgeRunReport run, _, string bytes) = await running;

        Assert.Equal((Questions, 0, 3), (run.Calls, run.Open, run.Unconfirmed));
        Assert.All(JudgeFixture.PaidByQuestion(server).Values, times => Assert.Equal(1, times));
        Assert.Equal(calm, bytes);
    }

    [Fact]
    public async Task Run_QuestionThatAlwaysFails_IsToldNotKeptAndAskedByTheNextRun()
    {
        string calm = await RunCalmAsync();
        string failing = _fixture.Question(0, 1);
        bool isDown = true;
        using var server = new FakeChatServer(call => Volatile.Read(ref isDown) && call.Question == failing ? ChatAnswer.Error(500, "out of order") : JudgeFixture.Honest(call));

        (JudgeRunReport run, JudgeReport report, _) = await _fixture.RunAsync(server, cache: "down.db");
        Volatile.Write(ref isDown, false);
        (JudgeRunReport next, _, string bytes) = await _fixture.RunAsync(server, cache: "down.db");

        Assert.Equal((Questions - 1, 1, 1), (run.Calls, run.Failed, run.Open));
        Assert.Contains("out of order", Assert.Single(run.Failures), StringComparison.Ordinal);
        Assert.False(report.IsComplete);
        Assert.Equal((1, 0, 1), (report.Methods[0].Failed, report.Methods[1].Failed, report.Methods[2].Failed));
        Assert.Equal((1, 0), (next.Calls, next.Open));
        Assert.Equal(calm, bytes);
    }

    [Fact]
    public async Task Run_ServiceThatIsDown_IsGivenUp()
    {
        using var server = new FakeChatServer(_ => ChatAnswer.Error(400, "cannot"));

        (JudgeRunReport run, _, _) = await _fixture.RunAsync(server, concurrency: 1);

        Assert.Equal((20, Questions), (run.Failed, run.Open));
        Assert.Contains("in a row", run.Stopped, StringComparison.Ordinal);
        Assert.Equal(20, server.Log.Count);
    }

    [Fact]
    public async Task Run_StoppedAtRandomPointsAndResumed_PaysNothingTwiceButWhatWasUnderWay()
    {
        const int concurrency = 4;
        string calm = await RunCalmAsync();
        var random = new Random(3);
        using var server = new FakeChatServer(JudgeFixture.Honest);
        int stops = 0, lost = 0;
        while (true)
        {
            using var cancel = new CancellationTokenSource();
            int stopAt = server.Log.Count + random.Next(1, 12), before = server.Log.Count;
            Task stopping = server.When(state => state.Log.Count >= stopAt).ContinueWith(_ => cancel.Cancel(), TaskScheduler.Default);
            try
            {
                (JudgeRunReport run, _, string bytes) = await _fixture.RunAsync(server, cache: "stopped.db", concurrency: concurrency, cancellation: cancel.Token);
                Assert.Equal(0, run.Open);
                Assert.Equal(calm, bytes);
                break;
            }
            catch (OperationCanceledException)
            {
                stops++;
                await stopping;
                await server.When(state => state.InFlight == 0);
                using RelationalJudge judge = _fixture.Open(cache: "stopped.db");
                int kept = Questions - judge.Forecast().Calls;
                int lostNow = server.Paid.Count - kept - lost;
                Assert.InRange(lostNow, 0, concurrency);
                lost += lostNow;
            }
        }

        Assert.True(stops >= 2, "the run was never stopped");
        // All that was paid for more than once is what was on its way when a run was stopped.
        Assert.Equal(Questions + lost, server.Paid.Count);
        Assert.Equal(Questions, JudgeFixture.PaidByQuestion(server).Count);
    }

    [Theory]
    [InlineData(3_000)]
    [InlineData(10_000)]
    [InlineData(10_001)]
    [InlineData(25_000)]
    public async Task Run_BudgetInTokens_IsNeverExceededAndTheNextRunGoesOn(long budget)
    {
        string calm = await RunCalmAsync();
        using var server = new FakeChatServer(JudgeFixture.Honest);
        JudgeOptions options = _fixture.Options with { BudgetTokens = budget, ImageTokens = 500, MaxOutputTokens = 64 };
        JudgeOptions free = options with { BudgetTokens = null };

        (JudgeRunReport run, JudgeReport report, _) = await _fixture.RunAsync(server, options, "budget.db");
        (JudgeRunReport again, _, _) = await _fixture.RunAsync(server, options, "budget.db");
        long spent = server.PaidTokens;
        (JudgeRunReport rest, _, string bytes) = await _fixture.RunAsync(server, free, "budget.db");

        Assert.True(run.BudgetReached);
        Assert.InRange(spent, 0, budget);
        Assert.True(budget - spent < 4_000, $"{budget - spent} of {budget} tokens were left"); // less than the worst case of a call
        Assert.Equal((true, 0), (again.BudgetReached, again.Calls));
        Assert.False(report.IsComplete);
        Assert.Equal(Questions, run.Calls + rest.Calls);
        Assert.All(JudgeFixture.PaidByQuestion(server).Values, times => Assert.Equal(1, times));
        Assert.Equal(calm, bytes);
    }

    [Fact]
    public async Task Run_BudgetInDollarsWithStormAndCuts_CountsTheWorstOfWhatWasLost()
    {
        using var server = new FakeChatServer(call => (call.Number % 5) switch
        {
            1 => ChatAnswer.Error(429, retryAfter: "1"),
            3 => JudgeFixture.Honest(call) with { CutAfter = 10 },
            _ => JudgeFixture.Honest(call),
        });
        const decimal budget = 0.05m;
        JudgeOptions options = _fixture.Options with { Budget = budget, ImageTokens = 500 };

        (JudgeRunReport run, JudgeReport report, _) = await _fixture.RunAsync(server, options);
        int asked = server.Log.Count;
        (JudgeRunReport again, _, _) = await _fixture.RunAsync(server, options);

        // The server counts every answer that it made, also those that were cut.
        decimal billed = server.Log.Where(entry => entry.Answer.Status == 200)
            .Sum(entry => ((entry.Answer.InputTokens * 2.5m) + (entry.Answer.OutputTokens * 10m)) / 1_000_000m);
        Assert.True(run.BudgetReached);
        Assert.InRange(billed, 0.01m, budget);
        Assert.Equal((true, asked), (again.BudgetReached, server.Log.Count));
        Assert.True(run.Unconfirmed > 0);
        Assert.InRange(report.Usage.Cost!.Value, 0.01m, billed);
    }

    [Fact]
    public async Task Run_AnswersWithoutCount_AreTakenAtTheWorst()
    {
        using var server = new FakeChatServer(call => JudgeFixture.Honest(call) with { CountsTokens = false });

        (JudgeRunReport run, JudgeReport report, _) = await _fixture.RunAsync(server, _fixture.Options with { BudgetTokens = 30_000, ImageTokens = 500 });

        Assert.True(run.BudgetReached);
        Assert.InRange(server.PaidTokens, 1, 30_000);
        Assert.Equal((run.Calls, run.Calls, 0L), (report.Usage.Calls, report.Usage.Uncounted, report.Usage.InputTokens));
    }

    /// <summary>What a run without any fault writes.</summary>
    private async Task<string> RunCalmAsync()
    {
        using var server = new FakeChatServer(JudgeFixture.Honest);
        return (await _fixture.RunAsync(server, cache: "calm.db")).Bytes;
    }
}
