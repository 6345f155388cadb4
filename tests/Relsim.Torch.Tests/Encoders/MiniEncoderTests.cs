using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using NetVips;
using Relsim.Imaging;
using Relsim.Torch.Encoders;
using Relsim.Torch.Models.Mini;
using Relsim.Torch.Tests.Models.Mini;
using Relsim.Torch.Training;
using Relsim.Torch.Weights;
using TorchSharp;

namespace Relsim.Torch.Tests.Encoders;

public sealed class MiniEncoderTests : IClassFixture<MiniEncoderTests.SavedModel>
{
    private const int Side = 128;
    private readonly SavedModel saved;

    public MiniEncoderTests(SavedModel saved) => this.saved = saved;

    [Fact]
    public void Embed_ManyImages_EachMeansTheSameAsAlone()
    {
        RgbImage[] images = [.. Enumerable.Range(1, 2).SelectMany(step => TinyMini.Images(TinyMini.Batch(step, Side)))]; // more than one pass holds

        IReadOnlyList<RelationalEmbedding> together = saved.Encoder.Embed(images, Token);

        Assert.Equal(images.Length, together.Count);
        foreach (int i in new[] { 0, 7, 31, 32, images.Length - 1 })
        {
            RelationalEmbedding alone = saved.Encoder.Embed([images[i]], Token)[0];
            AssertClose(alone.Relational, together[i].Relational);
            AssertClose(alone.Attribute, together[i].Attribute);
            Assert.Equal(alone.Interest!.Value, together[i].Interest!.Value, 1e-5f);
            Assert.InRange(alone.Interest.Value, 0f, 1f);
        }
    }

    [Fact]
    public void Embed_NoImages_IsEmpty()
    {
        Assert.Empty(saved.Encoder.Embed([], Token));
        Assert.Empty(saved.Encoder.EmbedTexts([]));
    }

