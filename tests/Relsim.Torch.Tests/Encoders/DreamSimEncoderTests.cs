using Microsoft.Extensions.AI;
using Relsim.Imaging;
using Relsim.Torch.Encoders;
using Relsim.Torch.Tests.Models.DreamSim;
using Relsim.Torch.Tests.Weights.Pickle;
using Relsim.Torch.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Relsim.Torch.Tests.Encoders;

public sealed class DreamSimEncoderTests
{
    private static readonly EncoderOptions Defaults = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Kind", "Parity")]
    public void Embed_PictureFilesOfEveryFolder_GivesTheReferenceEmbeddings() => DreamSimReference.ForEach(reference =>
    {
        using DreamSimEncoder encoder = DreamSimEncoder.Load(reference.Folder, Defaults, reference.Heads);
        IReadOnlyList<float[]> embeddings = encoder.Embed([.. reference.Pictures.Select(encoder.Prepare)], Token);
        using Tensor expected = reference.Golden.Read("embeddings_normalized");
        float[] values = [.. embeddings.SelectMany(row => row)];
        Assert.Equal(expected.shape, new long[] { embeddings.Count, encoder.Dimension });
        double worst = expected.data<float>().ToArray().Zip(values, (x, y) => Math.Abs(x - y)).Max();
        TestContext.Current.TestOutputHelper?.WriteLine($"{encoder.ModelId} from files: {worst:E2}");
        Assert.InRange(worst, 0, 1e-5);
        Assert.Equal(reference.Names.Count > 1 ? "dreamsim-ensemble" : $"dreamsim-{reference.Names[0]}", encoder.ModelId);
        Assert.Equal("dreamsim-224", encoder.Profile.Name);
    });

    [Theory]
    [InlineData("ensemble", 20)]
    [InlineData("dino_vitb16", 8)]
    [InlineData("clip_vitb32", 6)]
    [InlineData("open_clip_vitb32", 6)]
    public void Embed_EveryPublishedKind_GivesUnitVectorsInAnyBatch(string kind, int dimension)
    {
        using var folder = new TinyDreamSim(kind);
        using DreamSimEncoder encoder = Load(folder), single = Load(folder, new EncoderOptions { BatchTokens = 1 });
        Assert.Equal(($"dreamsim-{kind}", dimension), (encoder.ModelId, encoder.Dimension));
        RgbImage[] images = Images(5);
        IReadOnlyList<float[]> together = encoder.Embed(images, Token), alone = single.Embed(images, Token);
        Assert.Equal(together, encoder.Embed(images, Token));
        for (int i = 0; i < images.Length; i++)
        {
            Assert.Equal(1, Math.Sqrt(together[i].Sum(x => (double)x * x)), 1e-6);
            Assert.Equal(0, together[i].Average(x => (double)x), 1e-6);
            Assert.InRange(together[i].Zip(alone[i], (x, y) => Math.Abs(x - y)).Max(), 0, 1e-6f);
        }

        Assert.NotEqual(together[0], together[1]);
    }

    [Fact]
    public void Load_AnAdapterAmongSeveral_TakesTheEnsemblesOrTheOneNamed()
    {
        using var folder = new TinyDreamSim("dino_vitb16");
        using var other = new TinyDreamSim("ensemble", seed: 7);
        Directory.Move(other.Adapter, folder.File("ensemble_lora"));
        foreach (string network in Directory.GetFiles(other.FullName))
        {
            File.Move(network, folder.File(Path.GetFileName(network)), overwrite: true);
        }

        using DreamSimEncoder first = Load(folder), named = DreamSimEncoder.Load(folder.Adapter, Defaults, heads: 2);
        Assert.Equal("dreamsim-ensemble", first.ModelId);
        Assert.Equal("dreamsim-dino_vitb16", named.ModelId);
        Directory.Delete(folder.File("ensemble_lora"), recursive: true);
        Directory.CreateDirectory(folder.File("clip_vitb32_single_lora"));
        File.Copy(Path.Combine(folder.Adapter, "adapter_config.json"), folder.File("clip_vitb32_single_lora/adapter_config.json"));
        Assert.Contains("name the folder of one", Refusal(folder), StringComparison.Ordinal);
    }

