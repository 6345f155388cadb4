using Relsim.Imaging;
using Relsim.Torch.Encoders;
using Relsim.Torch.Tests.Models.MiniLM;
using Relsim.Torch.Weights;
using Relsim.Torch.Weights.Peft;
using TorchSharp;

namespace Relsim.Torch.Tests.Encoders;

public sealed class TunedVisionEncoderTests
{
    private static readonly EncoderOptions Exact = new() { DType = WeightType.F32 };

    [Theory]
    [InlineData("clip", "vision_model.", "")]          // as the paper's: made on the image tower alone
    [InlineData("clip", "vision_model.", ".default")]
    [InlineData("clip", "", "")]                       // made on the whole model
    [InlineData("dinov2", "", "")]
    [InlineData("dinov2", "", ".default")]
    [InlineData("vit", "", "")]
    public void Embed_Pictures_IsTheProjectionOfTheMergedModelsFeatures(string type, string root, string infix)
    {
        using var folder = new TunedFolder(type, root, infix);
        using RelationalEncoder encoder = EncoderLoader.Load(folder.FullName, Exact);
        RgbImage[] images = VisionEncoderTests.Pictures(encoder, 4);

        IReadOnlyList<RelationalEmbedding> actual = encoder.Embed(images, TestContext.Current.CancellationToken);

        Assert.IsType<TunedVisionEncoder>(encoder);
        Assert.Equal(TunedFolder.Width, encoder.RelationalDimension);
        Assert.Equal(folder.Expected(images), actual.Select(embedding => embedding.Relational.Select(value => (double)value).ToArray()), Near);
        Assert.All(actual, embedding => Assert.Equal((0, null), (embedding.Attribute.Length, embedding.Interest)));
    }

    [Fact]
    public void Embed_WithoutTheAdapter_WouldBeFarAway()
    {
        using var folder = new TunedFolder("dinov2");
        using RelationalEncoder encoder = EncoderLoader.Load(folder.FullName, Exact);
        using var other = new TunedFolder("dinov2");
        using (DisposeScope scope = torch.NewDisposeScope())
        {
            using SafetensorsFile file = SafetensorsFile.Open(other.File(LoraAdapter.WeightsName));
            Dictionary<string, torch.Tensor> zeros = file.Tensors.ToDictionary(entry => entry.Key, entry => torch.zeros([.. entry.Value.Shape]));
            SafetensorsWriter.Write(other.File("zero"), zeros, null, torch.ScalarType.Float32);
        }

        File.Move(other.File("zero"), other.File(LoraAdapter.WeightsName), overwrite: true);
        using RelationalEncoder plain = EncoderLoader.Load(other.FullName, Exact);
        RgbImage image = VisionEncoderTests.Pictures(encoder, 1)[0];
        float[] with = encoder.Embed([image], TestContext.Current.CancellationToken)[0].Relational;
        float[] without = plain.Embed([image], TestContext.Current.CancellationToken)[0].Relational;
        Assert.True(with.Zip(without, (x, y) => (double)x * y).Sum() < 0.9, "The adapter changes nothing: comparing with a merged model would prove nothing.");
        Assert.NotEqual(encoder.Fingerprint, plain.Fingerprint);
    }

    [Fact]
    public void EmbedTexts_BesideMiniLm_AreItsEmbeddingsAndElseSayWhatToDo()
    {
        using var folder = new TunedFolder("clip", "vision_model.");
        using var texts = new TinyMiniLm(width: TunedFolder.Width);
        using RelationalEncoder encoder = EncoderLoader.Load(folder.FullName, Exact with { TextModel = texts.FullName });
        using MiniLmEncoder miniLm = MiniLmEncoder.Load(texts.FullName);

        Assert.True(encoder.CanEmbedTexts);
        Assert.Equal(miniLm.Embed(["a b"], TestContext.Current.CancellationToken), encoder.EmbedTexts(["a b"]));

        using TunedVisionEncoder bare = TunedVisionEncoder.Load(new ModelFolders(folder.Base.FullName, folder.FullName, null), Exact);
        Assert.Contains("models pull minilm", Assert.Throws<NotSupportedException>(() => bare.EmbedTexts(["a"])).Message, StringComparison.Ordinal);

        using var narrow = new TinyMiniLm(width: 16);
        InvalidDataException e = Assert.Throws<InvalidDataException>(() => EncoderLoader.Load(folder.FullName, Exact with { TextModel = narrow.FullName }));
        Assert.Contains("16 numbers", e.Message, StringComparison.Ordinal);

        using TunedVisionEncoder guessed = TunedVisionEncoder.Load(new ModelFolders(folder.Base.FullName, folder.FullName, narrow.FullName) { TextIsGuess = true }, Exact);
        Assert.False(guessed.CanEmbedTexts); // a MiniLM of another width that only happens to be there is no reason to fail
    }

    [Fact]
    public void Fingerprint_OtherScaleOfTheAdapter_Differs()
    {
        using var folder = new TunedFolder("dinov2");
        using RelationalEncoder first = EncoderLoader.Load(folder.FullName, Exact);
        string config = File.ReadAllText(folder.File(LoraAdapter.ConfigName));
        Assert.Contains("\"lora_alpha\":6", config, StringComparison.Ordinal);
        folder.Write(LoraAdapter.ConfigName, config.Replace("\"lora_alpha\":6", "\"lora_alpha\":7", StringComparison.Ordinal));
        using RelationalEncoder second = EncoderLoader.Load(folder.FullName, Exact);
        Assert.NotEqual(first.Fingerprint, second.Fingerprint);
    }

