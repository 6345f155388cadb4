using System.Diagnostics;
using Relsim.Evaluation.Methods;
using Relsim.Evaluation.Retrieval;
using Relsim.Search;

namespace Relsim.Cli.Tests.Commands;

/// <summary><c>evaluate retrieval</c> as a child process that is killed at one stage after the other.</summary>
public sealed class StoppedRetrievalTests(TinyModel model) : IDisposable
{
    private const int Scenes = 600;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    [Trait("Kind", "Fault")]
    public async Task Retrieval_KilledAtEveryStage_WritesTheBytesOfAnUnkilledRun()
    {
        string whole = _folder["whole"], killed = _folder["killed"];
        CliResult unkilled = await Cli.RunAsync(Arguments(whole));
        Assert.Equal((ExitCodes.Ok, ""), (unkilled.ExitCode, unkilled.Error));

        (string Stage, Func<bool> IsReached)[] stages =
        [
            ("drawing", () => Files(Path.Combine(killed, "pool"), "*.png") > 100),
            ("hashing", () => Cached(killed, cache => cache.Files().Count) > 0),
            ("first model", () => Cached(killed, cache => cache.Known(Fingerprint(unkilled, 0)).Count) > 0),
            ("first run file", () => Files(Path.Combine(killed, "runs"), "*.run") > 0),
            ("a descriptor", () => Cached(killed, cache => cache.Known(Fingerprint(unkilled, 2)).Count) > 0),
            ("last run file", () => Files(Path.Combine(killed, "runs"), "*.run") == 6),
        ];
        var hit = new List<string>();
        foreach ((string stage, Func<bool> isReached) in stages)
        {
            if (await KillAtAsync(killed, isReached))
            {
                hit.Add(stage);
            }
        }

        Assert.True(hit.Count >= stages.Length - 1, $"The child was killed only while {string.Join(", ", hit)}.");
        CliResult resumed = await Cli.RunAsync(Arguments(killed));
        Assert.Equal((ExitCodes.Ok, ""), (resumed.ExitCode, resumed.Error));
        byte[] page = await File.ReadAllBytesAsync(Path.Combine(killed, "report.html"), TestContext.Current.CancellationToken);
        Assert.Equal(ExitCodes.Ok, (await Cli.RunAsync(Arguments(killed))).ExitCode);
        Assert.Equal(page, await File.ReadAllBytesAsync(Path.Combine(killed, "report.html"), TestContext.Current.CancellationToken));
        Dictionary<string, byte[]> expected = Contents(whole), actual = Contents(killed);
        Assert.Equal(expected.Keys.Order(), actual.Keys.Order());
        Assert.All(expected, file => Assert.True(file.Value.AsSpan().SequenceEqual(actual[file.Key]), $"{file.Key} differs"));
    }

    /// <summary>Kills a child once its files say that a stage is reached; false where it ended before.</summary>
    private async Task<bool> KillAtAsync(string output, Func<bool> isReached)
    {
        using Process child = Cli.Start(Arguments(output));
        while (!isReached() && !child.HasExited)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            child.WaitForExit(2);
        }

        bool isKilled = !child.HasExited;
        child.Kill();
        await child.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(isKilled || child.ExitCode == ExitCodes.Ok, isKilled ? "" : $"the child failed: {await child.StandardError.ReadToEndAsync()}");
        return isKilled;
    }

    private string[] Arguments(string output) =>
    [
        "evaluate", "retrieval", "--scenes", $"{Scenes}", "--size", "32", "--queries", "50", "--top-k", "5", "--run-depth", "40", "--resamples", "100",
        "--methods", $"mini={model.Folder},mini-attribute={model.Folder},untrained", "--output", output, "--json",
    ];

    private static string Fingerprint(CliResult result, int method) => result.Json.GetProperty("methods")[method].GetProperty("fingerprint").GetString()!;

    private static int Cached(string output, Func<RowCache, int> count)
    {
        string path = Path.Combine(output, "cache.db");
        try
        {
            if (!File.Exists(path))
            {
                return 0;
            }

            using RowCache cache = RowCache.Open(path);
            return count(cache);
        }
        catch (Exception e) when (e is StoreFormatException or Microsoft.Data.Sqlite.SqliteException)
        {
            return 0; // the child has not made it yet
        }
    }

    private static int Files(string folder, string pattern) => Directory.Exists(folder) ? Directory.GetFiles(folder, pattern).Length : 0;

    /// <summary>The results; the two files that say when and in which folder a run began are of the run.</summary>
    private static Dictionary<string, byte[]> Contents(string folder) => Directory.GetFiles(folder, "*", SearchOption.AllDirectories)
        .Select(file => Path.GetRelativePath(folder, file))
        .Where(file => !file.StartsWith("cache.db", StringComparison.Ordinal) && file is not ("provenance.json" or "report.html") && !file.EndsWith(".tmp", StringComparison.Ordinal))
        .ToDictionary(file => file, file => File.ReadAllBytes(Path.Combine(folder, file)));
}
