using System.Security.Cryptography;
using Microsoft.Extensions.AI;
using Relsim.Evaluation.Judging;
using Relsim.Evaluation.Reports;
using Relsim.Evaluation.Retrieval;
using Relsim.Evaluation.Services;
using Relsim.Evaluation.Tests.Services;
using Relsim.Imaging;
using SkiaSharp;

namespace Relsim.Evaluation.Tests.Judging;

/// <summary>
/// A folder with pictures and what three methods retrieved: <c>ring</c> and <c>skip</c> find the next pictures and those after them,
/// <c>again</c> finds the same as <c>ring</c>. Files of runs are read as text, by name.
/// </summary>
internal sealed class JudgeFixture : IDisposable
{
    public const int Pictures = 8;

    private static readonly string[] Files = ["judge.json", "judge-report.json", "judge.md"];

    public JudgeFixture()
    {
        Folder = Directory.CreateTempSubdirectory("relsim-judge-tests-").FullName;
        for (int i = 0; i < Pictures; i++)
        {
            WritePicture($"p/{i}.png", i, 16);
        }

        Write(("ring", i => [i + 1, i + 2]), ("skip", i => [i + 2, i + 3]), ("again", i => [i + 1, i + 2]));
    }

    public string Folder { get; }

    public string Retrieved => Path.Combine(Folder, "retrieved_images.json");

    public JudgeOptions Options { get; } = new() { Judge = "vllm:m", TopK = 2, PriceIn = 2.5m, PriceOut = 10m };

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    public string HashOf(int picture) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(Folder, "p", $"{picture % Pictures}.png"))));

    public string Question(int first, int second) => $"{HashOf(first)}|{HashOf(second)}";

    public void WritePicture(string name, int seed, int side)
    {
        byte[] pixels = new byte[side * side * 3];
        new Random(seed).NextBytes(pixels);
        using SKImage image = SkiaImages.ToSkia(new RgbImage(side, side, pixels));
        string path = Path.Combine(Folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, SkiaImages.Encode(image, SKEncodedImageFormat.Png, 100));
    }

    /// <summary>Writes the retrieved images: each picture is a query, and a method says which pictures it finds.</summary>
    public void Write(params (string Method, Func<int, int[]> Hits)[] methods)
    {
        var retrieved = new OrderedDictionary<string, IReadOnlyList<RetrievedQuery>>();
        foreach ((string method, Func<int, int[]> find) in methods)
        {
            retrieved.Add(method, [.. Enumerable.Range(0, Pictures).Select(query => (Query: query, Hits: find(query).Select(hit => hit % Pictures).ToArray())).Select(found => new RetrievedQuery
            {
                QueryImageId = $"{found.Query}",
                QueryImagePath = $"p/{found.Query}.png",
                TopKImageIds = [.. found.Hits.Select(hit => $"{hit}")],
                TopKImagePaths = [.. found.Hits.Select(hit => $"p/{hit}.png")],
                TopKScores = [.. found.Hits.Select((_, rank) => 1.0 - (0.1 * rank))],
            })]);
        }

        RetrievedImages.Write(Retrieved, retrieved);
    }

    public RelationalJudge Open(JudgeOptions? options = null, string cache = "cache.db") =>
        RelationalJudge.Open(Retrieved, Path.Combine(Folder, cache), options ?? Options, TestContext.Current.CancellationToken);

    public static IChatClient Connect(FakeChatServer server, FakeClock clock) => ChatServices.Open(
        "vllm:m", ChatServicesTests.Environment() with { BaseUrl = server.Address, Clock = clock, Timeout = FakeClock.Timeout });

    /// <summary>Runs a judge with a cache of its own name and reads what it wrote.</summary>
    public async Task<(JudgeRunReport Run, JudgeReport Report, string Bytes)> RunAsync(
        FakeChatServer server, JudgeOptions? options = null, string cache = "cache.db", int concurrency = 8, FakeClock? clock = null, CancellationToken? cancellation = null)
    {
        clock ??= new FakeClock();
        using RelationalJudge judge = Open(options, cache);
        using IChatClient client = Connect(server, clock);
        JudgeRunReport run = await judge.RunAsync(
            client, new BackoffOptions { Concurrency = concurrency }, progress: null, clock, cancellation ?? TestContext.Current.CancellationToken);
        JudgeResults results = judge.Results();
        string folder = Path.Combine(Folder, $"out-{cache}");
        results.Write(folder);
        return (run, results.Report, string.Join("\n----\n", Files.Select(name => File.ReadAllText(Path.Combine(folder, name)))));
    }

    /// <summary>A score in tenths that depends on the question alone, and what it costs.</summary>
    public static ChatAnswer Honest(ChatCall call)
    {
        int hash = HashOf(call.Question);
        return new ChatAnswer(FormattableString.Invariant($$"""{"score": {{ScoreOf(call.Question)}}}"""), 900 + (hash % 97), 7 + (hash % 3));
    }

    public static double ScoreOf(string question) => HashOf(question) % 101 / 10.0;

    /// <summary>Answers that went out whole, by question.</summary>
    public static Dictionary<string, int> PaidByQuestion(FakeChatServer server) =>
        server.Paid.CountBy(entry => entry.Call.Question).ToDictionary(StringComparer.Ordinal);

    private static int HashOf(string question) => question.Aggregate(17, (sum, letter) => unchecked((sum * 31) + letter)) & int.MaxValue;
}
