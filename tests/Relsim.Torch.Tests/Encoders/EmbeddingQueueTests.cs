using Relsim.Imaging;
using Relsim.Torch.Encoders;

namespace Relsim.Torch.Tests.Encoders;

public sealed class EmbeddingQueueTests : IDisposable
{
    private readonly SemaphoreSlim _entered = new(0);
    private readonly ManualResetEventSlim _gate = new(true);
    private readonly PixelEncoder _encoder;

    public EmbeddingQueueTests() => _encoder = new PixelEncoder
    {
        BeforeBatch = () =>
        {
            _entered.Release();
            _gate.Wait(TestContext.Current.CancellationToken);
        },
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _encoder.Dispose();
        _gate.Dispose();
        _entered.Dispose();
    }

    [Fact]
    public async Task EmbedImages_ManyCallersAtOnce_EachGetsItsOwn()
    {
        await using EmbeddingQueue queue = new(_encoder);
        var preprocessor = new ImagePreprocessor(_encoder.Profile);
        await Parallel.ForAsync(0, 40, Token, async (i, token) =>
        {
            byte[] png = Png(i);

            EmbeddedImage image = (await queue.EmbedImagesAsync([(png, $"image {i}")], token))[0];

            Assert.Equal(PixelEncoder.Expected(preprocessor.Decode(png, "expected")).Relational, image.Embedding!.Relational);
            Assert.Equal($"image {i}", image.Path);
            Assert.Equal(64, image.Sha256.Length);
        });
    }

    [Fact]
    public async Task EmbedImages_WorkerBusy_TakesWhatWaitsTogether()
    {
        await using EmbeddingQueue queue = new(_encoder, new EmbeddingQueueOptions { MaxBatch = 4 });
        Task<IReadOnlyList<EmbeddedImage>> first = await BlockAsync(queue);

        Task<IReadOnlyList<EmbeddedImage>>[] others = [.. Enumerable.Range(1, 6).Select(i => queue.EmbedImagesAsync([(Png(i), "x")], Token))];
        _gate.Set();
        await Task.WhenAll(others.Append(first));

        Assert.Equal([1, 4, 2], _encoder.Batches.Select(batch => batch.Length));
    }

    [Fact]
    public async Task EmbedImages_Full_IsRefusedAndTheOthersAreDone()
    {
        await using EmbeddingQueue queue = new(_encoder, new EmbeddingQueueOptions { Capacity = 2 });
        Task<IReadOnlyList<EmbeddedImage>> first = await BlockAsync(queue);
        Task<IReadOnlyList<EmbeddedImage>> second = queue.EmbedImagesAsync([(Png(1), "x")], Token);

        QueueFullException full = await Assert.ThrowsAsync<QueueFullException>(() => queue.EmbedImagesAsync([(Png(2), "x"), (Png(3), "x")], Token));
        Task<IReadOnlyList<EmbeddedImage>> third = queue.EmbedImagesAsync([(Png(4), "x")], Token); // one fits, where two did not
        _gate.Set();

        Assert.True(full.RetryAfter >= TimeSpan.FromSeconds(1));
        Assert.All(await Task.WhenAll(first, second, third), images => Assert.True(images[0].Succeeded));
    }

    [Fact]
    public async Task EmbedImages_CallerLeaves_IsNeverEmbeddedAndGivesItsPlaceBack()
    {
        await using EmbeddingQueue queue = new(_encoder, new EmbeddingQueueOptions { Capacity = 1 });
        Task<IReadOnlyList<EmbeddedImage>> first = await BlockAsync(queue);
        using var leave = new CancellationTokenSource();
        Task<IReadOnlyList<EmbeddedImage>> left = queue.EmbedImagesAsync([(Png(1), "x")], leave.Token);
        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);

