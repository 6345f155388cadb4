using Microsoft.Extensions.AI;
using Relsim.Torch.Encoders;
using Relsim.Torch.Tests.Models.MiniLM;
using Relsim.Torch.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Relsim.Torch.Tests.Encoders;

public sealed class MiniLmEncoderTests
{
    private static readonly string[] Texts =
        ["", "a", "b c", "abcab", "the cat, the dog.", "q", "b c", string.Join(' ', Enumerable.Repeat("ab", 40)), "a.b.c", .. Enumerable.Range(0, 60).Select(i => $"{(char)('a' + (i % 26))} {(char)('a' + (i % 7))}b")];

    [Fact]
    [Trait("Kind", "Parity")]
    public void Embed_SentencesOfEveryFolder_GivesTheReferenceEmbeddings() => MiniLmModelTests.Folders((folder, golden, meta) =>
    {
        using MiniLmEncoder encoder = MiniLmEncoder.Load(Path.Combine(folder, "model"));
        Assert.Equal(meta.GetProperty("max_seq_length").GetInt32(), encoder.MaxTokens);
        IReadOnlyList<float[]> embeddings = Embed(encoder, [.. meta.GetProperty("sentences").EnumerateArray().Select(text => text.GetString()!)]);
        using Tensor expected = golden.Read("sentence_embedding");
        Assert.Equal(expected.shape, new long[] { embeddings.Count, encoder.Dimension });
        using Tensor actual = tensor(embeddings.SelectMany(row => row).ToArray(), expected.shape);
        Assert.InRange(MiniLmModelTests.Furthest(expected, actual), 0, 1e-5);
    });

    [Fact]
    public void Embed_AnyBatchAndOrder_GivesWhatASingleTextGives()
    {
        using var folder = new TinyMiniLm();
        using MiniLmEncoder encoder = MiniLmEncoder.Load(folder.FullName);
        float[][] singles = [.. Texts.Select(text => Embed(encoder, [text])[0])];
        IReadOnlyList<float[]> together = Embed(encoder, Texts);
        IReadOnlyList<float[]> reversed = Embed(encoder, [.. Texts.Reverse()]);
        for (int i = 0; i < Texts.Length; i++)
        {
            AssertNear(singles[i], together[i]);
            AssertNear(singles[i], reversed[Texts.Length - 1 - i]);
            Assert.Equal(1, Math.Sqrt(singles[i].Sum(x => (double)x * x)), 1e-6);
        }

        Assert.NotEqual(singles[1], singles[2]);
    }

    [Fact]
    public void Embed_ATextBeyondTheLimit_IsCutThere()
    {
        using var folder = new TinyMiniLm();
        using MiniLmEncoder encoder = MiniLmEncoder.Load(folder.FullName);
        Assert.Equal(16, encoder.MaxTokens);
        string fits = string.Join(' ', Enumerable.Repeat("c", 14));
        AssertNear(Embed(encoder, [fits])[0], Embed(encoder, [fits + " a b d"])[0]);
        Assert.NotEqual(Embed(encoder, [fits])[0], Embed(encoder, [fits[2..]])[0]);
    }

    [Fact]
    public void Embed_ManyCalls_LeavesNoTensorAlive()
    {
        using var folder = new TinyMiniLm();
        using MiniLmEncoder encoder = MiniLmEncoder.Load(folder.FullName);
        Embed(encoder, Texts);
        long before = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
        for (int i = 0; i < 20; i++)
        {
            Embed(encoder, Texts);
        }

        Assert.Equal(before, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);
    }

    [Fact]
    public async Task GenerateAsync_Texts_GivesTheirEmbeddings()
    {
        using var folder = new TinyMiniLm();
        using MiniLmEncoder encoder = MiniLmEncoder.Load(folder.FullName);
        GeneratedEmbeddings<Embedding<float>> generated = await encoder.GenerateAsync(["a b", "c"], cancellationToken: TestContext.Current.CancellationToken);
        IReadOnlyList<float[]> expected = Embed(encoder, ["a b", "c"]);
        Assert.Equal(expected, generated.Select(embedding => embedding.Vector.ToArray()));
        Assert.Equal(encoder.Dimension, encoder.GetService<EmbeddingGeneratorMetadata>()!.DefaultModelDimensions);
        Assert.Same(encoder, encoder.GetService<MiniLmEncoder>());
    }

