using Relsim.Imaging;
using Relsim.Torch.Encoders;
using Relsim.Torch.Tests.Models.Lpips;
using Relsim.Torch.Tests.Weights.Pickle;
using Relsim.Torch.Weights;
using TorchSharp;

namespace Relsim.Torch.Tests.Encoders;

public sealed class LpipsMetricTests
{
    private const int Side = 128;
    private static readonly EncoderOptions Small = new() { Profile = "mini-128" };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Kind", "Parity")]
    public void Distance_EveryNetAndPair_GivesTheReferenceDistance() => LpipsReference.ForEach(reference =>
    {
        foreach (string net in reference.Nets)
        {
            using LpipsMetric metric = LpipsMetric.Load(LpipsReference.NetOf(net), reference.Backbone(net), reference.Head(net));
            foreach (string pair in reference.Pairs)
            {
                (RgbImage first, RgbImage second) = reference.Images(pair);
                double expected = reference.Numbers($"{net}.lpips.{pair}.distance")[0];
                Assert.InRange(Math.Abs(metric.Distance(first, second) - expected), 0, 1e-5 * expected);
                Assert.InRange(Math.Abs(metric.Distance(second, first) - expected), 0, 1e-5 * expected);
                Assert.Equal(0, metric.Distance(first, first));
            }
        }
    });

    // With the published heads, on pictures that are different, nearly equal and equal.
    [Fact]
    [Trait("Kind", "Parity")]
    public void Distances_EveryNetOfTheReference_AreTheDistancesOfPairs() => LpipsReference.ForEach(reference =>
    {
        foreach (string net in reference.Nets)
        {
            using LpipsMetric metric = LpipsMetric.Load(LpipsReference.NetOf(net), reference.Backbone(net), reference.Head(net), Small);
            AssertEqualsPairs(metric, WithNearDuplicates(2));
        }
    });

    [Theory]
    [InlineData(LpipsNet.Alex, false)]
    [InlineData(LpipsNet.Alex, true)]
    [InlineData(LpipsNet.Squeeze, false)]
    [InlineData(LpipsNet.Squeeze, true)]
    public void Distances_RandomNets_AreTheDistancesOfPairs(LpipsNet net, bool negative)
    {
        using var folder = new TemporaryFolder();
        (string backbone, string heads) = TinyLpips.Write(folder, net, negative);
        using LpipsMetric metric = LpipsMetric.Load(net, backbone, heads, Small);
        AssertEqualsPairs(metric, WithNearDuplicates(3));
    }

    [Fact]
    public void Distances_AnyBatch_AreTheSame()
    {
        using var folder = new TemporaryFolder();
        (string backbone, string heads) = TinyLpips.Write(folder, LpipsNet.Alex);
        using LpipsMetric one = LpipsMetric.Load(LpipsNet.Alex, backbone, heads, Small with { BatchTokens = 1 });
        using LpipsMetric three = LpipsMetric.Load(LpipsNet.Alex, backbone, heads, Small with { BatchTokens = 3 });
        RgbImage[] images = WithNearDuplicates(2);
        using LpipsReferences alone = one.Describe(images[..4], Token), together = three.Describe(images[..4], Token);
        float[][] single = one.Distances(alone, images, Token), batches = three.Distances(together, images, Token);
        Assert.Equal(batches, three.Distances(together, images, Token));
        Assert.Equal(images.Length, single.Length);
        for (int i = 0; i < images.Length; i++)
        {
            Assert.InRange(single[i].Zip(batches[i], (x, y) => Math.Abs(x - y)).Max(), 0, 1e-6f);
        }

        Assert.Equal((4, one.BytesPerReference / 4, 4 * one.BytesPerReference), (alone.Count, alone.Dimension, alone.Bytes));
    }

