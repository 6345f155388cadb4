using System.Text.Json;
using Relsim.Evaluation.Judging;
using Relsim.Evaluation.Services;
using Relsim.Evaluation.Statistics;
using Relsim.Evaluation.Tests.Services;

namespace Relsim.Evaluation.Tests.Judging;

/// <summary>The judge beside a server of OpenAI's API, through the official client; the server's log says what was asked and paid.</summary>
public sealed class RelationalJudgeTests : IDisposable
{
    private readonly JudgeFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task Run_PairsSharedByMethodsAndRanks_AreAskedOnceInBothOrders()
    {
        using var server = new FakeChatServer(JudgeFixture.Honest);

        (JudgeRunReport run, JudgeReport report, _) = await _fixture.RunAsync(server);

        // ring, skip and again find i+1, i+2 and i+3: 3 x 8 pairs, each in two orders.
        string[] expected = [.. Enumerable.Range(0, 8).SelectMany(i => Enumerable.Range(1, 3).SelectMany(step => new[] { _fixture.Question(i, i + step), _fixture.Question(i + step, i) }))];
        Assert.Equal(expected.Order(), server.Log.Select(entry => entry.Call.Question).Order());
        Assert.All(server.Log, entry => Assert.True(entry.Call.IsStructured));
        Assert.All(server.Log, entry => Assert.Equal(0, entry.Call.Body.GetProperty("temperature").GetDouble()));
        Assert.Equal((48, 0, 0, 0, false), (run.Calls, run.Failed, run.Open, run.Unconfirmed, run.BudgetReached));
        Assert.True(report.IsComplete);
        Assert.Equal([FakeChatServer.Model], report.ServedBy);
        Assert.All(report.Methods, method => Assert.Equal((16, 16, 8), (method.Pairs, method.Scored, method.Score.Queries)));
    }

