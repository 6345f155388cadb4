using System.Text.Json;
using Microsoft.Extensions.AI;
using Relsim.Imaging;
using Relsim.Torch.Encoders;
using Relsim.Torch.Models;
using Relsim.Torch.Tests.Models;
using Relsim.Torch.Tests.Weights.Pickle;
using Relsim.Torch.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Relsim.Torch.Tests.Encoders;

public sealed class VisionEncoderTests
{
    private static readonly EncoderOptions Exact = new() { DType = WeightType.F32 };

    public static TheoryData<string> Types => [.. VisionCheckpoint.Types];

    public static TheoryData<EncoderOptions, string> Refused => new()
    {
        { new EncoderOptions { DType = WeightType.I8 }, "8 bits" },
        { new EncoderOptions { Base = "x" }, "base model" },
        { new EncoderOptions { TextModel = "x" }, "text model" },
        { new EncoderOptions { Profile = "mini-128" }, "mini-128" },
        { new EncoderOptions { Profile = "relsim-native" }, "relsim-native" },
        { new EncoderOptions { BatchTokens = 0 }, "at least 1" },
    };

    // README of the fixtures: pixel values 1e-6, L2-normalised embeddings 1e-5.
    [Theory]
    [MemberData(nameof(Types))]
    [Trait("Kind", "Parity")]
    public void Embed_PicturesOfEveryFolder_GivesTheReferenceEmbeddings(string type)
    {
        foreach (VisionReference reference in VisionReference.All(type))
        {
            using DisposeScope scope = NewDisposeScope();
            using SafetensorsFile golden = reference.OpenGolden();
            using AttributeEncoder encoder = AttributeEncoderLoader.Load(reference.Model, Exact);
            RgbImage[] images = [.. reference.Images().Select(encoder.Prepare)];
            Tensor pixels = reference.Pixels(golden, "");
            float[] planes = new float[pixels.numel()];
            for (int i = 0; i < images.Length; i++)
            {
                encoder.Profile.Normalization!.Fill(images[i], planes.AsSpan(i * planes.Length / images.Length, planes.Length / images.Length));
            }

            VisionReference.AssertNear($"{reference.Model} pixel values", pixels, tensor(planes, pixels.shape), 1e-6);
            Tensor features = golden.Tensors.ContainsKey("image_features") ? golden.Read("image_features") : golden.Read("last_hidden_state").select(1, 0);
            Tensor expected = features / features.norm(1, keepdim: true);
            VisionReference.AssertNear($"{reference.Model} embeddings", expected, Matrix(Embed(encoder, images)), 1e-5);
            if (golden.Tensors.ContainsKey("image_embeds_normalized"))
            {
                VisionReference.AssertNear($"{reference.Model} image_embeds_normalized", golden.Read("image_embeds_normalized"), Matrix(Embed(encoder, images)), 1e-5);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Embed_InBatchesOfAnySizeAndOrder_GivesTheSameUnitVectors(string type)
    {
        using var folder = new TinyVisionFolder(type);
        using AttributeEncoder alone = AttributeEncoderLoader.Load(folder.FullName, Exact with { BatchTokens = 1 });
        using AttributeEncoder together = AttributeEncoderLoader.Load(folder.FullName, Exact);
        RgbImage[] images = Pictures(together, 9);

        IReadOnlyList<float[]> singles = Embed(alone, images);
        IReadOnlyList<float[]> batch = Embed(together, images);
        IReadOnlyList<float[]> reversed = Embed(together, [.. images.Reverse()]);

        Assert.Equal(batch, Embed(together, images));
        Assert.Equal(17, together.CountTokens(images[0]));
        for (int i = 0; i < images.Length; i++)
        {
            AssertNear(singles[i], batch[i]);
            AssertNear(singles[i], reversed[^(i + 1)]);
            Assert.Equal(together.Dimension, batch[i].Length);
            Assert.Equal(1, Math.Sqrt(batch[i].Sum(x => (double)x * x)), 1e-6);
        }

        Assert.True(Dot(batch[0], batch[1]) < 0.999999, "Pictures of different noise have one embedding.");
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Embed_Bf16_IsNearAndOfAnotherFingerprint(string type)
    {
        using var folder = new TinyVisionFolder(type);
        using AttributeEncoder exact = AttributeEncoderLoader.Load(folder.FullName, Exact);
        using AttributeEncoder rounded = AttributeEncoderLoader.Load(folder.FullName, new EncoderOptions { DType = WeightType.Bf16 });
        RgbImage[] images = Pictures(exact, 4);

        Assert.All(Embed(exact, images).Zip(Embed(rounded, images)), pair => Assert.InRange(Dot(pair.First, pair.Second), 0.999, 0.9999999));
        Assert.NotEqual(exact.Fingerprint, rounded.Fingerprint);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Embed_ManyCalls_LeavesNoTensorAlive(string type)
    {
        using var folder = new TinyVisionFolder(type);
        using AttributeEncoder encoder = AttributeEncoderLoader.Load(folder.FullName, Exact);
        RgbImage[] images = Pictures(encoder, 3);
        Embed(encoder, images);
        long before = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
        for (int i = 0; i < 10; i++)
        {
            Embed(encoder, images);
        }

        Assert.Equal(before, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Fingerprint_OtherWeightsPicturesOrConfiguration_Differs(string type)
    {
        using var folder = new TinyVisionFolder(type);
        string first = Fingerprint(folder);
        Assert.Equal(first, Fingerprint(folder));
        string processor = File.ReadAllText(folder.File(ImageProcessorConfig.FileName));
        folder.Write(ImageProcessorConfig.FileName, processor.Replace("0.48", "0.49", StringComparison.Ordinal));
        string other = Fingerprint(folder);
        folder.WriteWeights(seed: 2);
        string weights = Fingerprint(folder);
        string config = TinyVisionFolder.Config(type);
        folder.Write("config.json", config.Replace("\"num_attention_heads\": 3", "\"num_attention_heads\": 2", StringComparison.Ordinal)); // the same weights fit
        Assert.Equal(4, new[] { first, other, weights, Fingerprint(folder) }.Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Load_SavedAgainInShardsOrByTorch_EmbedsTheSame(string type)
    {
        using var folder = new TinyVisionFolder(type);
        (IReadOnlyList<float[]> expected, _) = EmbedAll(folder);
        using (DisposeScope scope = NewDisposeScope())
        {
            using VisionModel model = TinyVisionFolder.Model(type);
            using (TensorSource source = CheckpointFolder.OpenFolder(folder.FullName))
            {
                ModuleWeights.Bind(model, source, ScalarType.Float32, model.Names);
            }

            Dictionary<string, Tensor> state = model.state_dict();
            ModuleWeights.Save(model, folder.File("again.safetensors"));
            File.Move(folder.File("again.safetensors"), folder.File("model.safetensors"), overwrite: true);
            Assert.Equal(expected, EmbedAll(folder).Embeddings);

            WriteShards(folder, state);
            Assert.Equal(expected, EmbedAll(folder).Embeddings);

            File.Delete(folder.File("model.safetensors.index.json"));
            WriteTorch(folder.File("pytorch_model.bin"), state);
            Assert.Equal(expected, EmbedAll(folder).Embeddings);
        }
    }

    [Theory]
    [InlineData("clip", "text_model.embeddings.position_ids")]
    [InlineData("clip", "vision_model.embeddings.position_ids")]
    [InlineData("dinov2", "embeddings.mask_token")]
    [InlineData("vit", "pooler.dense.weight")]
    public void Load_WhatIsNoPartOfAnEmbedding_IsLeftOut(string type, string name)
    {
        using var folder = new TinyVisionFolder(type);
        (IReadOnlyList<float[]> expected, _) = EmbedAll(folder);
        using DisposeScope scope = NewDisposeScope();
        Dictionary<string, Tensor> weights = TinyVisionFolder.Weights(type, 1);
        weights[name] = zeros(1, 3);
        folder.Save(weights);

        Assert.Equal(expected, EmbedAll(folder).Embeddings);
    }

    [Theory]
    [InlineData("clip", "vision_model.encoder.layers.1.mlp.fc2.bias")]
    [InlineData("dinov2", "encoder.layer.1.layer_scale2.lambda1")]
    [InlineData("vit", "embeddings.cls_token")]
    public void Load_WeightMissingOrMisshaped_NamesIt(string type, string name)
    {
        using var folder = new TinyVisionFolder(type);
        folder.WriteWeights(seed: 1, without: name);
        Assert.Contains($"missing: {name}", Assert.Throws<WeightsException>(() => EmbedAll(folder)).Message, StringComparison.Ordinal);

        using DisposeScope scope = NewDisposeScope();
        Dictionary<string, Tensor> weights = TinyVisionFolder.Weights(type, 1);
        weights[name] = zeros(1, 3);
        folder.Save(weights);
        Assert.Contains($"mis-shaped: {name}", Assert.Throws<WeightsException>(() => EmbedAll(folder)).Message, StringComparison.Ordinal);

        File.Delete(folder.File("model.safetensors"));
        Assert.Contains(folder.FullName, Assert.Throws<WeightsException>(() => EmbedAll(folder)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public void Load_OptionWithoutMeaning_SaysSo(EncoderOptions options, string expected)
    {
        foreach (string type in VisionCheckpoint.Types)
        {
            using var folder = new TinyVisionFolder(type);
            Assert.Contains(expected, Assert.Throws<ArgumentException>(() => AttributeEncoderLoader.Load(folder.FullName, options)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Load_ProfileByName_IsTakenWhereItsPicturesFit()
    {
        using var dino = new TinyVisionFolder("dinov2"); // 224 is a multiple of its patches of 7
        using AttributeEncoder encoder = AttributeEncoderLoader.Load(dino.FullName, Exact with { Profile = "dinov2-224" });
        Assert.Same(PreprocessingProfiles.DinoV2224, encoder.Profile);
        Assert.Equal(1 + (32 * 32), encoder.CountTokens(Pictures(encoder, 1)[0]));
        Assert.Single(Embed(encoder, Pictures(encoder, 1)));

        using var clip = new TinyVisionFolder("clip"); // its positions are for 28 pixels alone
        ArgumentException e = Assert.Throws<ArgumentException>(() => AttributeEncoderLoader.Load(clip.FullName, Exact with { Profile = "clip-224" }));
        Assert.Contains("28 pixels", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_ProcessorMissingOrOfAnotherModel_NamesTheFile()
    {
        foreach (string type in VisionCheckpoint.Types)
        {
            using var folder = new TinyVisionFolder(type);
            string path = folder.File(ImageProcessorConfig.FileName);
            folder.Write(ImageProcessorConfig.FileName, File.ReadAllText(path).Replace("28", "30", StringComparison.Ordinal));
            Assert.Contains(path, Assert.Throws<InvalidDataException>(() => EmbedAll(folder)).Message, StringComparison.Ordinal);
            File.Delete(path);
            Assert.Contains(ImageProcessorConfig.FileName, Assert.Throws<InvalidDataException>(() => EmbedAll(folder)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Load_FolderOfAnotherType_SaysWhatItIs()
    {
        using var folder = new TinyVisionFolder("dinov2");
        Assert.Contains("'clip'", Assert.Throws<InvalidDataException>(() => ClipEncoder.Load(folder.FullName, Exact)).Message, StringComparison.Ordinal);
        Assert.Contains("'vit'", Assert.Throws<InvalidDataException>(() => DinoEncoder.Load(folder.FullName, Exact)).Message, StringComparison.Ordinal);
        folder.Write("config.json", """{ "model_type": "bert" }""");
        Assert.Contains("'bert'", Assert.Throws<InvalidDataException>(() => AttributeEncoderLoader.Load(folder.FullName, Exact)).Message, StringComparison.Ordinal);
        folder.Write("config.json", "no json");
        Assert.Contains(folder.File("config.json"), Assert.Throws<InvalidDataException>(() => AttributeEncoderLoader.Load(folder.FullName, Exact)).Message, StringComparison.Ordinal);
        File.Delete(folder.File("config.json"));
        Assert.Contains(folder.File("config.json"), Assert.Throws<WeightsException>(() => AttributeEncoderLoader.Load(folder.FullName, Exact)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GenerateAsync_ImageBytes_GivesTheirEmbeddings()
    {
        using var folder = new TinyVisionFolder("vit");
        using AttributeEncoder encoder = AttributeEncoderLoader.Load(folder.FullName, Exact);
        byte[] png = Pngs.Write(5, 60, 40);
        File.WriteAllBytes(folder.File("a.png"), png);

        GeneratedEmbeddings<Embedding<float>> generated = await encoder.GenerateAsync([new DataContent(png, "image/png")], cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(Embed(encoder, [encoder.Prepare(folder.File("a.png"))])[0], Assert.Single(generated).Vector.ToArray());
        Assert.Equal(24, encoder.GetService<EmbeddingGeneratorMetadata>()!.DefaultModelDimensions);
    }

    internal static RgbImage[] Pictures(ImageEncoder encoder, int count)
    {
        var preprocessor = new ImagePreprocessor(encoder.Profile);
        return [.. Enumerable.Range(0, count).Select(i => preprocessor.Decode(Pngs.Write(i, 50 + (7 * i), 64), $"{i}.png"))];
    }

    internal static void AssertNear(float[] expected, float[] actual) =>
        Assert.InRange(expected.Zip(actual, (x, y) => Math.Abs(x - y)).Max(), 0, 2e-6f);

    private static (IReadOnlyList<float[]> Embeddings, string Fingerprint) EmbedAll(TinyVisionFolder folder)
    {
        using AttributeEncoder encoder = AttributeEncoderLoader.Load(folder.FullName, Exact);
        return (Embed(encoder, Pictures(encoder, 3)), encoder.Fingerprint);
    }

    private static string Fingerprint(TinyVisionFolder folder) => EmbedAll(folder).Fingerprint;

    private static IReadOnlyList<float[]> Embed(AttributeEncoder encoder, RgbImage[] images) => encoder.Embed(images, TestContext.Current.CancellationToken);

    private static double Dot(float[] x, float[] y) => x.Zip(y, (a, b) => (double)a * b).Sum();

    private static Tensor Matrix(IReadOnlyList<float[]> rows) => tensor(rows.SelectMany(row => row).ToArray(), [rows.Count, rows[0].Length]);

    private static void WriteShards(TinyVisionFolder folder, Dictionary<string, Tensor> state)
    {
        File.Delete(folder.File("model.safetensors"));
        KeyValuePair<string, Tensor>[][] shards = [.. state.Chunk((state.Count / 2) + 1)];
        for (int i = 0; i < shards.Length; i++)
        {
            SafetensorsWriter.Write(folder.File($"model-{i}.safetensors"), shards[i].ToDictionary(), null, ScalarType.Float32);
        }

        var map = shards.SelectMany((shard, i) => shard.Select(weight => (weight.Key, File: $"model-{i}.safetensors"))).ToDictionary(entry => entry.Key, entry => entry.File);
        folder.Write("model.safetensors.index.json", JsonSerializer.Serialize(new Dictionary<string, object> { ["metadata"] = new { }, ["weight_map"] = map }));
    }

    private static void WriteTorch(string path, Dictionary<string, Tensor> state)
    {
        PickleBytes pickle = new PickleBytes().Op('}').Op('(');
        List<(string, byte[])> storages = [];
        foreach ((string name, Tensor tensor) in state)
        {
            string key = $"{storages.Count}";
            pickle.Text(name).Tensor("FloatStorage", key, tensor.numel(), 0, tensor.shape, tensor.contiguous().stride());
            storages.Add((key, tensor.contiguous().bytes.ToArray()));
        }

        File.WriteAllBytes(path, TorchFiles.Zip(pickle.Op('u').Stop(), [.. storages]));
    }
}