    [Fact]
    public void Embed_Cancelled_Stops()
    {
        using var folder = new TinyMiniLm();
        using MiniLmEncoder encoder = MiniLmEncoder.Load(folder.FullName);
        Assert.Throws<OperationCanceledException>(() => encoder.Embed(["a"], new CancellationToken(canceled: true)));
    }

    [Fact]
    public void Fingerprint_OtherWeightsOrLength_Differs()
    {
        using var folder = new TinyMiniLm();
        string first = Fingerprint(folder);
        Assert.Equal(first, Fingerprint(folder));
        folder.Write("sentence_bert_config.json", """{ "max_seq_length": 12 }""");
        string shorter = Fingerprint(folder);
        folder.WriteWeights(seed: 2);
        Assert.Equal(3, new[] { first, shorter, Fingerprint(folder) }.Distinct().Count());
    }

    [Theory]
    [InlineData("modules.json", null, "no such file")]
    [InlineData("modules.json", "{}", "modules.json")]
    [InlineData("modules.json", """[ { "type": "sentence_transformers.models.Transformer", "path": "" }, { "type": "sentence_transformers.models.Dense", "path": "2" } ]""", "Dense")]
    [InlineData("1_Pooling/config.json", """{ "pooling_mode_cls_token": true, "pooling_mode_mean_tokens": false }""", "pooling_mode_cls_token")]
    [InlineData("1_Pooling/config.json", "{}", "nothing")]
    [InlineData("1_Pooling/config.json", null, "config.json")]
    [InlineData("sentence_bert_config.json", """{ "max_seq_length": 33 }""", "33")]
    [InlineData("config.json", "{}", "config.json")]
    [InlineData("vocab.txt", null, "vocab.txt")]
    [InlineData("tokenizer_config.json", """{ "do_lower_case": false }""", "do_lower_case")]
    public void Load_AMissingOrDamagedFile_NamesItAndTheFault(string name, string? text, string fault)
    {
        using var folder = new TinyMiniLm();
        File.Delete(folder.File(name));
        if (text is not null)
        {
            folder.Write(name, text);
        }

        InvalidDataException e = Assert.Throws<InvalidDataException>(() => MiniLmEncoder.Load(folder.FullName));
        Assert.Contains(name, e.Message, StringComparison.Ordinal);
        Assert.Contains(fault, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_MoreTokensThanRows_SaysThatTheFilesDoNotBelongTogether()
    {
        using var folder = new TinyMiniLm();
        File.AppendAllLines(folder.File("vocab.txt"), ["", .. Enumerable.Range(0, 10).Select(i => $"word{i}")]);
        InvalidDataException e = Assert.Throws<InvalidDataException>(() => MiniLmEncoder.Load(folder.FullName));
        Assert.Contains("different models", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_WeightsMissingOrIncomplete_NamesThem()
    {
        using var folder = new TinyMiniLm();
        folder.WriteWeights(seed: 1, without: "encoder.layer.1.output.dense.bias");
        WeightsException e = Assert.Throws<WeightsException>(() => MiniLmEncoder.Load(folder.FullName));
        Assert.Contains("missing: encoder.layer.1.output.dense.bias", e.Message, StringComparison.Ordinal);
        File.Delete(folder.File("model.safetensors"));
        Assert.Contains("model.safetensors", Assert.Throws<WeightsException>(() => MiniLmEncoder.Load(folder.FullName)).Message, StringComparison.Ordinal);
    }

    private static IReadOnlyList<float[]> Embed(MiniLmEncoder encoder, string[] texts) => encoder.Embed(texts, TestContext.Current.CancellationToken);

    private static string Fingerprint(TinyMiniLm folder)
    {
        using MiniLmEncoder encoder = MiniLmEncoder.Load(folder.FullName);
        return encoder.Fingerprint;
    }

    // Sums of other blocks of a product differ in their last bits, no more.
    private static void AssertNear(float[] expected, float[] actual) =>
        Assert.InRange(expected.Zip(actual, (x, y) => Math.Abs(x - y)).Max(), 0, 1e-6f);
}
