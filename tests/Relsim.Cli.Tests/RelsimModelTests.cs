using Relsim.Search;
using Relsim.Torch.Encoders;

namespace Relsim.Cli.Tests;

public sealed class RelsimModelTests(TinyModel tiny) : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly RelsimModel _model = RelsimModel.Load(tiny.Folder);

    public void Dispose()
    {
        _model.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(0, 2)]
    [InlineData(1, 2)]
    [InlineData(50, 1)]
    [InlineData(200, 3)]
    public async Task Pipeline_ManyFiles_KeepsTheOrderAndAgreesWithSingles(int count, int threads)
    {
        string[] paths = [.. Enumerable.Range(0, count).Select(i => i % 7 == 3
            ? _folder.Write($"{i}.png", "no picture")
            : _folder.Write($"{i}.png", Pictures.Png(i, side: 20 + (i % 5))))];
        var pipeline = new EmbeddingPipeline(_model.Encoder, threads: threads);

        List<EmbeddedImage> images = await pipeline.EmbedAsync(paths, TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken);

        Assert.Equal(paths, images.Select(image => image.Path));
        for (int i = 0; i < count; i++)
        {
            Assert.Equal(i % 7 != 3, images[i].Succeeded);
            if (images[i].Embedding is { } embedding)
            {
                EmbeddedImage single = pipeline.Embed(paths[i]);
                Assert.Equal((20 + (i % 5), single.Sha256), (images[i].Width, images[i].Sha256));
                Assert.All(embedding.Relational.Zip(single.Embedding!.Relational), pair => Assert.Equal(pair.Second, pair.First, 1e-4f));
            }
            else
            {
                Assert.StartsWith("the first bytes", images[i].Error, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task Pipeline_LeftEarly_EndsItsThreads()
    {
        string[] paths = [.. Enumerable.Range(0, 300).Select(i => _folder.Write($"{i}.png", Pictures.Png(i)))];

        // Leaving the loop waits for the workers; a worker that waited for ever would hang the test.
        await foreach (EmbeddedImage image in _model.Pipeline.EmbedAsync(paths, TestContext.Current.CancellationToken))
        {
            Assert.True(image.Succeeded);
            break;
        }
    }

    [Fact]
    public async Task Pipeline_Cancelled_Throws()
    {
        string[] paths = [.. Enumerable.Range(0, 300).Select(i => _folder.Write($"{i}.png", Pictures.Png(i)))];
        using CancellationTokenSource cancel = new();
        int seen = 0;

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (EmbeddedImage _ in _model.Pipeline.EmbedAsync(paths, cancel.Token))
            {
                seen++;
                await cancel.CancelAsync();
            }
        });
        Assert.InRange(seen, 1, 299);
    }

    [Fact]
    public void Search_FolderAndFile_FindTheSame()
    {
        string pictures = Pictures.WriteFolder(_folder, "p", 5), query = _folder.Write("q.png", Pictures.Png(40));

        IReadOnlyList<SearchHit> hits = _model.Search(pictures, query, topK: 3);

        Assert.Equal(3, hits.Count);
        Assert.Equal(hits, _model.Search(RelsimModel.LibraryFile(pictures), query, topK: 3));
        Assert.Equal(hits[0].RelationalScore, _model.Score(query, hits[0].Path), 1e-4f);
        Assert.NotNull(hits[0].Reason);
    }

    [Fact]
    public void Compare_TwoPictures_NamesWhatTellsThemApart()
    {
        string a = _folder.Write("a.png", Pictures.Png(1)), b = _folder.Write("b.png", Pictures.Png(2));

        ImageComparison comparison = _model.Compare(a, b, captions: 1);

        CaptionContrast first = Assert.Single(comparison.FirstOnly);
        float[] relational = _model.Pipeline.Embed(a).Embedding!.Relational;
        CaptionMatch fit = Assert.Single(_model.Captions.BestCaptions(relational, 3), match => match.Caption == first.Caption);
        Assert.Equal(fit.Score, first.First, 1e-4f);
    }
}