    [Fact]
    public async Task Run_Scores_AreMeansOfBothOrdersWithIntervalsOverQueries()
    {
        using var server = new FakeChatServer(JudgeFixture.Honest);

        (_, JudgeReport report, string bytes) = await _fixture.RunAsync(server);

        double Pair(int a, int b) => (JudgeFixture.ScoreOf(_fixture.Question(a, b)) + JudgeFixture.ScoreOf(_fixture.Question(b, a))) / 2;
        double[] ring = [.. Enumerable.Range(0, 8).Select(i => (Pair(i, i + 1) + Pair(i, i + 2)) / 2)];
        double[] skip = [.. Enumerable.Range(0, 8).Select(i => (Pair(i, i + 2) + Pair(i, i + 3)) / 2)];
        Estimate expected = Bootstrap.Mean(ring, seed: 1, 10_000);
        Assert.Equal(expected.Mean, report.Methods[0].Score.Mean, 12);
        Assert.Equal(expected.Low, report.Methods[0].Score.Low, 12);
        Assert.Equal(report.Methods[0].Score, report.Methods[2].Score);
        PairedDifference difference = Bootstrap.Difference(ring, skip, seed: 1, 10_000);
        Assert.Equal(["ring/skip", "ring/again", "skip/again"], report.Differences.Select(d => $"{d.First}/{d.Second}"));
        Assert.Equal(difference.Difference.Mean, report.Differences[0].Difference.Mean, 12);
        Assert.Equal(HolmCorrection.Adjust([.. report.Differences.Select(d => d.PValue)]), report.Differences.Select(d => d.HolmPValue));

        // The published file holds the same, under its own names.
        JsonElement published = JsonSerializer.Deserialize<JsonElement>(bytes.Split("\n----\n")[0]);
        JsonElement summary = published.GetProperty("summary").GetProperty("ring");
        Assert.Equal((16, 16), (summary.GetProperty("total_pairs").GetInt32(), summary.GetProperty("valid_pairs").GetInt32()));
        Assert.Equal(ring.Average(), summary.GetProperty("average_score").GetDouble(), 12);
        Assert.Equal(report.Methods[0].Min, summary.GetProperty("min_score").GetDouble());
        Assert.Equal(report.Methods[0].Max, summary.GetProperty("max_score").GetDouble());
        Assert.Equal((_fixture.Retrieved, 2), (published.GetProperty("config").GetProperty("json_path").GetString(), published.GetProperty("config").GetProperty("top_k").GetInt32()));
        JsonElement second = published.GetProperty("detailed_results").GetProperty("ring")[1];
        Assert.Equal(("0", "p/0.png", "p/2.png", "ring", 2), (
            second.GetProperty("query_id").GetString(), second.GetProperty("query_image").GetString(), second.GetProperty("retrieved_image").GetString(),
            second.GetProperty("method").GetString(), second.GetProperty("rank").GetInt32()));
        Assert.Equal(Pair(0, 2), second.GetProperty("score").GetDouble(), 12);
        Assert.Contains("score", second.GetProperty("response").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_Cost_IsExactToTheToken()
    {
        using var server = new FakeChatServer(JudgeFixture.Honest);

        (_, JudgeReport report, _) = await _fixture.RunAsync(server);

        long input = server.Paid.Sum(entry => (long)entry.Answer.InputTokens), output = server.Paid.Sum(entry => (long)entry.Answer.OutputTokens);
        Assert.Equal(new JudgeUsage(48, input, output, 0, ((input * 2.5m) + (output * 10m)) / 1_000_000m), report.Usage);
    }

    [Fact]
    public async Task Run_AnyConcurrencyAndAgain_GivesEqualFiles()
    {
        using var server = new FakeChatServer(JudgeFixture.Honest);

        (_, _, string one) = await _fixture.RunAsync(server, cache: "one.db", concurrency: 1);
        (_, _, string eight) = await _fixture.RunAsync(server, cache: "eight.db", concurrency: 8);
        (JudgeRunReport again, _, string cached) = await _fixture.RunAsync(server, cache: "eight.db");

        Assert.Equal(one, eight);
        Assert.Equal(one, cached);
        Assert.Equal(0, again.Calls);
        Assert.Equal(96, server.Log.Count);
    }

    [Fact]
    public async Task Run_SameQuestionsAskedRepeatedly_TellsConsistency()
    {
        // Query first says 8, then 6; hit first says 5 both times.
        _fixture.Write(("ring", i => i == 0 ? [1] : []));
        string forward = _fixture.Question(0, 1);
        int asked = 0;
        using var server = new FakeChatServer(call => new ChatAnswer(call.Question == forward ? (Interlocked.Increment(ref asked) == 1 ? """{"score":8}""" : """{"score":6}""") : """{"score":5}"""));

        (_, JudgeReport report, _) = await _fixture.RunAsync(server, _fixture.Options with { Repeats = 2 }, concurrency: 1);

        Assert.Equal(new OrderConsistency(2, 2, 0, double.NaN), report.OrderConsistency); // |8-5| and |6-5|; 5 does not vary
        Assert.Equal(2, report.RepeatConsistency!.Pairs);
        Assert.Equal(Math.Sqrt(2) / 2, report.RepeatConsistency.MeanStandardDeviation, 12);
        Assert.Equal(0.5, report.RepeatConsistency.ShareEqual);
        Assert.Equal(6, report.Methods[0].Score.Mean, 12);
    }

    [Fact]
    public async Task Run_GarbageAndRefusals_AreCountedPaidAndNeverScored()
    {
        _fixture.Write(("ring", i => [i + 1]));
        ChatAnswer[] faults =
        [
            new("It is a 7.", 10, 3), new("""{"score": 11}""", 10, 3), new("""{"score": NaN}""", 10, 3), new("""{"score": 7} or so""", 10, 3),
            new(null, 10, 3) { Refusal = "I can't judge this." }, new("", 10, 3) { FinishReason = "content_filter" }, ChatAnswer.Error(400, "filtered", "content_filter"),
        ];
        Dictionary<string, ChatAnswer> bad = [];
        for (int i = 0; i < faults.Length; i++)
        {
            bad[_fixture.Question(i, i + 1)] = bad[_fixture.Question(i + 1, i)] = faults[i];
        }

        using var server = new FakeChatServer(call => bad.GetValueOrDefault(call.Question) ?? JudgeFixture.Honest(call));

        (JudgeRunReport run, JudgeReport report, string bytes) = await _fixture.RunAsync(server, _fixture.Options with { TopK = 1 });

        JudgedMethod method = Assert.Single(report.Methods);
        Assert.Equal((8, 1, 3, 4, 0), (method.Pairs, method.Scored, method.Refused, method.Garbage, method.Failed));
        Assert.Equal((6, 8), (method.RefusedAnswers, method.GarbageAnswers));
        Assert.Equal((JudgeFixture.ScoreOf(_fixture.Question(7, 0)) + JudgeFixture.ScoreOf(_fixture.Question(0, 7))) / 2, method.Score.Mean, 12);
        Assert.Equal(30, run.Calls); // each of the 14 twice, and two that are scored
        Assert.Equal(server.PaidTokens, report.Usage.InputTokens + report.Usage.OutputTokens);
        Assert.True(report.IsComplete);
        JsonElement[] pairs = [.. JsonSerializer.Deserialize<JsonElement>(bytes.Split("\n----\n")[0]).GetProperty("detailed_results").GetProperty("ring").EnumerateArray()];
        Assert.Equal(7, pairs.Count(pair => pair.GetProperty("score").ValueKind == JsonValueKind.Null));

        // They stand: the next run does not ask again, unless it may ask more often.
        (JudgeRunReport again, _, _) = await _fixture.RunAsync(server, _fixture.Options with { TopK = 1 });
        (JudgeRunReport more, _, _) = await _fixture.RunAsync(server, _fixture.Options with { TopK = 1, Attempts = 3 });
        Assert.Equal((0, 14), (again.Calls, more.Calls));
    }

    [Fact]
    public async Task Run_GarbageThenScore_CountsTheScoreAndBothCosts()
    {
        _fixture.Write(("ring", i => [i + 1]));
        var asked = new HashSet<string>();
        using var server = new FakeChatServer(call =>
        {
            lock (asked)
            {
                return asked.Add(call.Question) ? new ChatAnswer("well", 50, 5) : JudgeFixture.Honest(call);
            }
        });

        (_, JudgeReport report, _) = await _fixture.RunAsync(server);

        Assert.Equal((8, 0, 0), (report.Methods[0].Scored, report.Methods[0].Garbage, report.Methods[0].GarbageAnswers));
        Assert.Equal(32, report.Usage.Calls);
        Assert.Equal(server.PaidTokens, report.Usage.InputTokens + report.Usage.OutputTokens);
    }

    [Fact]
    public async Task Run_ServiceWithoutStructuredAnswers_IsAskedForTheNumberAlone()
    {
        using var server = new FakeChatServer(call => call.IsStructured
            ? ChatAnswer.Error(400, "'response_format' of type 'json_schema' is not supported by this model")
            : new ChatAnswer(FormattableString.Invariant($"{JudgeFixture.ScoreOf(call.Question)}"), 10, 2));

        (JudgeRunReport run, JudgeReport report, _) = await _fixture.RunAsync(server);

        Assert.Equal((48, 0), (run.Calls, run.Open));
        Assert.InRange(server.Log.Count(entry => entry.Call.IsStructured), 1, 8); // those under way when the first was refused
        Assert.Contains("number alone", ChatCall.Parts(server.Paid[0].Call.Body, "text").First().GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.All(report.Methods, method => Assert.Equal(16, method.Scored));
    }

    [Fact]
    public async Task Run_WrongKey_EndsAtOnceAndSaysWhy()
    {
        using var server = new FakeChatServer(_ => ChatAnswer.Error(401, "no such key"));

        var error = await Assert.ThrowsAsync<ServiceException>(() => _fixture.RunAsync(server, concurrency: 2));

        Assert.Contains("no such key", error.Message, StringComparison.Ordinal);
        Assert.InRange(server.Log.Count, 1, 2);
    }

    [Fact]
    public async Task Run_BrokenAndMissingPictures_AreToldAndTheRestIsJudged()
    {
        File.WriteAllBytes(Path.Combine(_fixture.Folder, "p", "3.png"), File.ReadAllBytes(Path.Combine(_fixture.Folder, "p", "3.png"))[..200]);
        File.Delete(Path.Combine(_fixture.Folder, "p", "5.png"));
        _fixture.Write(("ring", i => [i + 1]));
        using var server = new FakeChatServer(JudgeFixture.Honest);

        (_, JudgeReport report, _) = await _fixture.RunAsync(server);
        (_, JudgeReport again, _) = await _fixture.RunAsync(server);

        Assert.Equal(["p/3.png", "p/5.png"], report.ImageErrors.Select(error => error.Path));
        Assert.Contains("no such file", report.ImageErrors[1].Reason, StringComparison.Ordinal);
        Assert.Equal((8, 4, 4), (report.Methods[0].Pairs, report.Methods[0].Scored, report.Methods[0].Unreadable));
        Assert.Equal(8, server.Log.Count);
        Assert.Equal(report.ToJson(), again.ToJson());
    }

    [Fact]
    public async Task Run_LargePicture_IsSentScaledDownAndAlwaysTheSame()
    {
        _fixture.WritePicture("p/0.png", 0, 300);
        _fixture.Write(("ring", i => i == 0 ? [1] : []));
        using var server = new FakeChatServer(JudgeFixture.Honest);
        JudgeOptions small = _fixture.Options with { MaxSide = 128 };

        await _fixture.RunAsync(server, small, "a.db");
        await _fixture.RunAsync(server, small, "b.db");
        await _fixture.RunAsync(server, _fixture.Options, "c.db");

        Assert.Equal(server.Log[0].Call.Pictures.Order(), server.Log[2].Call.Pictures.Order());
        Assert.DoesNotContain(_fixture.HashOf(0), server.Log[0].Call.Pictures);
        Assert.Contains(_fixture.HashOf(1), server.Log[0].Call.Pictures); // small enough: the file as it is
        Assert.Contains(_fixture.HashOf(0), server.Log[4].Call.Pictures);
    }

    [Fact]
    public async Task Run_OtherQuestionModelOrTemperature_SharesNoAnswers()
    {
        _fixture.Write(("ring", i => i == 0 ? [1] : []));
        using var server = new FakeChatServer(JudgeFixture.Honest);
        JudgeOptions[] all =
        [
            _fixture.Options, _fixture.Options with { Question = "Other?" }, _fixture.Options with { Judge = "vllm:other" },
            _fixture.Options with { Temperature = 0.5 }, _fixture.Options with { Temperature = null }, _fixture.Options with { MaxSide = 8 },
        ];

        foreach (JudgeOptions options in all.Concat(all))
        {
            await _fixture.RunAsync(server, options);
        }

        Assert.Equal(2 * all.Length, server.Log.Count);
        Assert.Equal(2, server.Log.Count(entry => !entry.Call.Body.TryGetProperty("temperature", out _)));
    }

    [Fact]
    public async Task Run_FewerQueriesMethodsOrHits_AsksThoseAlone()
    {
        using var server = new FakeChatServer(JudgeFixture.Honest);

        (_, JudgeReport report, _) = await _fixture.RunAsync(server, _fixture.Options with { TopK = 1, Limit = 3, Methods = ["skip"] });

        Assert.Equal(("skip", 3, 6), (Assert.Single(report.Methods).Name, report.Methods[0].Pairs, server.Log.Count));
    }

    [Fact]
    public void Open_UnknownMethod_ListsThoseThatAre()
    {
        var error = Assert.Throws<ArgumentException>(() => _fixture.Open(_fixture.Options with { Methods = ["rign"] }));

        Assert.Contains("ring, skip, again", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_BudgetInDollarsWithoutPrices_IsRefused() =>
        Assert.Throws<ArgumentException>(() => _fixture.Open(_fixture.Options with { PriceOut = null, Budget = 1 }));

    [Fact]
    public void Open_CacheOfAnotherRun_IsRefused()
    {
        using RelationalJudge first = _fixture.Open();

        var error = Assert.Throws<InvalidDataException>(() => _fixture.Open());

        Assert.Contains("another run", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_FileThatIsNoCache_IsRefusedAndLeftAlone()
    {
        string path = Path.Combine(_fixture.Folder, "cache.db");
        File.WriteAllText(path, new string('x', 5000));

        var error = Assert.Throws<InvalidDataException>(() => _fixture.Open());

        Assert.StartsWith(path, error.Message, StringComparison.Ordinal);
        Assert.Equal(new string('x', 5000), File.ReadAllText(path));
    }

    [Fact]
    public async Task Forecast_BeforeAndAfter_TellsWhatIsLeft()
    {
        using var server = new FakeChatServer(JudgeFixture.Honest);
        JudgeForecast before, once, after, more;
        using (RelationalJudge judge = _fixture.Open())
        {
            before = judge.Forecast();
        }

        using (RelationalJudge judge = _fixture.Open(_fixture.Options with { Attempts = 1 }))
        {
            once = judge.Forecast();
        }

        await _fixture.RunAsync(server);
        using (RelationalJudge judge = _fixture.Open())
        {
            after = judge.Forecast();
        }

        using (RelationalJudge judge = _fixture.Open(_fixture.Options with { Repeats = 2 }))
        {
            more = judge.Forecast();
        }

        Assert.Equal((48, 48, false), (before.Questions, before.Calls, before.IsMeasured));
        Assert.Equal((before.Calls, before.MostTokens), (once.Calls, _fixture.Options.Attempts * once.MostTokens));
        Assert.True(once.MostTokens > once.InputTokens + once.OutputTokens && once.Cost > 0);
        Assert.Equal((48, 0, 0L, 0m), (after.Questions, after.Calls, after.MostTokens, after.Cost));
        Assert.Equal((96, 48, true), (more.Questions, more.Calls, more.IsMeasured));
        Assert.Equal(server.PaidTokens, more.InputTokens + more.OutputTokens, 2.0);
        Assert.Equal(48, server.Log.Count);
    }
}