    [Fact]
    public void Distances_NoQueriesOrNoImages_AreEmpty()
    {
        using var folder = new TemporaryFolder();
        (string backbone, string heads) = TinyLpips.Write(folder, LpipsNet.Squeeze);
        using LpipsMetric metric = LpipsMetric.Load(LpipsNet.Squeeze, backbone, heads, Small);
        using LpipsReferences none = metric.Describe([], Token), some = metric.Describe(Noise(1), Token);
        Assert.Equal([[], []], metric.Distances(none, Noise(2), Token));
        Assert.Empty(metric.Distances(some, [], Token));
    }

    [Theory]
    [InlineData(LpipsNet.Alex, true)]
    [InlineData(LpipsNet.Alex, false)]
    [InlineData(LpipsNet.Squeeze, true)]
    public void LoadFolder_FilesOfTorchSave_AreFoundAndReadInBothFormats(LpipsNet net, bool legacy)
    {
        using var folder = new TemporaryFolder();
        (string backbone, string heads) = TinyLpips.Write(folder, net);
        using LpipsMetric safetensors = LpipsMetric.LoadFolder(net, folder.FullName, Small);
        Directory.CreateDirectory(folder.File("torch/checkpoints"));
        Directory.CreateDirectory(folder.File("torch/weights/v0.1"));
        foreach ((string source, string place) in ((string, string)[])[(backbone, "checkpoints"), (heads, "weights/v0.1")])
        {
            using SafetensorsFile file = SafetensorsFile.Open(source);
            File.WriteAllBytes(folder.File($"torch/{place}/{Path.GetFileNameWithoutExtension(source)}.pth"), legacy ? TorchFiles.LegacyOfTensors(file) : TorchFiles.ZipOfTensors(file));
        }

        using LpipsMetric saved = LpipsMetric.LoadFolder(net, folder.File("torch"), Small);
        RgbImage[] images = Noise(2);
        Assert.Equal(safetensors.Distance(images[0], images[1]), saved.Distance(images[0], images[1]));
        Assert.Equal(safetensors.Fingerprint, saved.Fingerprint);
    }

