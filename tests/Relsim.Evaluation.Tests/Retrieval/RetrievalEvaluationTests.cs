using Relsim.Evaluation.Methods;
using Relsim.Evaluation.Retrieval;
using Relsim.Evaluation.Tests.Methods;
using Relsim.Torch.Tests.Encoders;

namespace Relsim.Evaluation.Tests.Retrieval;

public sealed class RetrievalEvaluationTests : IDisposable
{
    private static readonly RetrievalSettings Settings = new() { Queries = 20, TopK = 5, Resamples = 50, Seed = 3 };

    private readonly PoolFolder _folder = PoolFolder.Create(40);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task RunAsync_AnyMethod_ReportsWhatTrecsToolsComputeFromItsFiles()
    {
        // Grades of 1 and 2, equal scores, distances: the oracle knows only the files.
        RetrievalPool pool = _folder.Read();
        string qrels = _folder.File("grades.txt");
        var random = new Random(5);
        File.WriteAllLines(qrels, from query in Enumerable.Range(0, 30) from item in Enumerable.Range(0, 40) where random.Next(5) == 0 select $"p{query} 0 p{item} {random.Next(1, 3)}");
        RetrievalReport report = await RunAsync(pool, [.. Untrained(), Coarse([]), Distances()], [Relevance.OfQrels(pool, qrels)]);

        RelevanceTable table = Assert.Single(report.Tables);
        Assert.Equal(6, table.Methods.Count);
        foreach (MethodResults method in table.Methods)
        {
            var oracle = new TrecOracle(_folder.File($"out/runs/{method.Method}.run"), _folder.File("out/qrels.txt"));
            Assert.All(method.Metrics, metric => Assert.True(Math.Abs(oracle.Mean(metric.Metric) - metric.Value.Mean) < 1e-9, $"{method.Method} {metric.Metric}: {oracle.Mean(metric.Metric)} and {metric.Value.Mean}"));
            Assert.All(method.Curve, point =>
            {
                Assert.Equal(oracle.Mean($"precision@{point.Rank}"), point.Precision, 9);
                Assert.Equal(oracle.Mean($"recall@{point.Rank}"), point.Recall, 9);
                Assert.Equal(oracle.Mean($"hit@{point.Rank}"), point.HitRate, 9);
            });
        }
    }

    [Fact]
    public async Task RunAsync_EqualScores_FallStrictlyInTheRunFile()
    {
        RetrievalPool pool = _folder.Read();
        await RunAsync(pool, [Coarse([])], []);

        string[][] lines = [.. File.ReadLines(_folder.File("out/runs/coarse.run")).Select(line => line.Split(' '))];
        Assert.Equal(20 * 39, lines.Length);
        foreach (IGrouping<string, string[]> query in lines.GroupBy(line => line[0]))
        {
            float[] scores = [.. query.Select(line => float.Parse(line[4], System.Globalization.CultureInfo.InvariantCulture))];
            Assert.All(scores.Zip(scores.Skip(1)), pair => Assert.True(pair.First > pair.Second));
            Assert.Equal(Enumerable.Range(1, 39).Select(rank => $"{rank}"), query.Select(line => line[3]));
            Assert.All(query, line => Assert.Equal(("Q0", "coarse"), (line[1], line[5])));
        }

        RetrievedQuery first = RetrievedImages.Read(_folder.File("out/retrieved_images.json"))["coarse"][0];
        Assert.Equal(lines[..5].Select(line => line[2]), first.TopKImageIds);
        Assert.True(first.TopKScores[0] - first.TopKScores[4] is 0 or > 0.01, "scores of the JSON are the method's own");
    }

