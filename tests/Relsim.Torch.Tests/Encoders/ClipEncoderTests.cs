using Microsoft.Extensions.AI;
using Relsim.Torch.Encoders;
using Relsim.Torch.Models.Clip;
using Relsim.Torch.Tests.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Relsim.Torch.Tests.Encoders;

public sealed class ClipEncoderTests : IDisposable
{
    private static readonly EncoderOptions Exact = new() { DType = WeightType.F32 };
    private static readonly string[] Texts = ["", "the cat", "dog", "The  CAT", "the dog, the cat", "caféteria", "cat <|endoftext|> dog", .. Enumerable.Range(0, 40).Select(i => $"cat {i}")];

    private readonly TinyVisionFolder folder = new("clip");

    public ClipEncoderTests() => TinyClipTokenizer.Write(folder.FullName);

    public void Dispose() => folder.Dispose();

    [Fact]
    public void EmbedTexts_AnyBatchAndOrder_GivesTheUnitVectorASingleTextHas()
    {
        using ClipEncoder encoder = ClipEncoder.Load(folder.FullName, Exact);
        float[][] singles = [.. Texts.Select(text => Embed(encoder, text)[0])];
        IReadOnlyList<float[]> together = Embed(encoder, Texts);
        IReadOnlyList<float[]> reversed = Embed(encoder, [.. Texts.Reverse()]);
        for (int i = 0; i < Texts.Length; i++)
        {
            VisionEncoderTests.AssertNear(singles[i], together[i]);
            VisionEncoderTests.AssertNear(singles[i], reversed[^(i + 1)]);
            Assert.Equal(encoder.Dimension, together[i].Length);
            Assert.Equal(1, Math.Sqrt(together[i].Sum(x => (double)x * x)), 1e-6);
        }

        Assert.Equal(singles[1], singles[3]); // case and spaces do not count
        Assert.NotEqual(singles[1], singles[2]);
    }

    [Fact]
    public void EmbedTexts_ATextPaddedToTheFullLength_IsTheSame()
    {
        using ClipEncoder encoder = ClipEncoder.Load(folder.FullName, Exact);
        using DisposeScope scope = NewDisposeScope();
        using ClipModel model = new VisionReference(folder.FullName).Load((ClipModel)TinyVisionFolder.Model("clip"));
        long[] ids = [528, 517, 513, 529, .. Enumerable.Repeat(529L, 8)]; // the, cat
        Tensor padded = nn.functional.normalize(model.EncodeTexts(tensor(ids, [1, 12])), dim: 1);
        VisionEncoderTests.AssertNear(padded.data<float>().ToArray(), Embed(encoder, "the cat")[0]);
    }

    [Fact]
    public void EmbedTexts_BeyondTheLimit_IsCutThere()
    {
        using ClipEncoder encoder = ClipEncoder.Load(folder.FullName, Exact);
        Assert.Equal(12, encoder.MaxTokens);
        string fits = string.Join(' ', Enumerable.Repeat("cat", 10));
        Assert.Equal(Embed(encoder, fits)[0], Embed(encoder, $"{fits} dog dog")[0]);
        Assert.NotEqual(Embed(encoder, fits)[0], Embed(encoder, fits[4..])[0]);
    }

