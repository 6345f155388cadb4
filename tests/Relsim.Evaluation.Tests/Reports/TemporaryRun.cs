using System.Text.Json;
using Relsim.Evaluation.Calibration;
using Relsim.Evaluation.Judging;
using Relsim.Evaluation.Methods;
using Relsim.Evaluation.Reports;
using Relsim.Evaluation.Retrieval;
using Relsim.Evaluation.Statistics;
using Relsim.Evaluation.Study;
using Relsim.Torch.Encoders;
using MapPoint = Relsim.Evaluation.Calibration.CurvePoint;
using RankPoint = Relsim.Evaluation.Retrieval.CurvePoint;

namespace Relsim.Evaluation.Tests.Reports;

/// <summary>A run's folder with every kind of result, hostile names included; removed with the test.</summary>
internal sealed class TemporaryRun : IDisposable
{
    public const string Hostile = "</style><script>alert(\"x\")</script>";

    private const string Missing = "pictures/<img src=http:gone>.png";

    private static readonly string[] Methods = ["mini", Hostile, "a method whose name goes on and on until no column can hold it any more"];

    public TemporaryRun() => Folder = Directory.CreateTempSubdirectory("relsim-run-").FullName;

    public string Folder { get; }

    public string this[string name] => Path.Combine(Folder, name);

    /// <summary>Writes all results.</summary>
    public static TemporaryRun Full()
    {
        var run = new TemporaryRun();
        run.WritePictures();
        File.WriteAllText(run["retrieval.json"], Retrieval().ToJson());
        RetrievedImages.Write(run["retrieved_images.json"], Methods.ToDictionary(name => name, name => (IReadOnlyList<RetrievedQuery>)[Query("q1"), Query("q2")]));
        File.WriteAllText(run["qrels.txt"], "q1 0 p1 1\nq1 0 p2 1\nq2 0 p0 1\n");
        File.WriteAllText(run["judge-report.json"], Judge().ToJson());
        File.WriteAllText(run["study.json"], Study().ToJson());
        File.WriteAllText(run["calibration-report.json"], Calibration().ToJson());
        File.WriteAllText(run["errors.jsonl"], JsonSerializer.Serialize(new { id = "p9", path = Missing, reason = "<b>cut</b> short" }) + "\n");
        new JointScores
        {
            QueryId = "q1",
            QueryPath = run["pictures/p0.png"],
            RelationalMethod = "mini",
            AttributeMethod = Hostile,
            PoolSize = 12,
            Images = [.. Enumerable.Range(0, 12).Select(i => new JointScore(run[$"pictures/p{i % 6}.png"], i / 12f, i * 5 % 12 / 12f))],
        }.Write(run.Folder);
        Provenance.StartOrResume(run.Folder, new RunDescription { Command = "relsim evaluate retrieval", Arguments = ["--pool", Hostile, "--api-key", "hush-hush"], Seed = 7 }, new FixedTime(2026));
        return run;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    public static RetrievalReport Retrieval() => new()
    {
        Seed = 7,
        Resamples = 1000,
        TopK = 10,
        PoolSize = 12,
        PoolDigest = "0123",
        Queries = 2,
        DuplicateImages = 1,
        UnreadableImages = 1,
        Methods = [.. Methods.Select(name => new MethodDescription(name, $"{name}-1", ScoreDirection.HigherIsCloser, ScoreRange.Cosine, Hostile, 0))],
        Tables = [Table()],
    };

    private static RelevanceTable Table() => new()
    {
        Relevance = "family",
        Queries = 2,
        SkippedQueries = 0,
        ChanceHitAt1 = 0.1,
        Methods = [.. Methods.Select((name, i) => new MethodResults(
            name,
            [new MetricEstimate("ndcg@10", Value(0.8 - (0.2 * i))), new MetricEstimate("map", Value(0.7 - (0.2 * i)))],
            [new RankPoint(1, 0.5, 0.2, 0.5), new RankPoint(10, 0.2, 0.8, 1)]))],
        Differences =
        [
            new MethodDifference("ndcg@10", Hostile, "mini", new Estimate(-0.2, -0.3, -0.1, 2), 0.001, 0.003),
            new MethodDifference("ndcg@10", "mini", Methods[2], new Estimate(0.4, -0.1, 0.5, 2), 0.2, 0.4),
        ],
    };

    private static JudgeReport Judge() => new()
    {
        Judge = "openai:gpt-4o",
        ServedBy = [Hostile],
        QuestionHash = new string('a', 64),
        Repeats = 2,
        TopK = 1,
        Seed = 7,
        IsComplete = false,
        Methods = [.. Methods.Select((name, i) => new JudgedMethod(name, new Estimate(6.25 - i, 5.5 - i, 7 - i, 2), 1, 9, 2, 2, 0, 0, 0, 0, 0, 0))],
        Differences = [new JudgedDifference("mini", Hostile, new Estimate(1, 0.5, 1.5, 2), 0.01, 0.02)],
        OrderConsistency = new OrderConsistency(6, 0.5, 0.75, double.NaN),
        RepeatConsistency = new RepeatConsistency(12, 0.1, 0.9),
        Usage = new JudgeUsage(24, 1000, 200, 0, 0.5m),
        ImageErrors = [new JudgeImageError("judged.png", "not there")],
    };

    private static StudyReport Study() => new()
    {
        Source = "votes.csv",
        Votes = 880,
        Seed = 7,
        Comparisons = [new PreferenceRow(Hostile, "mini", Proportion.Of(303, 880), Proportion.Of(150, 880), Proportion.Of(427, 880), 0.001, 0.002)],
        StrengthsRefused = "one method won every vote.",
        Agreement = new RaterAgreement(10, Value(0.4), Value(0.41), Value(double.NaN)),
        Judge = new JudgeAgreement("judge.json", 10, 2, 0.5, Value(0.7), Value(0.3)),
    };

    private static CalibrationReport Calibration() => new()
    {
        Model = Hostile,
        Space = EmbeddingSpace.Relational,
        Method = CalibrationMethod.Logistic,
        Pairs = 40,
        Related = 20,
        Seed = 7,
        Folds = 5,
        CrossValidated = new CalibrationMetrics(0.1234, 0.4, 0.05),
        InSample = new CalibrationMetrics(0.1, 0.3, 0.01),
        Bins = [new ReliabilityBin(0, 0.5, 0.2, Proportion.Of(5, 20)), new ReliabilityBin(0.5, 1, 0.8, Proportion.Of(15, 20))],
        Curve = [new MapPoint(0, 0.1), new MapPoint(1, 0.9)],
        Threshold = new CalibrationThreshold(0.7, 0.9, 0.92, 0.8, 0.6, 12),
    };

    private static RetrievedQuery Query(string id) => new()
    {
        QueryImageId = id,
        QueryImagePath = "pictures/p0.png",
        TopKImageIds = ["p1", "p2", Hostile],
        TopKImagePaths = ["pictures/p1.png", "pictures/p2.png", Missing],
        TopKScores = [0.9, 0.8, -0.7],
    };

    private static Estimate Value(double mean) => new(mean, mean - 0.05, mean + 0.05, 2);

    private void WritePictures()
    {
        Directory.CreateDirectory(this["pictures"]);
        for (int i = 0; i < 6; i++)
        {
            File.WriteAllBytes(this[$"pictures/p{i}.png"], Thumbnail.Jpeg(ReportSamples.Picture(i)));
        }
    }
}

/// <summary>A clock that stands at the first of January.</summary>
internal sealed class FixedTime(int year) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => new(year, 1, 1, 0, 0, 0, TimeSpan.Zero);
}