    [Fact]
    public async Task RunAsync_TwinsOfAQuery_AreNeitherHitsNorRelevant()
    {
        _folder.Add("twin", Pngs.Write(0, 24, 20), ("family", "f0"));
        RetrievalPool pool = _folder.Read();
        RetrievalReport report = await RunAsync(pool, [.. Untrained()], [Relevance.OfColumn(pool, "family")], Settings with { QueryIds = ["p0", "twin", "p1"] });

        Assert.Equal(1, report.DuplicateImages);
        foreach ((string method, IReadOnlyList<RetrievedQuery> queries) in RetrievedImages.Read(_folder.File("out/retrieved_images.json")))
        {
            Assert.Equal(["p0", "twin", "p1"], queries.Select(query => query.QueryImageId));
            Assert.Equal(queries[0].TopKImageIds, queries[1].TopKImageIds);
            Assert.DoesNotContain("twin", queries[0].TopKImageIds);
            Assert.DoesNotContain("p0", queries[1].TopKImageIds);
            Assert.True(File.Exists(Path.Combine(_folder.File("out"), queries[2].TopKImagePaths[0])), method);
        }

        Assert.DoesNotContain(File.ReadLines(_folder.File("out/qrels.txt")), line => line.StartsWith("p0 0 twin", StringComparison.Ordinal) || line.StartsWith("twin 0 p0 ", StringComparison.Ordinal));
        Assert.DoesNotContain(File.ReadLines(_folder.File("out/runs/hog.run")), line => line.StartsWith("p0 Q0 twin ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task RunAsync_WithAWarmCache_DescribesNothingAndWritesTheSameBytes()
    {
        RetrievalPool pool = _folder.Read();
        var portions = new List<string[]>();
        await RunAsync(pool, [Coarse(portions)], [Relevance.OfColumn(pool, "family")]);
        Assert.Equal(10, portions.Count);
        Dictionary<string, byte[]> before = Contents(_folder.File("out"));

        await RunAsync(_folder.Read(), [Coarse(portions)], [Relevance.OfColumn(pool, "family")]);

        Assert.Equal(10, portions.Count);
        Assert.Equal(before, Contents(_folder.File("out")));
    }

    [Fact]
    public async Task RunAsync_StoppedAfterAnyPortion_AsksForTheVeryPortionsThatWereLeft()
    {
        RetrievalPool pool = _folder.Read();
        var whole = new List<string[]>();
        await RunAsync(pool, [Coarse(whole, fingerprint: "whole")], []);
        for (int stop = 0; stop < whole.Count; stop++)
        {
            var portions = new List<string[]>();
            await Assert.ThrowsAsync<IOException>(() => RunAsync(pool, [Coarse(portions, $"stopped-{stop}", failAfter: stop)], []));
            await RunAsync(pool, [Coarse(portions, $"stopped-{stop}")], []);
            Assert.Equal(whole, portions);
        }
    }

    [Fact]
    public async Task RunAsync_ImagesThatAMethodCannotDescribe_StayInThePoolAndAreCounted()
    {
        RetrievalPool pool = _folder.Read();
        string mute = pool.Images[4].Sha256;
        RetrievalMethod method = Method("mute", new CountingRows("mute", [], image => image.Sha256 == mute ? new ImageRow(null, "it says nothing") : CountingRows.Coarse(image)));
        RetrievalReport report = await RunAsync(pool, [method], [], Settings with { QueryIds = ["p3", "p4"], TopK = 39 });

        Assert.Equal(1, report.Methods[0].UndescribedImages);
        Assert.Equal("""{"id":"p4","path":"../004.png","method":"mute","reason":"it says nothing"}""", Assert.Single(File.ReadAllLines(_folder.File("out/errors.jsonl"))));
        RetrievedQuery[] queries = [.. RetrievedImages.Read(_folder.File("out/retrieved_images.json"))["mute"]];
        Assert.Equal("p4", queries[0].TopKImageIds[^1]);
        Assert.All(queries[1].TopKScores, score => Assert.Equal(0, score));
    }

    [Fact]
    public async Task RunAsync_OfBetterAndWorseMethods_TestsPairsWithHolm()
    {
        RetrievalPool pool = _folder.Read();
        Relevance relevance = Relevance.OfColumn(pool, "family");
        RetrievalMethod knowing = Method("knowing", new CountingRows("knowing", [], image => new ImageRow([.. Enumerable.Range(0, 3).Select(f => image.Column("family") == $"f{f}" ? 1f : 0)])));
        RetrievalReport report = await RunAsync(pool, [knowing, .. Untrained()], [relevance]);

        RelevanceTable table = report.Tables[0];
        Assert.Equal(1, table.Methods[0].Of("map").Mean);
        Assert.Equal(6 * 10, table.Differences.Count);
        MethodDifference[] maps = [.. table.Differences.Where(difference => difference.Metric == "map")];
        Assert.All(maps.Where(difference => difference.First == "knowing"), difference => Assert.True(difference.Difference.Low > 0));
        double[] adjusted = Relsim.Evaluation.Statistics.HolmCorrection.Adjust([.. maps.Select(difference => difference.PValue)]);
        Assert.Equal(adjusted, maps.Select(difference => difference.AdjustedPValue));
        Assert.Equal(report.ToJson(), RetrievalReport.FromJson(report.ToJson()).ToJson());
        Assert.Equal(report.ToJson(), File.ReadAllText(_folder.File("out/retrieval.json")));
    }

    [Fact]
    public async Task RunAsync_Queries_AreThoseOfTheSeedAndLabelled()
    {
        _folder.Add("free", Pngs.Write(77, 9, 9));
        RetrievalPool pool = _folder.Read();
        Relevance relevance = Relevance.OfColumn(pool, "family", unlabelled: "f2");
        string[] first = await QueriesAsync(3), again = await QueriesAsync(3), other = await QueriesAsync(4);
        Assert.Equal(first, again);
        Assert.NotEqual(first, other);
        Assert.Equal(20, first.Distinct().Count());
        Assert.All(first.Concat(other), id => Assert.NotEqual("f2", pool.Images[pool.Find(id)!.Value].Column("family") ?? "f2"));

        async Task<string[]> QueriesAsync(int seed)
        {
            await RunAsync(pool, [Coarse([])], [relevance], Settings with { Seed = seed });
            return [.. RetrievedImages.Read(_folder.File("out/retrieved_images.json"))["coarse"].Select(query => query.QueryImageId)];
        }
    }

    [Fact]
    public async Task RunAsync_OfWrongQueriesOrMethods_SaysWhich()
    {
        _folder.Add("broken", "none"u8.ToArray());
        RetrievalPool pool = _folder.Read();
        Assert.Contains("\"p99\" is not in the pool", await Refused([Coarse([])], "p99"), StringComparison.Ordinal);
        Assert.Contains("\"broken\" cannot be read", await Refused([Coarse([])], "broken"), StringComparison.Ordinal);
        Assert.Contains("named twice", await Refused([Coarse([])], "p1", "p1"), StringComparison.Ordinal);
        Assert.Contains("comes twice", await Refused([Coarse([]), Coarse([])], "p1"), StringComparison.Ordinal);

        async Task<string> Refused(RetrievalMethod[] methods, params string[] ids) =>
            (await Assert.ThrowsAsync<ArgumentException>(() => RunAsync(pool, methods, [], Settings with { QueryIds = ids }))).Message;
    }

    private static IReadOnlyList<RetrievalMethod> Untrained() => RetrievalMethods.Parse("untrained", new MethodOptions());

    private static RetrievalMethod Coarse(List<string[]> portions, string fingerprint = "coarse", int failAfter = int.MaxValue) =>
        Method("coarse", new CountingRows(fingerprint, portions, CountingRows.Coarse, failAfter));

    private static RetrievalMethod Method(string name, RowSource source) => new()
    {
        Name = name,
        Range = ScoreRange.Cosine,
        Source = "a test",
        Pool = new RowModel(source.Fingerprint, _ => source),
    };

    // Distances in tenths, so that many are equal.
    private static RetrievalMethod Distances() => new()
    {
        Name = "distances",
        Direction = ScoreDirection.LowerIsCloser,
        Range = ScoreRange.Distance,
        Source = "a test",
        Meaning = RowMeaning.DistancesToQueries,
        Pool = new RowModel("distances", context => new CountingRows(
            "distances", [], image => new ImageRow([.. context.Queries.Select(query => Math.Abs(query.Sha256[5] - image.Sha256[5]) / 10f)]))),
    };

    private Task<RetrievalReport> RunAsync(
        RetrievalPool pool, IReadOnlyList<RetrievalMethod> methods, IReadOnlyList<Relevance> relevances, RetrievalSettings? settings = null) =>
        RetrievalEvaluation.RunAsync(pool, methods, relevances, _folder.Cache, _folder.File("out"), settings ?? Settings, null, TestContext.Current.CancellationToken);

    private static Dictionary<string, byte[]> Contents(string folder) =>
        Directory.GetFiles(folder, "*", SearchOption.AllDirectories).ToDictionary(file => Path.GetRelativePath(folder, file), File.ReadAllBytes);
}