    [Fact]
    public void Load_ATrainingCheckpointOfDino_TakesTheTeacher()
    {
        using var folder = new TinyDreamSim("dino_vitb16");
        using DreamSimEncoder plain = Load(folder);
        using (SafetensorsFile network = SafetensorsFile.Open(folder.File("dino_vitb16_backbone.safetensors")))
        {
            File.WriteAllBytes(folder.File("dino_vitb16_pretrain.pth"), TorchFiles.ZipOfTensors(network, key => $"backbone.{key}", "teacher"));
            File.WriteAllBytes(folder.File("student.pth"), TorchFiles.ZipOfTensors(network, key => $"module.backbone.{key}", "student"));
        }

        File.Delete(folder.File("dino_vitb16_backbone.safetensors"));
        using (DreamSimEncoder teacher = Load(folder))
        {
            Assert.Equal(plain.Embed(Images(1), Token), teacher.Embed(Images(1), Token));
        }

        File.Move(folder.File("student.pth"), folder.File("dino_vitb16_pretrain.pth"), overwrite: true);
        string refusal = Refusal(folder);
        Assert.Contains("dino_vitb16_pretrain.pth", refusal, StringComparison.Ordinal);
        Assert.Contains("dino_vitbase16_pretrain.pth; put that file", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_FilesMissing_ListsThemAndWhereTheyArePublished()
    {
        using var folder = new TinyDreamSim("ensemble");
        File.Delete(folder.File("dino_vitb16_backbone.safetensors"));
        File.Delete(folder.File("open_clip_vitb16_backbone.safetensors"));
        string refusal = Refusal(folder);
        Assert.Contains(folder.FullName, refusal, StringComparison.Ordinal);
        Assert.Contains("https://dl.fbaipublicfiles.com/dino/dino_vitbase16_pretrain/dino_vitbase16_pretrain.pth", refusal, StringComparison.Ordinal);
        Assert.Contains("open_clip_vitb16_pretrain.pth.tar (https://github.com/ssundaram21/dreamsim", refusal, StringComparison.Ordinal);
        Assert.DoesNotContain(" clip_vitb16_pretrain", refusal, StringComparison.Ordinal);
        Directory.Delete(folder.Adapter, recursive: true);
        Assert.Contains("ensemble_lora", Refusal(folder), StringComparison.Ordinal);
        Assert.Contains("no such folder", Assert.Throws<WeightsException>(() => DreamSimEncoder.Load(folder.File("nowhere"))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("dinov2_vitb14_single_lora")]
    [InlineData("dino_vitb16_patch_lora")]
    public void Load_AnUnsupportedAdapter_NamesItAndTheKnownOnes(string name)
    {
        using var folder = new TinyDreamSim("dino_vitb16");
        Directory.Move(folder.Adapter, folder.File(name));
        string refusal = Refusal(folder);
        Assert.Contains(name, refusal, StringComparison.Ordinal);
        Assert.Contains("open_clip_vitb32", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_DamagedOrIncompleteFiles_NamesFileAndTensor()
    {
        using var folder = new TinyDreamSim("dino_vitb16");
        folder.WriteNetwork("dino_vitb16", 1, without: "blocks.3.attn.qkv.bias");
        Assert.Contains("missing: model.blocks.3.attn.qkv.bias", Refusal(folder), StringComparison.Ordinal);
        folder.WriteNetwork("dino_vitb16", 1, without: "pos_embed");
        Assert.Contains("pos_embed", Refusal(folder), StringComparison.Ordinal);
        folder.WriteNetwork("dino_vitb16", 1, depth: 11);
        Assert.Contains("11 blocks", Refusal(folder), StringComparison.Ordinal);
        folder.WriteNetwork("dino_vitb16", 1, depth: 13);
        Assert.Contains("missing: extractor_list.0.model.blocks.12.attn.qkv", Refusal(folder), StringComparison.Ordinal);
        folder.WriteNetwork("dino_vitb16", 1);
        folder.WriteAdapter(networks: 2, seed: 1);
        Assert.Contains("extractor_list.1.model.blocks.0.attn.qkv", Refusal(folder), StringComparison.Ordinal);
        File.WriteAllBytes(folder.File("dino_vitb16_backbone.safetensors"), new byte[20]);
        Assert.Contains("dino_vitb16_backbone.safetensors", Refusal(folder), StringComparison.Ordinal);
    }

    [Fact]
    public void Load_HeadsUnknown_SaysSo()
    {
        using var folder = new TinyDreamSim("dino_vitb16");
        Assert.Contains("heads", Assert.Throws<WeightsException>(() => DreamSimEncoder.Load(folder.FullName)).Message, StringComparison.Ordinal);
        Assert.Contains("3 heads", Assert.Throws<WeightsException>(() => DreamSimEncoder.Load(folder.FullName, Defaults, heads: 3)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_OptionsThatMeanNothing_AreRefused()
    {
        using var folder = new TinyDreamSim("dino_vitb16");
        Assert.Contains("8-bit", Assert.Throws<ArgumentException>(() => Load(folder, new EncoderOptions { DType = WeightType.I8 })).Message, StringComparison.Ordinal);
        Assert.Contains("base", Assert.Throws<ArgumentException>(() => Load(folder, new EncoderOptions { Base = "x" })).Message, StringComparison.Ordinal);
        Assert.Contains("128", Assert.Throws<ArgumentException>(() => Load(folder, new EncoderOptions { Profile = "mini-128" })).Message, StringComparison.Ordinal);
        Assert.Contains("clip-224", Assert.Throws<ArgumentException>(() => Load(folder, new EncoderOptions { Profile = "clip-224" })).Message, StringComparison.Ordinal);
        Assert.Contains("cuda:99", Assert.Throws<ArgumentException>(() => Load(folder, new EncoderOptions { Device = "cuda:99" })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_InBFloat16_GivesNearlyTheSame()
    {
        using var folder = new TinyDreamSim("ensemble");
        using DreamSimEncoder exact = Load(folder), half = Load(folder, new EncoderOptions { DType = WeightType.Bf16 });
        float[] one = exact.Embed(Images(1), Token)[0], two = half.Embed(Images(1), Token)[0];
        Assert.InRange(one.Zip(two, (x, y) => x * y).Sum(), 0.98f, 1.001f);
        Assert.NotEqual(exact.Fingerprint, half.Fingerprint);
    }

    [Theory]
    [InlineData("ensemble")]
    [InlineData("clip_vitb32")]
    public void Load_ByTheFolderAlone_IsReachedAndTellsNoRelation(string kind)
    {
        using var folder = new TinyDreamSim(kind);
        foreach (string path in (string[])[folder.FullName, folder.Adapter])
        {
            // So small a network has no published number of heads: loading it ends at DreamSim's own reader.
            Assert.Contains("how many heads", Assert.Throws<WeightsException>(() => AttributeEncoderLoader.Load(path)).Message, StringComparison.Ordinal);
            Assert.Contains("DreamSim tells how alike", Assert.Throws<InvalidDataException>(() => EncoderLoader.Load(path)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Fingerprint_OtherNetworkOrAdapter_Differs()
    {
        using var folder = new TinyDreamSim("dino_vitb16");
        string first = Fingerprint(folder);
        Assert.Equal(first, Fingerprint(folder));
        folder.WriteAdapter(1, seed: 9);
        string adapter = Fingerprint(folder);
        string settings = Path.Combine(folder.Adapter, "adapter_config.json"), text = File.ReadAllText(settings);
        Assert.Contains("\"lora_alpha\": 4", text, StringComparison.Ordinal);
        File.WriteAllText(settings, text.Replace("\"lora_alpha\": 4", "\"lora_alpha\": 5", StringComparison.Ordinal));
        string scale = Fingerprint(folder);
        folder.WriteNetwork("dino_vitb16", 9);
        Assert.Equal(4, new[] { first, adapter, scale, Fingerprint(folder) }.Distinct().Count());
    }

    [Fact]
    public async Task GenerateAsync_ImageBytes_GivesTheEmbeddings()
    {
        using var folder = new TinyDreamSim("dino_vitb16");
        using DreamSimEncoder encoder = Load(folder);
        string path = folder.File("a.png");
        await File.WriteAllBytesAsync(path, Pngs.Write(3, 40, 60), Token);
        GeneratedEmbeddings<Embedding<float>> generated = await encoder.GenerateAsync([new DataContent(await File.ReadAllBytesAsync(path, Token), "image/png")], cancellationToken: Token);
        Assert.Equal(encoder.Embed([encoder.Prepare(path)], Token)[0], generated[0].Vector.ToArray());
        Assert.Throws<OperationCanceledException>(() => encoder.Embed(Images(1), new CancellationToken(canceled: true)));
    }

    [Fact]
    public void LoadAndEmbed_ManyTimes_LeaveNoTensorAlive()
    {
        using var folder = new TinyDreamSim("ensemble");
        Run();
        long before = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
        for (int i = 0; i < 3; i++)
        {
            Run();
        }

        Assert.Equal(before, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);

        void Run()
        {
            using DreamSimEncoder encoder = Load(folder);
            encoder.Embed(Images(3), Token);
        }
    }

    private static DreamSimEncoder Load(TinyDreamSim folder, EncoderOptions? options = null) => DreamSimEncoder.Load(folder.FullName, options ?? Defaults, heads: 2);

    private static string Refusal(TinyDreamSim folder) => Assert.Throws<WeightsException>(() => Load(folder).Dispose()).Message;

    private static string Fingerprint(TinyDreamSim folder)
    {
        using DreamSimEncoder encoder = Load(folder);
        return encoder.Fingerprint;
    }

    private static RgbImage[] Images(int count) => [.. Enumerable.Range(0, count).Select(seed =>
    {
        byte[] pixels = new byte[224 * 224 * 3];
        new Random(seed).NextBytes(pixels);
        return new RgbImage(224, 224, pixels);
    })];
}
