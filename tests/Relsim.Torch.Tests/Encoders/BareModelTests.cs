using Relsim.Datasets;
using Relsim.Imaging;
using Relsim.Search;
using Relsim.Torch.Encoders;

namespace Relsim.Torch.Tests.Encoders;

/// <summary>A model without looks, interest and texts, from folder to hit.</summary>
public sealed class BareModelTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly RelsimModel model;

    public BareModelTests()
    {
        model = RelsimModel.FromEncoder(folder.FullName, new PixelEncoder());
        Directory.CreateDirectory(Pictures);
        for (int i = 0; i < 8; i++)
        {
            File.WriteAllBytes(Path.Combine(Pictures, $"{i}.png"), Pngs.Write(i, 30 + (10 * i), 40));
        }

        File.WriteAllBytes(Query, Pngs.Write(77, 65, 40));
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Pictures => folder.File("pictures");

    private string Query => folder.File("query.png");

    public void Dispose()
    {
        model.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void Search_Folder_RanksByRelationAloneAndGivesNoReason()
    {
        IReadOnlyList<SearchHit> hits = model.Search(Pictures, Query, topK: 3);

        Assert.Equal(3, hits.Count);
        Assert.Equal(hits.OrderByDescending(hit => hit.RelationalScore), hits);
        Assert.All(hits, hit => Assert.Equal((null, null, null), (hit.AttributeScore, hit.Interest, hit.Reason)));
        Assert.All(hits, hit => Assert.Equal(model.Score(Query, hit.Path), hit.RelationalScore, 1e-6f));
        Assert.Equal(hits, model.Search(RelsimModel.LibraryFile(Pictures), Query, topK: 3));
    }

    [Fact]
    public async Task Search_LooksOrInterestAskedFor_SaysThatTheModelHasNone()
    {
        using EmbeddingStore store = model.OpenLibrary(Pictures, create: true);
        await model.RescanAsync(store, [Pictures], cancellationToken: Token);
        JointRanking ranking = JointRanking.Load(store);
        LibraryQuery query = model.CreateQuery([Query]);

        string looks = Assert.Throws<ArgumentException>(() => ranking.Search(query, new LibrarySearchOptions { AttributeWeight = -0.5f }, Token)).Message;
        string interest = Assert.Throws<ArgumentException>(
            () => ranking.Search(query, new LibrarySearchOptions { Filter = new LibraryFilter { MinimumInterest = 0.5f } }, Token)).Message;

        Assert.Contains("no attribute space", looks, StringComparison.Ordinal);
        Assert.Contains("pixels-1", looks, StringComparison.Ordinal);
        Assert.Contains("does not say how likely", interest, StringComparison.Ordinal);
        Assert.All(ranking.Scores(query), score => Assert.Null(score.AttributeScore));
    }

    [Fact]
    public void CreateQuery_Texts_FailsBeforeAnyImageIsEmbedded()
    {
        Assert.Throws<NotSupportedException>(() => model.CreateQuery([Query], ["a ring"]));
        Assert.Empty(((PixelEncoder)model.Encoder).Batches);
    }

    [Fact]
    public void Compare_TwoPictures_HasRelationAlone()
    {
        ImageComparison comparison = model.Compare(Query, Path.Combine(Pictures, "0.png"));

        Assert.InRange(comparison.RelationalScore, -1, 1);
        Assert.Equal((null, null, null), (comparison.AttributeScore, comparison.FirstInterest, comparison.SecondInterest));
        Assert.Empty(comparison.SharedCaptions);
        Assert.Equal(0, model.Captions.Count);
    }

    [Fact]
    public async Task WriteAsync_Export_HoldsRelationalRowsWithoutCaptions()
    {
        ImageInput[] inputs = [.. Directory.GetFiles(Pictures, "*.png").Order().Select(path => new ImageInput(Path.GetFileName(path), path))];
        var export = new EmbeddingExport(model.Encoder, model.Captions);
        string path = folder.File("o.npz");

        ExportReport report = await export.WriteAsync(path, inputs, EmbeddingSpace.Relational, cancellationToken: Token);
        ArgumentException e = await Assert.ThrowsAsync<ArgumentException>(() => export.WriteAsync(folder.File("a.npz"), inputs, EmbeddingSpace.Attribute, cancellationToken: Token));

        EmbeddingTable table = NpzFile.Read(path);
        Assert.Equal((inputs.Length, model.Encoder.RelationalDimension), (report.Written, table.Dimension));
        Assert.Equal(model.Encoder.EmbedFile(inputs[2].Path).Relational, table.Row(2).ToArray());
        Assert.Contains("no attribute space", e.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(folder.File("a.npz")));
    }
}