    [Fact]
    public void Embed_ImageOfAnotherSize_IsAnErrorThatSaysHowToPrepareIt()
    {
        RgbImage[] images = [TinyMini.Images(TinyMini.Batch(1, Side))[0], new RgbImage(5, 4, new byte[60])];

        ArgumentException e = Assert.Throws<ArgumentException>(() => saved.Encoder.Embed(images, Token));

        Assert.Contains("Image 1 is 5x4", e.Message, StringComparison.Ordinal);
        Assert.Contains("mini-128", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Embed_ManyCalls_LeavesNoTensorAlive()
    {
        RgbImage[] images = [.. TinyMini.Images(TinyMini.Batch(1, Side)).Take(3)];
        EmbedOnce(images);
        long before = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;

        for (int i = 0; i < 5; i++)
        {
            EmbedOnce(images);
        }

        Assert.Equal(before, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void Embed_FromManyThreads_GivesWhatOneThreadGives()
    {
        RgbImage[] images = [.. TinyMini.Images(TinyMini.Batch(1, Side)).Take(8)];
        RelationalEmbedding[] serial = [.. images.Select(image => saved.Encoder.Embed([image], Token)[0])];
        float[] text = saved.Encoder.EmbedTexts(["a ring inside another"])[0];

        var parallel = new RelationalEmbedding[images.Length];
        var texts = new float[images.Length][];
        Parallel.For(0, images.Length, new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = Token }, i =>
        {
            parallel[i] = saved.Encoder.Embed([images[i]], Token)[0];
            texts[i] = saved.Encoder.EmbedTexts(["a ring inside another"])[0];
        });

        for (int i = 0; i < images.Length; i++)
        {
            AssertClose(serial[i].Relational, parallel[i].Relational, 1e-6f);
            AssertClose(serial[i].Attribute, parallel[i].Attribute, 1e-6f);
            AssertClose(text, texts[i], 1e-6f);
        }
    }

    [Fact]
    public void EmbedTexts_ManyTexts_EachMeansTheSameAsAlone()
    {
        string[] texts = [.. Enumerable.Range(0, 700).Select(i => $"{i} rings stand in a row")];

        IReadOnlyList<float[]> together = saved.Encoder.EmbedTexts(texts);

        Assert.Equal(texts.Length, together.Count);
        foreach (int i in new[] { 0, 350, 699 })
        {
            AssertClose(saved.Encoder.EmbedTexts([texts[i]])[0], together[i]);
        }
    }

    [Fact]
    public void EmbedFile_JpegOnDisk_EqualsItsPreparedPixels()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File("a.png"), Png(90, 60));

        RelationalEmbedding fromFile = saved.Encoder.EmbedFile(folder.File("a.png"));

        AssertClose(saved.Encoder.Embed([saved.Encoder.Prepare(folder.File("a.png"))], Token)[0].Relational, fromFile.Relational);
        Assert.Contains("b.png", Assert.Throws<ImageDecodeException>(() => saved.Encoder.EmbedFile(folder.File("b.png"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GenerateAsync_PngBytes_GivesTheEmbeddingOfTheSpaceAskedFor()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File("a.png"), Png(90, 60));
        RelationalEmbedding expected = saved.Encoder.EmbedFile(folder.File("a.png"));
        MiniEncoder generator = saved.Encoder;
        DataContent[] contents = [new(Png(90, 60), "image/png"), new(Png(40, 40), "image/png")];

        GeneratedEmbeddings<Embedding<float>> plain = await generator.GenerateAsync(contents, cancellationToken: Token);
        GeneratedEmbeddings<Embedding<float>> named = await generator.GenerateAsync(contents, Space("tiny"), Token);
        GeneratedEmbeddings<Embedding<float>> attribute = await generator.GenerateAsync(contents, Space("attribute"), Token);
        GeneratedEmbeddings<Embedding<float>> none = await generator.GenerateAsync([], cancellationToken: Token);

        Assert.Equal(2, plain.Count);
        Assert.Empty(none);
        AssertClose(expected.Relational, plain[0].Vector.ToArray());
        AssertClose(expected.Relational, named[0].Vector.ToArray());
        AssertClose(expected.Attribute, attribute[0].Vector.ToArray());
        Assert.Equal("tiny", plain[0].ModelId);
    }

    [Theory]
    [InlineData("textual")]
    [InlineData("1")]
    public async Task GenerateAsync_UnknownModel_IsAnErrorThatListsTheKnownOnes(string model)
    {
        ArgumentException e = await Assert.ThrowsAsync<ArgumentException>(() => saved.Encoder.GenerateAsync([new(Png(9, 9), "image/png")], Space(model), Token));

        Assert.Contains($"'{model}'", e.Message, StringComparison.Ordinal);
        Assert.Contains("relational", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GenerateAsync_BytesThatAreNoImage_IsAnErrorThatNamesThem()
    {
        DataContent[] contents = [new(Png(9, 9), "image/png"), new(new byte[] { 1, 2, 3 }, "image/png")];
        DataContent[] named = [new(new byte[] { 1, 2, 3 }, "image/png") { Name = "holiday.png" }];

        ImageDecodeException second = await Assert.ThrowsAsync<ImageDecodeException>(() => saved.Encoder.GenerateAsync(contents, cancellationToken: Token));
        ImageDecodeException holiday = await Assert.ThrowsAsync<ImageDecodeException>(() => saved.Encoder.GenerateAsync(named, cancellationToken: Token));

        Assert.Equal("image 1", second.Name);
        Assert.Equal("holiday.png", holiday.Name);
        Assert.Equal(ImageFault.NotAnImage, holiday.Fault);
    }

    [Fact]
    public async Task GenerateAsync_CancelledWhileItDecodes_StopsBeforeTheNextImage()
    {
        using var cancel = new CancellationTokenSource();
        int asked = 0;

        IEnumerable<DataContent> Contents()
        {
            while (true)
            {
                asked++;
                cancel.Cancel();
                yield return new DataContent(Png(9, 9), "image/png");
            }
        }

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => saved.Encoder.GenerateAsync(Contents(), cancellationToken: cancel.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => saved.Encoder.GenerateAsync([], cancellationToken: cancel.Token));

        Assert.Equal(1, asked);
    }

    [Fact]
    public void GetService_Metadata_NamesModelAndDimensions()
    {
        MiniEncoder generator = saved.Encoder;

        var metadata = (EmbeddingGeneratorMetadata)generator.GetService(typeof(EmbeddingGeneratorMetadata))!;

        Assert.Equal("relsim", metadata.ProviderName);
        Assert.Equal("tiny", metadata.DefaultModelId);
        Assert.Equal(TinyMini.Config().RelationalDimension, metadata.DefaultModelDimensions);
        Assert.Same(saved.Encoder, generator.GetService(typeof(MiniEncoder)));
        Assert.Same(saved.Encoder, generator.GetService(typeof(IEmbeddingGenerator<DataContent, Embedding<float>>)));
        Assert.Null(generator.GetService(typeof(string)));
        Assert.Null(generator.GetService(typeof(MiniEncoder), "key"));
    }

    [Fact]
    public void Fingerprint_OtherWeightsOrProfile_Differs()
    {
        using var folder = new TemporaryFolder();
        saved.CopyTo(folder.FullName);
        using (MiniModel other = TinyMini.Model(TinyMini.Config(Side)))
        {
            ModuleWeights.Save(other, folder.File(MiniTraining.WeightsFile));
        }

        using MiniEncoder encoder = MiniEncoder.Load(folder.FullName);
        using MiniEncoder again = MiniEncoder.Load(folder.FullName);

        Assert.NotEqual(saved.Encoder.Fingerprint, encoder.Fingerprint);
        Assert.Equal(again.Fingerprint, encoder.Fingerprint);
        Assert.StartsWith("tiny-", encoder.Fingerprint, StringComparison.Ordinal);
        Assert.EndsWith(encoder.Profile.Fingerprint, encoder.Fingerprint, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(MiniTraining.ConfigFile)]
    [InlineData(MiniTraining.WeightsFile)]
    public void Load_MissingFile_IsAnErrorThatNamesIt(string file)
    {
        using var folder = new TemporaryFolder();
        saved.CopyTo(folder.FullName);
        File.Delete(folder.File(file));

        WeightsException e = Assert.Throws<WeightsException>(() => MiniEncoder.Load(folder.FullName));

        Assert.Equal(folder.File(file), e.FilePath);
    }

    [Theory]
    [InlineData("width", null, "'width'")]
    [InlineData("image_size", 96, "96")]
    [InlineData("profile", "mini-129", "mini-129")]
    public void Load_ConfigurationThatCannotBe_IsAnErrorThatNamesKeyAndFile(string key, object? value, string named)
    {
        using var folder = new TemporaryFolder();
        saved.CopyTo(folder.FullName);
        JsonObject config = JsonNode.Parse(File.ReadAllText(folder.File(MiniTraining.ConfigFile)))!.AsObject();
        config.Remove(key);
        if (value is not null)
        {
            config[key] = value is int number ? number : (string)value;
        }

        File.WriteAllText(folder.File(MiniTraining.ConfigFile), config.ToJsonString());

        InvalidDataException e = Assert.Throws<InvalidDataException>(() => MiniEncoder.Load(folder.FullName));

        Assert.Contains(named, e.Message, StringComparison.Ordinal);
        Assert.Contains(folder.File(MiniTraining.ConfigFile), e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_WeightsOfAnotherShape_IsAnErrorThatNamesTheTensor()
    {
        using var folder = new TemporaryFolder();
        saved.CopyTo(folder.FullName);
        File.WriteAllText(folder.File(MiniTraining.ConfigFile), (saved.Encoder.Config with { AttributeDimension = 17 }).ToJson());

        WeightsException e = Assert.Throws<WeightsException>(() => MiniEncoder.Load(folder.FullName));

        Assert.Contains("attribute_head.out_proj.weight is [17, 32] in the model and [16, 32] in the file", e.Message, StringComparison.Ordinal);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static EmbeddingGenerationOptions Space(string name) => new() { ModelId = name };

    private void EmbedOnce(RgbImage[] images)
    {
        saved.Encoder.Embed(images, Token);
        saved.Encoder.EmbedTexts(["one", ""]);
    }

    private static byte[] Png(int width, int height)
    {
        using Image noise = Image.Gaussnoise(width, height, mean: 128, sigma: 50, seed: 5).Cast(Enums.BandFormat.Uchar);
        using Image image = noise.Bandjoin(noise.Invert(), noise).Copy(interpretation: Enums.Interpretation.Srgb);
        return image.PngsaveBuffer();
    }

    private static void AssertClose(float[] expected, float[] actual, float tolerance = 1e-5f)
    {
        Assert.Equal(expected.Length, actual.Length);
        float difference = expected.Zip(actual, (a, b) => Math.Abs(a - b)).Max();
        Assert.True(difference < tolerance, $"differs by {difference}");
    }

    /// <summary>An untrained model on disk, loaded once for the class.</summary>
    public sealed class SavedModel : IDisposable
    {
        private readonly TemporaryFolder folder = new();

        public SavedModel()
        {
            using (MiniModel model = TinyMini.Model(TinyMini.Config(Side)))
            {
                ModuleWeights.Save(model, folder.File(MiniTraining.WeightsFile), storage: torch.ScalarType.Float16);
            }

            File.WriteAllText(folder.File(MiniTraining.ConfigFile), TinyMini.Config(Side).ToJson());
            Encoder = MiniEncoder.Load(folder.FullName);
        }

        public MiniEncoder Encoder { get; }

        public void CopyTo(string other)
        {
            foreach (string file in Directory.GetFiles(folder.FullName))
            {
                File.Copy(file, Path.Combine(other, Path.GetFileName(file)));
            }
        }

        public void Dispose()
        {
            Encoder.Dispose();
            folder.Dispose();
        }
    }
}
