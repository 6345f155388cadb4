using Relsim.Evaluation.Methods;
using Relsim.Evaluation.Retrieval;
using Relsim.Evaluation.Tests.Retrieval;
using Relsim.Torch.Encoders;
using Relsim.Torch.Tests;

namespace Relsim.Evaluation.Tests.Methods;

/// <summary>LPIPS as a method, with the reference's SqueezeNet and the published heads.</summary>
public sealed class DistanceRowsTests : IDisposable
{
    private readonly PoolFolder _folder = PoolFolder.Create(7);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Lpips_PutsTheSmallestDistanceFirst()
    {
        using TemporaryFolder weights = Weights();
        RetrievalPool pool = _folder.Read();
        RetrievalMethod[] methods = [.. RetrievalMethods.Parse($"lpips-squeeze={weights.FullName}", new MethodOptions())];
        RetrievalReport report = await RetrievalEvaluation.RunAsync(
            pool, methods, [], _folder.Cache, _folder.File("out"), new RetrievalSettings { Queries = 3, TopK = 4, Resamples = 10 }, null, TestContext.Current.CancellationToken);

        Assert.Equal(ScoreDirection.LowerIsCloser, report.Methods[0].Direction);
        using var metric = LpipsMetric.LoadFolder(LpipsNet.Squeeze, weights.FullName);
        foreach (RetrievedQuery query in RetrievedImages.Read(_folder.File("out/retrieved_images.json"))["lpips-squeeze"])
        {
            Assert.Equal(query.TopKScores.Order(), query.TopKScores);
            Assert.All(query.TopKImageIds.Zip(query.TopKScores), hit => Assert.Equal(
                metric.Distance(metric.Prepare(Find(query.QueryImageId).Path), metric.Prepare(Find(hit.First).Path)), hit.Second, 1e-3));
        }

        Assert.All(File.ReadLines(_folder.File("out/runs/lpips-squeeze.run")), line => Assert.StartsWith("-", line.Split(' ')[4], StringComparison.Ordinal));

        PoolImage Find(string id) => pool.Images[pool.Find(id)!.Value];
    }

    [Fact]
    public async Task DescribeAsync_WithRoomForSomeQueriesOnly_GivesTheSame()
    {
        using TemporaryFolder weights = Weights();
        RetrievalPool pool = _folder.Read();
        PoolImage[] queries = [.. pool.Images.Take(5)];
        using var whole = new DistanceRows(LpipsMetric.LoadFolder(LpipsNet.Squeeze, weights.FullName), queries);
        using var parts = new DistanceRows(LpipsMetric.LoadFolder(LpipsNet.Squeeze, weights.FullName), queries, memory: 1);
        using var others = new DistanceRows(LpipsMetric.LoadFolder(LpipsNet.Squeeze, weights.FullName), [.. queries.Skip(1)]);

        IReadOnlyList<ImageRow> expected = await whole.DescribeAsync(pool.Images, TestContext.Current.CancellationToken);
        IReadOnlyList<ImageRow> actual = await parts.DescribeAsync(pool.Images, TestContext.Current.CancellationToken);

        Assert.Equal(whole.Fingerprint, parts.Fingerprint);
        Assert.NotEqual(whole.Fingerprint, others.Fingerprint);
        Assert.All(expected.Zip(actual), pair => Assert.All(pair.First.Values!.Zip(pair.Second.Values!), value => Assert.Equal(value.First, value.Second, 1e-4f)));
        Assert.All(Enumerable.Range(0, queries.Length), i => Assert.Equal(0, expected[i].Values![i], 1e-4f));
    }

    /// <summary>The reference's files under their published names.</summary>
    private static TemporaryFolder Weights()
    {
        string? features = ReferenceFolder.Files("*.safetensors").FirstOrDefault(path => Path.GetFileName(path).StartsWith("squeeze_", StringComparison.Ordinal));
        Assert.SkipWhen(features is null, "The reference outputs have no SqueezeNet of LPIPS.");
        var folder = new TemporaryFolder();
        File.Copy(features!, folder.File("squeezenet1_1-b8a52dc0.safetensors"));
        File.Copy(Assert.Single(ReferenceFolder.Files("squeeze.pth")), folder.File("squeeze.pth"));
        return folder;
    }
}