    [Theory]
    [InlineData(LpipsNet.Alex, "alexnet-owt-7be5be79.pth (https://download.pytorch.org/models/alexnet-owt-7be5be79.pth)", "alex.pth (https://github.com/richzhang/PerceptualSimilarity")]
    [InlineData(LpipsNet.Vgg, "vgg16-397923af.pth (https://download.pytorch.org/models/vgg16-397923af.pth)", "vgg.pth (https://github.com/richzhang/PerceptualSimilarity")]
    [InlineData(LpipsNet.Squeeze, "squeezenet1_1-b8a52dc0.pth (https://download.pytorch.org/models/squeezenet1_1-b8a52dc0.pth)", "squeeze.pth (https://github.com/richzhang/PerceptualSimilarity")]
    public void LoadFolder_FilesMissing_ListsThemAndWhereTheyArePublished(LpipsNet net, string backbone, string heads)
    {
        using var folder = new TemporaryFolder();
        string message = Assert.Throws<WeightsException>(() => LpipsMetric.LoadFolder(net, folder.FullName)).Message;
        Assert.Contains(folder.FullName, message, StringComparison.Ordinal);
        Assert.Contains(backbone, message, StringComparison.Ordinal);
        Assert.Contains(heads, message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_FilesOfAnotherNet_SaysWhich()
    {
        using var folder = new TemporaryFolder();
        (string alex, string alexHeads) = TinyLpips.Write(folder, LpipsNet.Alex);
        (string squeeze, string squeezeHeads) = TinyLpips.Write(folder, LpipsNet.Squeeze);
        Assert.Contains("those of Squeeze; the heads of Alex are alex.pth", Refusal(LpipsNet.Alex, alex, squeezeHeads), StringComparison.Ordinal);
        Assert.Contains("those of Squeeze; torchvision publishes Alex as", Refusal(LpipsNet.Alex, squeeze, alexHeads), StringComparison.Ordinal);
        Assert.Contains("those of Alex; torchvision publishes Vgg as", Refusal(LpipsNet.Vgg, alex, alexHeads), StringComparison.Ordinal);
    }

    [Fact]
    public void Load_DamagedOrIncompleteFiles_NamesFileAndTensor()
    {
        using var folder = new TemporaryFolder();
        (string backbone, string heads) = TinyLpips.Write(folder, LpipsNet.Alex, without: "features.6.bias");
        Assert.Contains("missing: features.6.bias", Refusal(LpipsNet.Alex, backbone, heads), StringComparison.Ordinal);
        TinyLpips.Write(folder, LpipsNet.Alex, without: "lin3.model.1.weight");
        Assert.Contains("missing: 3.weight", Refusal(LpipsNet.Alex, backbone, heads), StringComparison.Ordinal);
        byte[] bytes = File.ReadAllBytes(backbone);
        File.WriteAllBytes(backbone, bytes[..(bytes.Length / 2)]);
        Assert.Contains(backbone, Refusal(LpipsNet.Alex, backbone, heads), StringComparison.Ordinal);
        string pth = folder.File("alexnet-owt-4df8aa71.pth");
        File.WriteAllBytes(pth, bytes);
        Assert.Contains("older format", Refusal(LpipsNet.Alex, pth, heads), StringComparison.Ordinal);
        Assert.Contains("alexnet-owt-7be5be79.pth", Refusal(LpipsNet.Alex, pth, heads), StringComparison.Ordinal);
        Assert.Contains("no such file", Refusal(LpipsNet.Alex, folder.File("none.pth"), heads), StringComparison.Ordinal);
    }

    [Fact]
    public void Load_OptionsThatMeanNothing_AreRefused()
    {
        Assert.Contains("float32", Assert.Throws<ArgumentException>(() => Load(new EncoderOptions { DType = WeightType.Bf16 })).Message, StringComparison.Ordinal);
        Assert.Contains("base model", Assert.Throws<ArgumentException>(() => Load(new EncoderOptions { Base = "x" })).Message, StringComparison.Ordinal);
        Assert.Contains("relsim-native", Assert.Throws<ArgumentException>(() => Load(new EncoderOptions { Profile = "relsim-native" })).Message, StringComparison.Ordinal);
        Assert.Contains("clip-224", Assert.Throws<ArgumentException>(() => Load(new EncoderOptions { Profile = "clip-224" })).Message, StringComparison.Ordinal);
        Assert.Contains("cuda:99", Assert.Throws<ArgumentException>(() => Load(new EncoderOptions { Device = "cuda:99" })).Message, StringComparison.Ordinal);

        static LpipsMetric Load(EncoderOptions options) => LpipsMetric.Load(LpipsNet.Alex, "a.pth", "b.pth", options);
    }

    [Fact]
    public void DistanceAndDistances_WrongSidesOrReferences_SayWhatIsWanted()
    {
        using var folder = new TemporaryFolder();
        (string backbone, string heads) = TinyLpips.Write(folder, LpipsNet.Alex);
        using LpipsMetric metric = LpipsMetric.Load(LpipsNet.Alex, backbone, heads, Small), baseline = LpipsMetric.Load(LpipsNet.Alex, backbone, null, Small);
        var wide = new RgbImage(64, 32, new byte[64 * 32 * 3]);
        Assert.Contains("64x32", Assert.Throws<ArgumentException>(() => metric.Distance(wide, Noise(1)[0])).Message, StringComparison.Ordinal);
        Assert.Contains("mini-128", Assert.Throws<ArgumentException>(() => metric.Describe([wide], Token)).Message, StringComparison.Ordinal);
        var dot = new RgbImage(30, 30, new byte[30 * 30 * 3]);
        Assert.Contains("too small", Assert.Throws<ArgumentException>(() => metric.Distance(dot, dot)).Message, StringComparison.Ordinal);
        using LpipsReferences references = baseline.Describe(Noise(1), Token);
        Assert.Contains("lpips-alex-baseline", Assert.Throws<ArgumentException>(() => metric.Distances(references, Noise(1), Token)).Message, StringComparison.Ordinal);
        Assert.Throws<OperationCanceledException>(() => metric.Describe(Noise(1), new CancellationToken(canceled: true)));
    }

    [Fact]
    public void Profile_ByDefault_IsASquareOf256Pixels()
    {
        using var folder = new TemporaryFolder();
        (string backbone, string heads) = TinyLpips.Write(folder, LpipsNet.Alex);
        using LpipsMetric metric = LpipsMetric.Load(LpipsNet.Alex, backbone, heads);
        File.WriteAllBytes(folder.File("a.png"), Pngs.Write(1, 300, 400));
        RgbImage image = metric.Prepare(folder.File("a.png"));
        Assert.Equal(("lpips-256", 256, 256), (metric.Profile.Name, image.Width, image.Height));
        using LpipsReferences references = metric.Describe([image], Token);
        Assert.Equal(metric.BytesPerReference, references.Bytes);
        Assert.Equal("lpips-alex-0.1", metric.ModelId);
    }

    [Fact]
    public void LoadDescribeAndCompare_ManyTimes_LeaveNoTensorAlive()
    {
        using var folder = new TemporaryFolder();
        (string backbone, string heads) = TinyLpips.Write(folder, LpipsNet.Alex, negative: true);
        Run();
        long before = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
        for (int i = 0; i < 3; i++)
        {
            Run();
        }

        Assert.Equal(before, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);

        void Run()
        {
            using LpipsMetric metric = LpipsMetric.Load(LpipsNet.Alex, backbone, heads, Small);
            RgbImage[] images = Noise(3);
            using LpipsReferences references = metric.Describe(images, Token);
            metric.Distances(references, images, Token);
            metric.Distance(images[0], images[1]);
        }
    }

    private static void AssertEqualsPairs(LpipsMetric metric, RgbImage[] images)
    {
        using LpipsReferences references = metric.Describe(images[..3], Token);
        float[][] distances = metric.Distances(references, images, Token);
        double worst = 0, worstRelative = 0;
        for (int i = 0; i < images.Length; i++)
        {
            for (int j = 0; j < references.Count; j++)
            {
                double expected = metric.Distance(images[i], images[j]), difference = Math.Abs(distances[i][j] - expected);
                (worst, worstRelative) = (Math.Max(worst, difference), Math.Max(worstRelative, expected == 0 ? 0 : difference / expected));
                Assert.InRange(difference, 0, Math.Max(1e-4 * expected, i == j ? 0 : 1e-7));
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{metric.ModelId}: largest difference {worst:E2}, relative {worstRelative:E2}");
    }

    private static string Refusal(LpipsNet net, string backbone, string heads) =>
        Assert.Throws<WeightsException>(() => LpipsMetric.Load(net, backbone, heads).Dispose()).Message;

    // Random pictures, each followed by itself with one number changed by one and by itself under faint noise.
    private static RgbImage[] WithNearDuplicates(int count) => [.. Noise(count).SelectMany((image, i) =>
    {
        byte[] one = [.. image.Pixels], faint = [.. image.Pixels];
        one[5000] ^= 1;
        var random = new Random(100 + i);
        for (int k = 0; k < faint.Length; k++)
        {
            faint[k] = (byte)Math.Clamp(faint[k] + random.Next(-2, 3), 0, 255);
        }

        return new[] { image, new RgbImage(Side, Side, one), new RgbImage(Side, Side, faint) };
    })];

    // Blocks of random colours of several sizes: something for every stage to see.
    private static RgbImage[] Noise(int count) => [.. Enumerable.Range(0, count).Select(seed =>
    {
        var random = new Random(seed);
        byte[] pixels = new byte[Side * Side * 3];
        for (int block = 32; block >= 2; block /= 4)
        {
            for (int y = 0; y < Side; y += block)
            {
                for (int x = 0; x < Side; x += block)
                {
                    int red = random.Next(85), green = random.Next(85), blue = random.Next(85);
                    for (int k = 0; k < block * block; k++)
                    {
                        int at = (((y + (k / block)) * Side) + x + (k % block)) * 3;
                        pixels[at] += (byte)red;
                        pixels[at + 1] += (byte)green;
                        pixels[at + 2] += (byte)blue;
                    }
                }
            }
        }

        return new RgbImage(Side, Side, pixels);
    })];
}