    [Fact]
    public void EmbedTexts_ManyCalls_LeavesNoTensorAlive()
    {
        using ClipEncoder encoder = ClipEncoder.Load(folder.FullName, Exact);
        Embed(encoder, Texts);
        long before = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
        for (int i = 0; i < 10; i++)
        {
            Embed(encoder, Texts);
        }

        Assert.Equal(before, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void EmbedTexts_Cancelled_Stops()
    {
        using ClipEncoder encoder = ClipEncoder.Load(folder.FullName, Exact);
        Assert.Throws<OperationCanceledException>(() => encoder.EmbedTexts(["cat"], new CancellationToken(canceled: true)));
    }

    [Fact]
    public void EmbedTexts_WithoutTokenizer_SaysWhatToDo()
    {
        File.Delete(folder.File("vocab.json"));
        File.Delete(folder.File("merges.txt"));
        using ClipEncoder encoder = ClipEncoder.Load(folder.FullName, Exact);
        Assert.False(encoder.CanEmbedTexts);
        NotSupportedException e = Assert.Throws<NotSupportedException>(() => Embed(encoder, "cat"));
        Assert.Contains("vocab.json", e.Message, StringComparison.Ordinal);
        Assert.Contains(folder.FullName, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Texts_Generator_GivesTheirEmbeddings()
    {
        using ClipEncoder encoder = ClipEncoder.Load(folder.FullName, Exact);
        GeneratedEmbeddings<Embedding<float>> generated = await encoder.Texts.GenerateAsync(["the cat", "dog"], cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(Embed(encoder, "the cat", "dog"), generated.Select(embedding => embedding.Vector.ToArray()));
        Assert.Equal(encoder.Dimension, encoder.Texts.GetService<EmbeddingGeneratorMetadata>()!.DefaultModelDimensions);
        Assert.Same(encoder, encoder.Texts.GetService<ClipEncoder>());
        encoder.Texts.Dispose();
        Assert.Single(Embed(encoder, "cat")); // the weights are the encoder's
    }

    [Theory]
    [InlineData("\"vocab_size\": 530", "\"vocab_size\": 529", "different models")]
    [InlineData("\"eos_token_id\": 529", "\"eos_token_id\": 528", "different models")]
    public void Load_TokenizerOfAnotherModel_SaysSo(string old, string replacement, string fault)
    {
        folder.Write("config.json", TinyVisionFolder.Config("clip").Replace(old, replacement, StringComparison.Ordinal));
        if (replacement.StartsWith("\"vocab", StringComparison.Ordinal))
        {
            using DisposeScope scope = NewDisposeScope();
            Dictionary<string, Tensor> weights = TinyVisionFolder.Weights("clip", 1);
            weights["text_model.embeddings.token_embedding.weight"] = zeros(529, 16);
            folder.Save(weights);
        }

        InvalidDataException e = Assert.Throws<InvalidDataException>(() => ClipEncoder.Load(folder.FullName, Exact));
        Assert.Contains(folder.FullName, e.Message, StringComparison.Ordinal);
        Assert.Contains(fault, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_TokenizerDamaged_NamesTheFile()
    {
        folder.Write("vocab.json", "{");
        Assert.Contains(folder.File("vocab.json"), Assert.Throws<InvalidDataException>(() => ClipEncoder.Load(folder.FullName, Exact)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_OfTheHubByShortName_FindsThePulledModel()
    {
        using var cache = new TemporaryFolder();
        string? before = Environment.GetEnvironmentVariable("HF_HUB_CACHE");
        Environment.SetEnvironmentVariable("HF_HUB_CACHE", cache.FullName);
        try
        {
            string missing = Assert.Throws<Relsim.Torch.Weights.Hub.HubException>(() => AttributeEncoderLoader.Load("clip", Exact)).Message;
            Assert.Contains("relsim models pull clip", missing, StringComparison.Ordinal);
            string commit = new('a', 40);
            string model = cache.File("models--openai--clip-vit-large-patch14");
            string snapshot = Directory.CreateDirectory(Path.Combine(model, "snapshots", commit)).FullName;
            Directory.CreateDirectory(Path.Combine(model, "refs"));
            File.WriteAllText(Path.Combine(model, "refs", "main"), commit);
            foreach (string file in Directory.GetFiles(folder.FullName))
            {
                File.Copy(file, Path.Combine(snapshot, Path.GetFileName(file)));
            }

            using AttributeEncoder encoder = AttributeEncoderLoader.Load("clip", Exact);

            Assert.Equal("openai/clip-vit-large-patch14", Assert.IsType<ClipEncoder>(encoder).ModelId);
            Assert.Contains("no relation", Assert.Throws<InvalidDataException>(() => EncoderLoader.LoadNamed("clip")).Message, StringComparison.Ordinal);
        }
        finally
        {
            Environment.SetEnvironmentVariable("HF_HUB_CACHE", before);
        }
    }

    private static IReadOnlyList<float[]> Embed(ClipEncoder encoder, params string[] texts) => encoder.EmbedTexts(texts, TestContext.Current.CancellationToken);
}