        Assert.Equal(0, queue.Waiting);
        Task<IReadOnlyList<EmbeddedImage>> next = queue.EmbedImagesAsync([(Png(2), "x")], Token);
        _gate.Set();
        await Task.WhenAll(first, next);
        Assert.Equal(2, _encoder.Batches.Sum(batch => batch.Length));
    }

    [Fact]
    public async Task EmbedImages_BrokenOneAmongOthers_FailsAlone()
    {
        await using EmbeddingQueue queue = new(_encoder);
        Task<IReadOnlyList<EmbeddedImage>> first = await BlockAsync(queue);
        Task<IReadOnlyList<EmbeddedImage>> broken = queue.EmbedImagesAsync([("no image"u8.ToArray(), "the broken one")], Token);
        Task<IReadOnlyList<EmbeddedImage>> good = queue.EmbedImagesAsync([(Png(1), "x")], Token);
        _gate.Set();

        Assert.Equal("the broken one", (await Assert.ThrowsAsync<ImageDecodeException>(() => broken)).Name);
        Assert.All(await Task.WhenAll(first, good), images => Assert.True(images[0].Succeeded));
    }

    [Fact]
    public async Task EmbedImages_ModelFails_TellsTheCallersAndGoesOn()
    {
        bool fails = true;
        using var encoder = new PixelEncoder { BeforeBatch = () => _ = fails ? throw new InvalidOperationException("out of order") : 0 };
        await using EmbeddingQueue queue = new(encoder);

        await Assert.ThrowsAsync<InvalidOperationException>(() => queue.EmbedImagesAsync([(Png(1), "x")], Token));
        fails = false;

        Assert.True((await queue.EmbedImagesAsync([(Png(1), "x")], Token))[0].Succeeded);
    }

    [Fact]
    public async Task Dispose_ItemsWaiting_AreDoneFirstAndNewOnesRefused()
    {
        EmbeddingQueue queue = new(_encoder);
        Task<IReadOnlyList<EmbeddedImage>> first = await BlockAsync(queue);
        Task<IReadOnlyList<EmbeddedImage>> waiting = queue.EmbedImagesAsync([(Png(1), "x")], Token);

        ValueTask stopping = queue.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => queue.EmbedImagesAsync([(Png(2), "x")], Token));
        _gate.Set();
        await stopping;

        Assert.All(await Task.WhenAll(first, waiting), images => Assert.True(images[0].Succeeded));
    }

    [Fact]
    public async Task EmbedTexts_ModelWithoutTexts_SaysWhatToDo()
    {
        await using EmbeddingQueue queue = new(_encoder);

        Assert.Contains(PixelEncoder.Remedy, (await Assert.ThrowsAsync<NotSupportedException>(() => queue.EmbedTextsAsync(["words"], Token))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EmbedTextsAndImages_MiniModel_EqualTheModelAlone()
    {
        using MiniEncoder encoder = MiniEncoder.LoadDefault();
        await using EmbeddingQueue queue = new(encoder);
        string[] texts = ["stages of something growing", "one thing inside another"];
        byte[][] images = [.. Enumerable.Range(0, 20).Select(Png)];
        var preprocessor = new ImagePreprocessor(encoder.Profile);

        Task<IReadOnlyList<float[]>> words = queue.EmbedTextsAsync(texts, Token);
        IReadOnlyList<EmbeddedImage> embedded = await queue.EmbedImagesAsync([.. images.Select(image => ((ReadOnlyMemory<byte>)image, "x"))], Token);

        AssertClose(encoder.EmbedTexts(texts), await words);
        AssertClose([.. images.Select(image => encoder.Embed([preprocessor.Decode(image, "x")])[0].Relational)], [.. embedded.Select(image => image.Embedding!.Relational)]);
    }

    private static void AssertClose(IReadOnlyList<float[]> expected, IReadOnlyList<float[]> actual)
    {
        Assert.Equal(expected.Count, actual.Count);
        Assert.All(expected.Zip(actual), pair => Assert.All(pair.First.Zip(pair.Second), numbers => Assert.Equal(numbers.First, numbers.Second, 1e-5f)));
    }

    /// <summary>Returns once the worker has taken an image and stands still in the model.</summary>
    private async Task<Task<IReadOnlyList<EmbeddedImage>>> BlockAsync(EmbeddingQueue queue)
    {
        _gate.Reset();
        Task<IReadOnlyList<EmbeddedImage>> first = queue.EmbedImagesAsync([(Png(0), "first")], Token);
        await _entered.WaitAsync(Token);
        return first;
    }

    private static byte[] Png(int seed) => Pngs.Write(seed, 56, 56);
}
