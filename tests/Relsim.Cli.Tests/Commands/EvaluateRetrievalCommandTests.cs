using System.Text.Json;
using Relsim.Evaluation.Retrieval;

namespace Relsim.Cli.Tests.Commands;

public sealed class EvaluateRetrievalCommandTests(TinyModel model) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Retrieval_OfAPublishedManifest_WritesAllFiles()
    {
        string pool = WritePool(30);
        CliResult result = await RunAsync(pool, "--relevance", "kind,parity", "--methods", $"mini={model.Folder},mini-attribute={model.Folder},hog");

        Assert.Equal((ExitCodes.Ok, ""), (result.ExitCode, result.Error));
        Assert.Equal(["kind", "parity"], result.Json.GetProperty("tables").EnumerateArray().Select(table => table.GetProperty("relevance").GetString()!));
        Assert.Equal("HigherIsCloser", result.Json.GetProperty("methods")[0].GetProperty("direction").GetString());
        Assert.Equal(
            ["cache.db", "joint.json", "provenance.json", "qrels-parity.txt", "qrels.txt", "report.html", "retrieval.json", "retrieval.md", "retrieved_images.json", "run-options.json"],
            Directory.GetFiles(_folder["out"]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(["hog.run", "mini-attribute.run", "mini.run"], Directory.GetFiles(_folder["out/runs"]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        IReadOnlyDictionary<string, IReadOnlyList<RetrievedQuery>> retrieved = RetrievedImages.Read(_folder["out/retrieved_images.json"]);
        Assert.Equal(["mini", "mini-attribute", "hog"], retrieved.Keys);
        Assert.All(retrieved.Values, queries => Assert.Equal(8, queries.Count));
        Assert.All(retrieved["hog"], query => Assert.All(query.TopKImagePaths.Append(query.QueryImagePath), path => Assert.True(File.Exists(Path.Combine(_folder["out"], path)))));
    }

    [Fact]
    public async Task Retrieval_WithUnreadablePictures_CountsAndListsThem()
    {
        string pool = WritePool(12);
        File.WriteAllText(_folder["pool/p3.png"], "no picture");
        File.Delete(_folder["pool/p5.png"]);
        CliResult result = await RunAsync(pool, "--methods", "hog");

        Assert.Equal(ExitCodes.PartlyDone, result.ExitCode);
        Assert.Contains("errors.jsonl", result.Error, StringComparison.Ordinal);
        Assert.Equal(2, result.Json.GetProperty("unreadable_images").GetInt32());
        Assert.Equal(10, result.Json.GetProperty("pool_size").GetInt32());
        string[] ids = [.. File.ReadLines(_folder["out/errors.jsonl"]).Select(line => JsonSerializer.Deserialize<JsonElement>(line).GetProperty("id").GetString()!)];
        Assert.Equal(["p3", "p5"], ids);
        Assert.Empty(result.Json.GetProperty("tables").EnumerateArray()); // no relevance was named, and there is no family
    }

    [Fact]
    public async Task Retrieval_OtherOptionsInOneFolder_AreRefusedUnlessOverwriting()
    {
        string pool = WritePool(12);
        await RunAsync(pool, "--methods", "hog,phash");
        CliResult refused = await RunAsync(pool, "--methods", "hog", "--seed", "5");
        Assert.Equal(ExitCodes.Failed, refused.ExitCode);
        Assert.Contains("--seed was '1' and is '5'", refused.Error, StringComparison.Ordinal);
        Assert.Contains("--methods was 'hog,phash' and is 'hog'", refused.Error, StringComparison.Ordinal);

        CliResult overwritten = await RunAsync(pool, "--methods", "hog", "--seed", "5", "--overwrite");
        Assert.Equal(ExitCodes.Ok, overwritten.ExitCode);
        Assert.Equal(["hog.run"], Directory.GetFiles(_folder["out/runs"]).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Retrieval_OverwritingWithOtherScenes_DrawsThemAgain()
    {
        string[] options = ["evaluate", "retrieval", "--scenes", "20", "--size", "32", "--queries", "4", "--resamples", "20", "--methods", "phash", "--json", "--overwrite"];
        CliResult expected = await Cli.RunAsync([.. options, "--seed", "2", "--output", _folder["fresh"]]);
        await Cli.RunAsync([.. options, "--seed", "1", "--output", _folder["out"]]);
        CliResult other = await Cli.RunAsync([.. options, "--seed", "2", "--output", _folder["out"]]);

        Assert.Equal((ExitCodes.Ok, expected.Output), (other.ExitCode, other.Output));
        Assert.Equal(File.ReadAllText(_folder["fresh/pool/scenes.jsonl"]), File.ReadAllText(_folder["out/pool/scenes.jsonl"]));
    }

    [Fact]
    public async Task Retrieval_AfterAMistypedPool_NeedsNoOverwrite()
    {
        string pool = WritePool(4);
        CliResult mistyped = await RunAsync(_folder["pool/pol.jsonl"], "--methods", "hog");
        CliResult right = await RunAsync(pool, "--methods", "hog");

        Assert.Equal((ExitCodes.Failed, ExitCodes.Ok), (mistyped.ExitCode, right.ExitCode));
    }

    [Fact]
    public async Task Retrieval_OfQrelsAndNamedQueries_UsesThem()
    {
        string pool = WritePool(12);
        string qrels = _folder.Write("grades.txt", "p1 0 p2 2\np1 0 p4 1\np7 0 p1 1\n");
        string queries = _folder.Write("queries.txt", "p7\np1\np9\n");
        CliResult result = await RunAsync(pool, "--methods", "hog", "--qrels", qrels, "--query-file", queries);

        JsonElement table = Assert.Single(result.Json.GetProperty("tables").EnumerateArray());
        Assert.Equal((2, 1), (table.GetProperty("queries").GetInt32(), table.GetProperty("skipped_queries").GetInt32()));
        Assert.Equal("p7 0 p1 1\np1 0 p2 2\np1 0 p4 1\n", File.ReadAllText(_folder["out/qrels.txt"]));
        Assert.Equal(["p7", "p1", "p9"], RetrievedImages.Read(_folder["out/retrieved_images.json"])["hog"].Select(query => query.QueryImageId));
    }

    [Fact]
    public async Task Retrieval_WrongCommandLines_SayWhy()
    {
        string pool = WritePool(3);
        CliResult neither = await Cli.RunAsync("evaluate", "retrieval", "--output", _folder["out"]);
        Assert.Equal(ExitCodes.Usage, neither.ExitCode);
        Assert.Contains("--pool", neither.Error, StringComparison.Ordinal);

        CliResult unknown = await RunAsync(pool, "--methods", "hgo");
        Assert.Contains("Known: relsim", unknown.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["out"]));

        CliResult column = await RunAsync(pool, "--methods", "hog", "--relevance", "colour");
        Assert.EndsWith("Columns are: id, path, kind, parity.", column.Error.TrimEnd(), StringComparison.Ordinal);
    }

    private string WritePool(int count)
    {
        var lines = new List<string>();
        for (int i = 0; i < count; i++)
        {
            _folder.Write($"pool/p{i}.png", Pictures.Png(i));
            lines.Add($$"""{"id":"p{{i}}","path":"p{{i}}.png","kind":"k{{i % 3}}","parity":{{i % 2}}}""");
        }

        return _folder.Write("pool/pool.jsonl", string.Join('\n', lines));
    }

    private Task<CliResult> RunAsync(string pool, params string[] more) =>
        Cli.RunAsync(["evaluate", "retrieval", "--pool", pool, "--queries", "8", "--top-k", "3", "--resamples", "50", "--output", _folder["out"], "--json", .. more]);
}