    [Fact]
    public void RelsimModel_Score_IsTheDotProductOfTheEmbeddings()
    {
        using var folder = new TunedFolder("clip", "vision_model.");
        using RelsimModel model = RelsimModel.Load(folder.FullName, Exact);
        (string a, string b) = (folder.File("a.png"), folder.File("b.png"));
        File.WriteAllBytes(a, Pngs.Write(1, 60, 40));
        File.WriteAllBytes(b, Pngs.Write(2, 40, 60));
        float[] x = model.Encoder.EmbedFile(a).Relational, y = model.Encoder.EmbedFile(b).Relational;
        Assert.Equal(x.Zip(y, (p, q) => (double)p * q).Sum(), model.Score(a, b), 1e-5);
    }

    [Fact]
    public void Load_BaseByOption_IsTakenInsteadOfTheOneThatTheAdapterNames()
    {
        using var folder = new TunedFolder("dinov2");
        using var other = new TunedFolder("dinov2");
        other.Base.WriteWeights(seed: 9);
        using RelationalEncoder own = EncoderLoader.Load(folder.FullName, Exact);
        using RelationalEncoder given = EncoderLoader.LoadNamed(folder.FullName, Exact with { Base = other.Base.FullName }).Encoder;
        Assert.NotEqual(own.Fingerprint, given.Fingerprint);
        Assert.Equal(folder.FullName, Assert.IsType<TunedVisionEncoder>(given).Folder);
    }

    [Fact]
    public void Load_ProcessorBesideTheAdapter_ComesBeforeTheBases()
    {
        using var folder = new TunedFolder("vit");
        File.WriteAllText(
            folder.File(ImageProcessorConfig.FileName),
            File.ReadAllText(folder.Base.File(ImageProcessorConfig.FileName)).Replace("32", "40", StringComparison.Ordinal));
        using RelationalEncoder encoder = EncoderLoader.Load(folder.FullName, Exact);
        Assert.Equal(40, encoder.Profile.ResizeEdge);
    }

    [Fact]
    public void Embed_ManyCallsInAnyBatch_GiveTheSameAndLeaveNoTensorAlive()
    {
        using var folder = new TunedFolder("clip", "vision_model.");
        using RelationalEncoder encoder = EncoderLoader.Load(folder.FullName, Exact);
        using RelationalEncoder alone = EncoderLoader.Load(folder.FullName, Exact with { BatchTokens = 1 });
        RgbImage[] images = VisionEncoderTests.Pictures(encoder, 5);
        IReadOnlyList<RelationalEmbedding> first = encoder.Embed(images, TestContext.Current.CancellationToken);
        IReadOnlyList<RelationalEmbedding> singles = alone.Embed(images, TestContext.Current.CancellationToken);
        long before = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
        for (int i = 0; i < 10; i++)
        {
            IReadOnlyList<RelationalEmbedding> again = encoder.Embed(images, TestContext.Current.CancellationToken);
            Assert.Equal(first.Select(embedding => embedding.Relational), again.Select(embedding => embedding.Relational));
        }

        Assert.Equal(before, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);
        Assert.All(first.Zip(singles), pair => VisionEncoderTests.AssertNear(pair.First.Relational, pair.Second.Relational));
    }

    [Fact]
    public void Load_ProjectionMissingOrOfAnotherWidth_NamesTheFile()
    {
        using var folder = new TunedFolder("dinov2");
        string path = folder.File(ProjectionFile.FileName);
        folder.WriteProjection(folder.Features + 1);
        InvalidDataException width = Assert.Throws<InvalidDataException>(() => EncoderLoader.Load(folder.FullName, Exact));
        Assert.Contains(path, width.Message, StringComparison.Ordinal);
        Assert.Contains("25 numbers where the base model has 24", width.Message, StringComparison.Ordinal);
        File.Delete(path);
        Assert.Equal(path, Assert.Throws<WeightsException>(() => EncoderLoader.Load(folder.FullName, Exact)).FilePath);
    }

    [Fact]
    public void Load_AdapterOfAnotherModel_ListsWhatDoesNotFit()
    {
        using var dino = new TunedFolder("dinov2");
        using var clip = new TunedFolder("clip", "vision_model.");
        WeightsException e = Assert.Throws<WeightsException>(() => EncoderLoader.Load(dino.FullName, Exact with { Base = clip.Base.FullName }));
        Assert.Contains("encoder.layer.0.attention.attention.query", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("clip")]
    [InlineData("dinov2")]
    [InlineData("vit")]
    public void Load_TheBaseAlone_SaysThatItTellsNoRelation(string type)
    {
        using var folder = new TunedFolder(type);
        InvalidDataException e = Assert.Throws<InvalidDataException>(() => EncoderLoader.Load(folder.Base.FullName, Exact));
        Assert.Contains("no relation", e.Message, StringComparison.Ordinal);
        Assert.Contains(folder.Base.File("config.json"), e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_EightBits_IsRefused()
    {
        using var folder = new TunedFolder("vit");
        Assert.Contains("8 bits", Assert.Throws<ArgumentException>(() => EncoderLoader.Load(folder.FullName, new EncoderOptions { DType = WeightType.I8 })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_AsAnEncoderOfLooks_SaysThatItIsARelationalModel()
    {
        using var folder = new TunedFolder("clip", "vision_model.");
        InvalidDataException e = Assert.Throws<InvalidDataException>(() => AttributeEncoderLoader.Load(folder.FullName, Exact));
        Assert.Contains(folder.File(LoraAdapter.ConfigName), e.Message, StringComparison.Ordinal);
        Assert.Contains("relational model", e.Message, StringComparison.Ordinal);
    }

    private static bool Near(double[] expected, double[] actual) =>
        expected.Length == actual.Length && expected.Zip(actual, (x, y) => Math.Abs(x - y)).Max() < 1e-5;
}
