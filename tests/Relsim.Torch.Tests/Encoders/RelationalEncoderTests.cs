using Microsoft.Extensions.AI;
using Relsim.Imaging;
using Relsim.Torch.Encoders;

namespace Relsim.Torch.Tests.Encoders;

/// <summary>What every encoder has from its base class, on one without looks, interest and texts.</summary>
public sealed class RelationalEncoderTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Embed_ImagesOfManySizes_KeepsTheOrderWithinTheBudget()
    {
        using var encoder = new PixelEncoder();
        RgbImage[] images = [.. Enumerable.Range(0, 40).Select(i => Picture(i, 2 + (i * 7 % 5), 2 + (i % 3)))];

        IReadOnlyList<RelationalEmbedding> embeddings = encoder.Embed(images, Token);

        Assert.All(embeddings.Zip(images), pair => Assert.Equal(PixelEncoder.Expected(pair.Second).Relational, pair.First.Relational));
        Assert.All(encoder.Batches, batch => Assert.True(batch.Length == 1 || batch.Max() * batch.Length <= encoder.Shape.BatchTokens));
        Assert.True(encoder.Batches.Count < images.Length, "Nothing was embedded together.");
    }

    [Fact]
    public void Embed_SidesThatTheProfileDoesNotMake_SaysWhichImage()
    {
        using var encoder = new PixelEncoder();

        ArgumentException e = Assert.Throws<ArgumentException>(() => encoder.Embed([Picture(1, 2, 2), new RgbImage(28, 29, new byte[28 * 29 * 3])], Token));

        Assert.Contains("Image 1 is 28x29", e.Message, StringComparison.Ordinal);
        Assert.Contains("relsim-native", e.Message, StringComparison.Ordinal);
        Assert.Empty(encoder.Batches);
    }

    [Fact]
    public void EmbedTexts_ModelWithoutTexts_NamesTheRemedy()
    {
        using var encoder = new PixelEncoder();

        NotSupportedException e = Assert.Throws<NotSupportedException>(() => encoder.EmbedTexts(["a ring"]));

        Assert.False(encoder.CanEmbedTexts);
        Assert.Contains("pixels-1", e.Message, StringComparison.Ordinal);
        Assert.EndsWith(PixelEncoder.Remedy, e.Message, StringComparison.Ordinal);
        Assert.Empty(encoder.EmbedTexts([]));
    }

    [Fact]
    public async Task GenerateAsync_SpaceThatTheModelDoesNotHave_IsAnError()
    {
        using var encoder = new PixelEncoder();
        DataContent[] contents = [new(Pngs.Write(5, 60, 40), "image/png")];

        ArgumentException e = await Assert.ThrowsAsync<ArgumentException>(() => encoder.GenerateAsync(contents, new EmbeddingGenerationOptions { ModelId = "attribute" }, Token));

        Assert.Contains("no attribute space", e.Message, StringComparison.Ordinal);
        Assert.Equal(encoder.RelationalDimension, (await encoder.GenerateAsync(contents, cancellationToken: Token))[0].Vector.Length);
    }

    private static RgbImage Picture(int seed, int columns, int rows)
    {
        var pixels = new byte[columns * rows * 28 * 28 * 3];
        new Random(seed).NextBytes(pixels);
        return new RgbImage(columns * 28, rows * 28, pixels);
    }
}
