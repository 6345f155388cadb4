using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Relsim.Evaluation.Judging;
using Relsim.Evaluation.Retrieval;
using Relsim.Evaluation.Tests.Services;

namespace Relsim.Cli.Tests.Commands;

/// <summary>evaluate judge beside a server of OpenAI's API, in this process and as a child that is killed.</summary>
public sealed class EvaluateJudgeCommandTests : IDisposable
{
    private const int PictureCount = 12;

    private readonly TemporaryFolder _folder = new();

    public EvaluateJudgeCommandTests()
    {
        Pictures.WriteFolder(_folder, "p", PictureCount);
        RetrievedImages.Write(Retrieved, new OrderedDictionary<string, IReadOnlyList<RetrievedQuery>>
        {
            { "ring", [.. Enumerable.Range(0, PictureCount).Select(i => Found(i, i + 1, i + 2))] },
            { "skip", [.. Enumerable.Range(0, PictureCount).Select(i => Found(i, i + 2, i + 3))] },
        });
    }

    private string Retrieved => _folder["retrieved_images.json"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Judge_Run_WritesResultsAndSaysWhatTheyCost()
    {
        using var server = new FakeChatServer(Answer);

        CliResult result = await RunAsync(server, "out", "--price-in", "2.5", "--price-out", "10", "--methods", "ring,skip");
        CliResult again = await RunAsync(server, "out", "--price-in", "2.5", "--price-out", "10", "--json");

        Assert.Equal((ExitCodes.Ok, ""), (result.ExitCode, result.Error));
        JudgeReport report = JudgeReport.FromJson(File.ReadAllText(_folder["out/judge-report.json"]));
        Assert.Equal(server.PaidTokens, report.Usage.InputTokens + report.Usage.OutputTokens);
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"${report.Usage.Cost:0.0000}"), result.Output, StringComparison.Ordinal);
        Assert.Contains("ring", result.Output, StringComparison.Ordinal);
        Assert.Contains("ring", File.ReadAllText(_folder["out/judge.md"]), StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Object, JsonSerializer.Deserialize<JsonElement>(File.ReadAllText(_folder["out/judge.json"])).GetProperty("detailed_results").ValueKind);
        Assert.Equal(0, again.Json.GetProperty("run").GetProperty("calls").GetInt32());
        Assert.Equal(48, server.Log.Count); // 2 methods x 12 queries, the top hit alone, both orders
    }

    [Fact]
    public async Task Judge_DryRun_TellsCallsAndAsksNothing()
    {
        using var server = new FakeChatServer(Answer);

        CliResult text = await RunAsync(server, "out", "--dry-run", "--price-in", "2.5", "--price-out", "10");
        CliResult json = await RunAsync(server, "out", "--dry-run", "--json", "--top-k", "2", "--repeats", "3");

        Assert.Equal(ExitCodes.Ok, text.ExitCode);
        Assert.Contains("Calls to make: 48.", text.Output, StringComparison.Ordinal);
        Assert.Contains("$", text.Output, StringComparison.Ordinal);
        Assert.Equal(3 * 2 * 36, json.Json.GetProperty("calls").GetInt32()); // i+1, i+2 and i+3: what both find counts once
        Assert.Equal(JsonValueKind.Null, json.Json.GetProperty("cost").ValueKind);
        Assert.Empty(server.Log);
        Assert.False(File.Exists(_folder["out/judge.json"]));
    }

    [Fact]
    public async Task Judge_BudgetReached_IsPartlyDoneAndGoesOnWithMore()
    {
        using var server = new FakeChatServer(Answer);

        CliResult result = await RunAsync(server, "out", "--budget-tokens", "20000", "--image-tokens", "500");
        CliResult rest = await RunAsync(server, "out");

        Assert.Equal((ExitCodes.PartlyDone, ExitCodes.Ok), (result.ExitCode, rest.ExitCode));
        Assert.Contains("Run again with a higher budget", result.Error, StringComparison.Ordinal);
        Assert.Equal(48, server.Paid.Count);
    }

    [Fact]
    public async Task Judge_BrokenPictureOrFailedQuestion_IsPartlyDone()
    {
        _folder.Write("p/00003.png", "no picture");
        using var server = new FakeChatServer(call => call.Question.StartsWith(HashOf(7), StringComparison.Ordinal) ? ChatAnswer.Error(400, "cannot") : Answer(call));

        CliResult result = await RunAsync(server, "out", "--json");

        Assert.Equal(ExitCodes.PartlyDone, result.ExitCode);
        Assert.Contains("p/00003.png: ", result.Error, StringComparison.Ordinal);
        Assert.Contains("cannot", result.Error, StringComparison.Ordinal);
        JsonElement ring = result.Json.GetProperty("methods")[0];
        Assert.Equal((12, 2, 2), (ring.GetProperty("pairs").GetInt32(), ring.GetProperty("unreadable").GetInt32(), ring.GetProperty("failed").GetInt32()));
    }

    [Fact]
    public async Task Judge_NothingButRefusals_IsDoneWithoutAScore()
    {
        using var server = new FakeChatServer(_ => new ChatAnswer(null, 5, 1) { Refusal = "No." });

        CliResult text = await RunAsync(server, "out");
        CliResult json = await RunAsync(server, "out", "--json");

        Assert.Equal((ExitCodes.Ok, ExitCodes.Ok), (text.ExitCode, json.ExitCode));
        Assert.Equal(JsonValueKind.Null, json.Json.GetProperty("methods")[0].GetProperty("score").ValueKind);
        Assert.Equal(12, json.Json.GetProperty("methods")[0].GetProperty("refused").GetInt32());
    }

    [Theory]
    [InlineData("Known are openai:MODEL", "--judge", "gpt-4o")]
    [InlineData("is missing. Give it with --base-url", "--judge", "vllm:m")]
    [InlineData("--temperature is a number", "--judge", "vllm:m", "--base-url", "http://localhost:1/v1", "--temperature", "warm")]
    [InlineData("needs both prices", "--judge", "vllm:m", "--base-url", "http://localhost:1/v1", "--budget", "1")]
    [InlineData("must be greater than or equal to '1'.", "--judge", "vllm:m", "--base-url", "http://localhost:1/v1", "--limit", "0")]
    [InlineData("no method 'x'", "--judge", "vllm:m", "--base-url", "http://localhost:1/v1", "--methods", "x")]
    public async Task Judge_WrongOption_IsRefusedInOneLine(string expected, params string[] options)
    {
        CliResult result = await Cli.RunAsync(["evaluate", "judge", Retrieved, "--output", _folder["out"], .. options]);

        Assert.Equal(ExitCodes.Failed, result.ExitCode);
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
        Assert.Single(result.Error.TrimEnd().Split('\n'));
    }

    [Fact]
    [Trait("Kind", "Fault")]
    public async Task Judge_KilledAtRandomPoints_PaysAgainOnlyForWhatWasUnderWay()
    {
        const int concurrency = 4, kills = 4, questions = 2 * 3 * PictureCount;
        using var calm = new FakeChatServer(Answer);
        await RunAsync(calm, "calm", "--top-k", "2");
        var random = new Random(5);
        int untilKill = int.MaxValue;
        using var stuck = new ManualResetEventSlim(true);
        using var server = new FakeChatServer(call =>
        {
            // The child is killed between two answers: those that come later wait until it is gone.
            if (Interlocked.Decrement(ref untilKill) < 0)
            {
                stuck.Wait();
            }

            return Answer(call);
        });
        int lost = 0;
        for (int kill = 0; kill < kills; kill++)
        {
            int answers = random.Next(4, 16);
            stuck.Reset();
            Volatile.Write(ref untilKill, answers);
            using Process child = Cli.Start([.. Arguments(server, "out"), "--top-k", "2", "--concurrency", $"{concurrency}"]);
            Task reached = server.When(_ => Volatile.Read(ref untilKill) < 0);
            Assert.Same(reached, await Task.WhenAny(reached, child.WaitForExitAsync(TestContext.Current.CancellationToken)));
            child.Kill();
            await child.WaitForExitAsync(TestContext.Current.CancellationToken);
            Volatile.Write(ref untilKill, int.MaxValue);
            stuck.Set();
            await server.When(state => state.InFlight == 0);

            int lostNow = server.Paid.Count - lost - (int)CountKept();
            // At most one for each call under way: answered and not yet kept, or not yet answered.
            Assert.InRange(lostNow, 1, concurrency);
            lost += lostNow;
        }

        CliResult result = await RunAsync(server, "out", "--top-k", "2");

        Assert.Equal(ExitCodes.Ok, result.ExitCode);
        Assert.Equal(questions, server.Paid.Select(entry => entry.Call.Question).Distinct().Count());
        Assert.Equal(questions + lost, server.Paid.Count);
        Assert.Equal(questions, CountKept());
        foreach (string name in (string[])["judge.json", "judge-report.json", "judge.md"])
        {
            Assert.Equal(File.ReadAllText(_folder[$"calm/{name}"]), File.ReadAllText(_folder[$"out/{name}"]));
        }
    }

    [Fact]
    public async Task Caption_ByAService_AsksItAndNamesItInTheJournal()
    {
        using var server = new FakeChatServer(call => call.Number == 0 ? ChatAnswer.Error(429, retryAfter: "0") : new ChatAnswer("{Subject} in a row"));
        string picture = _folder["p/00001.png"], output = _folder["captions.jsonl"];

        CliResult result = await Cli.RunAsync("caption", picture, "-o", output, "--service", "vllm:m", "--base-url", server.Address, "--samples", "2", "--json");

        Assert.Equal((ExitCodes.Ok, ""), (result.ExitCode, result.Error));
        Assert.Equal(["{Subject} in a row", "{Subject} in a row"], File.ReadLines(output).Select(line => JsonSerializer.Deserialize<JsonElement>(line).GetProperty("caption").GetString()));
        Assert.Equal([HashOf(1)], server.Paid[0].Call.Pictures);
        Assert.Equal(3, server.Log.Count);
    }

    [Theory]
    [InlineData("--model", "--service", "vllm:m", "--base-url", "http://localhost:1/v1", "--model", "mini")]
    [InlineData("--device", "--service", "vllm:m", "--base-url", "http://localhost:1/v1", "--device", "cpu")]
    [InlineData("--base-url", "--service", "vllm:m")]
    [InlineData("--service", "--base-url", "http://localhost:1/v1")]
    public async Task Caption_ServiceAndLocalModel_IsRefused(string expected, params string[] options)
    {
        CliResult result = await Cli.RunAsync(["caption", _folder["p/00001.png"], "-o", _folder["c.jsonl"], .. options]);

        Assert.Equal(ExitCodes.Failed, result.ExitCode);
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
    }

    private static RetrievedQuery Found(int query, params int[] hits) => new()
    {
        QueryImageId = Name(query),
        QueryImagePath = $"p/{Name(query)}.png",
        TopKImageIds = [.. hits.Select(Name)],
        TopKImagePaths = [.. hits.Select(hit => $"p/{Name(hit)}.png")],
        TopKScores = [.. hits.Select((_, rank) => 1.0 - (0.1 * rank))],
    };

    private static string Name(int picture) => (picture % PictureCount).ToString("D5", CultureInfo.InvariantCulture);

    private static ChatAnswer Answer(ChatCall call)
    {
        int hash = call.Question.Aggregate(17, (sum, letter) => unchecked((sum * 31) + letter)) & int.MaxValue;
        return new ChatAnswer($$"""{"score": {{hash % 11}}}""", 900 + (hash % 97), 7 + (hash % 3));
    }

    private static string HashOf(int picture) => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Pictures.Png(picture)));

    private string[] Arguments(FakeChatServer server, string output) =>
        ["evaluate", "judge", Retrieved, "--judge", "vllm:m", "--base-url", server.Address, "--output", _folder[output]];

    private Task<CliResult> RunAsync(FakeChatServer server, string output, params string[] options) => Cli.RunAsync([.. Arguments(server, output), .. options]);

    private long CountKept()
    {
        using var connection = new SqliteConnection($"Data Source={_folder["out/judge-cache.db"]};Pooling=False");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM answers";
        return (long)command.ExecuteScalar()!;
    }
}
