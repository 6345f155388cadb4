using Relsim.Imaging;
using Relsim.Torch.Encoders;

namespace Relsim.Torch.Tests.Encoders;

/// <summary>The pipeline of a big model: one worker that embeds, others that decode ahead of it.</summary>
public sealed class DecodeAheadTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(60)]
    public async Task EmbedAsync_FilesOfManySizes_KeepsTheOrderAndTheBudget(int count)
    {
        string[] paths = Write(count);
        using var encoder = new PixelEncoder();

        List<EmbeddedImage> images = await new EmbeddingPipeline(encoder).EmbedAsync(paths, Token).ToListAsync(Token);

        Assert.Equal(paths, images.Select(image => image.Path));
        foreach ((EmbeddedImage image, int i) in images.Select((image, i) => (image, i)))
        {
            Assert.Equal(!IsBroken(i), image.Succeeded);
            if (image.Succeeded)
            {
                Assert.Equal(PixelEncoder.Expected(encoder.Prepare(image.Path)).Relational, image.Embedding.Relational);
                Assert.Equal((Width(i), 40), (image.Width, image.Height));
            }
            else
            {
                Assert.StartsWith("the first bytes", image.Error, StringComparison.Ordinal);
            }
        }

        Assert.False(encoder.WasSharedOut, "Two batches ran at once.");
        Assert.All(encoder.Batches, batch => Assert.True(batch.Length == 1 || batch.Max() * batch.Length <= encoder.Shape.BatchTokens));
    }

    [Fact]
    public async Task EmbedAsync_WhileABatchRuns_DecodesTheNextFiles()
    {
        string[] paths = Write(60);
        PixelEncoder? encoder = null;
        bool? wasAhead = null;
        using (encoder = new PixelEncoder
        {
            // The first window holds a batch, of at most 5 images for none has less than 4 tokens, and each was counted twice: as it was prepared and as it was
            // grouped. More can only come from files prepared meanwhile; a pipeline that takes turns would wait in vain.
            BeforeBatch = () => wasAhead ??= SpinWait.SpinUntil(() => encoder!.Counted > 10, TimeSpan.FromSeconds(30)),
        })
        {
            await new EmbeddingPipeline(encoder).EmbedAsync(paths, Token).ToListAsync(Token);
        }

        Assert.True(wasAhead, "No file was prepared while the first batch ran.");
    }

    [Fact]
    public async Task EmbedAsync_LeftEarlyOrCancelled_EndsItsThreads()
    {
        string[] paths = Write(60);
        using var encoder = new PixelEncoder();
        using var cancel = new CancellationTokenSource();
        var pipeline = new EmbeddingPipeline(encoder);

        // Leaving the loop waits for the threads; one that waited for ever would hang the test.
        await foreach (EmbeddedImage _ in pipeline.EmbedAsync(paths, Token))
        {
            break;
        }

        int seen = 0;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (EmbeddedImage _ in pipeline.EmbedAsync(paths, cancel.Token))
            {
                seen++;
                await cancel.CancelAsync();
            }
        });
        Assert.InRange(seen, 1, 59);
    }

    [Fact]
    public async Task EmbedAsync_ModelFails_ThrowsItsError()
    {
        using var encoder = new PixelEncoder { BeforeBatch = () => throw new InvalidOperationException("out of memory") };

        InvalidOperationException e = await Assert.ThrowsAsync<InvalidOperationException>(
            async () => await new EmbeddingPipeline(encoder).EmbedAsync(Write(60), Token).ToListAsync(Token));

        Assert.Equal("out of memory", e.Message);
    }

    [Fact]
    public async Task EmbedAsync_SquareProfile_GivesTheSame()
    {
        string[] paths = Write(30);
        using var encoder = new PixelEncoder(PreprocessingProfiles.RelsimTrain448 with { Size = 56 });

        List<EmbeddedImage> images = await new EmbeddingPipeline(encoder).EmbedAsync(paths, Token).ToListAsync(Token);

        Assert.Equal(paths, images.Select(image => image.Path));
        Assert.All(images.Where(image => image.Succeeded), image => Assert.Equal(PixelEncoder.Expected(encoder.Prepare(image.Path)).Relational, image.Embedding!.Relational));
        Assert.Equal(images.Count(image => image.Succeeded), encoder.Batches.Sum(batch => batch.Length));
    }

    private static bool IsBroken(int i) => i % 7 == 3;

    private static int Width(int i) => 30 + (i * 37 % 150);

    private string[] Write(int count)
    {
        string[] paths = [.. Enumerable.Range(0, count).Select(i => folder.File($"{i}.png"))];
        for (int i = 0; i < count; i++)
        {
            File.WriteAllBytes(paths[i], IsBroken(i) ? "no picture"u8.ToArray() : Pngs.Write(i, Width(i), 40));
        }

        return paths;
    }
}
