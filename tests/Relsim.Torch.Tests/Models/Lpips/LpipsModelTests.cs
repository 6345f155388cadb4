using Relsim.Torch.Encoders;
using Relsim.Torch.Models.Lpips;
using TorchSharp;
using static TorchSharp.torch;

namespace Relsim.Torch.Tests.Models.Lpips;

public sealed class LpipsModelTests
{
    private const double Tolerance = 1e-5; // relative, as the fixtures' README says

    [Theory]
    [InlineData("lpips", true)]
    [InlineData("baseline", false)]
    [Trait("Kind", "Parity")]
    public void PerLayer_EveryNetAndPair_GivesTheReferenceDistances(string kind, bool heads) => LpipsReference.ForEach(reference =>
    {
        foreach (string net in reference.Nets)
        {
            using LpipsModel model = reference.Load(net, heads);
            foreach (string pair in reference.Pairs)
            {
                using DisposeScope scope = NewDisposeScope();
                using IDisposable inference = inference_mode();
                (Tensor first, Tensor second) = reference.Values(pair);
                Tensor layers = model.PerLayer(first, second);
                AssertNear(reference.Numbers($"{net}.{kind}.{pair}.per_layer"), layers[0]);
                AssertNear(reference.Numbers($"{net}.{kind}.{pair}.distance"), layers.sum(1));
                AssertNear(reference.Numbers($"{net}.{kind}.{pair}.distance_f64"), layers.sum(1));
            }
        }
    });

    [Fact]
    [Trait("Kind", "Parity")]
    public void Map_EveryGolden_GivesTheReferenceMap() => LpipsReference.ForEach(reference => ForEach(reference, ".spatial", (net, pair, golden) =>
    {
        using LpipsModel model = reference.Load(net);
        using DisposeScope scope = NewDisposeScope();
        using IDisposable inference = inference_mode();
        (Tensor first, Tensor second) = reference.Values(pair);
        AssertNear(reference.Numbers(golden), model.Map(first, second));
    }));

    [Fact]
    [Trait("Kind", "Parity")]
    public void PerLayer_WithNormalize_GivesTheReferenceDistance() => LpipsReference.ForEach(reference => ForEach(reference, ".distance_normalize_flag", (net, pair, golden) =>
    {
        using LpipsModel model = reference.Load(net);
        using DisposeScope scope = NewDisposeScope();
        using IDisposable inference = inference_mode();
        (Tensor first, Tensor second) = reference.Values(pair);
        AssertNear(reference.Numbers(golden), model.PerLayer((first + 1) / 2, (second + 1) / 2, normalize: true).sum(1));
    }));

    [Fact]
    [Trait("Kind", "Parity")]
    public void Features_EveryNet_HaveTheReferenceShapesAndStatistics() => LpipsReference.ForEach(reference =>
    {
        foreach (string net in reference.Nets)
        {
            using LpipsModel model = reference.Load(net);
            using DisposeScope scope = NewDisposeScope();
            using IDisposable inference = inference_mode();
            string pair = reference.Pairs.First(pair => reference.Golden.Tensors.ContainsKey($"{net}.{pair}.img0.feat0_mean_std_absmax"));
            (Tensor first, Tensor _) = reference.Values(pair);
            IReadOnlyList<Tensor> features = model.Features(first);
            Assert.Equal(reference.FeatureShapes(net), features.Select(stage => stage.shape));
            Assert.Equal(model.Backbone.Sides(first.shape[2], first.shape[3]), features.Select(stage => (stage.shape[2], stage.shape[3])));
            for (int k = 0; k < features.Count; k++)
            {
                Tensor stage = features[k].to_type(ScalarType.Float64);
                double[] expected = reference.Numbers($"{net}.{pair}.img0.feat{k}_mean_std_absmax");
                double[] actual = [stage.mean().item<double>(), stage.std().item<double>(), stage.abs().max().item<double>()];
                Assert.All(expected.Zip(actual), both => Assert.InRange(Math.Abs(both.First - both.Second), 0, Tolerance * Math.Abs(both.First)));
            }
        }
    });

    [Theory]
    [InlineData(LpipsNet.Alex, "features.0.weight [64, 3, 11, 11]|features.3.weight [192, 64, 5, 5]|features.6.weight [384, 192, 3, 3]|features.8.weight [256, 384, 3, 3]|features.10.weight [256, 256, 3, 3]", 10, 2469696)]
    [InlineData(LpipsNet.Vgg, "features.0.weight [64, 3, 3, 3]|features.7.weight [128, 128, 3, 3]|features.14.weight [256, 256, 3, 3]|features.21.weight [512, 512, 3, 3]|features.28.weight [512, 512, 3, 3]|features.28.bias [512]", 26, 14714688)]
    [InlineData(LpipsNet.Squeeze, "features.0.weight [64, 3, 3, 3]|features.3.squeeze.weight [16, 64, 1, 1]|features.7.expand3x3.weight [128, 32, 3, 3]|features.12.expand1x1.bias [256]|features.12.squeeze.weight [64, 512, 1, 1]", 50, 722496)]
    [Trait("Kind", "Shape")]
    public void StateDictionary_OfEveryNet_HasTheNamesAndShapesOfTorchvision(LpipsNet net, string some, int count, long numbers)
    {
        using var backbone = LpipsBackbone.Of(net);
        Dictionary<string, Tensor> state = backbone.state_dict();
        Assert.Subset(state.Select(pair => $"{pair.Key} [{string.Join(", ", pair.Value.shape)}]").ToHashSet(), some.Split('|').ToHashSet());
        Assert.Equal(count, state.Count);
        Assert.Equal(numbers, state.Values.Sum(weight => weight.numel())); // torchvision's parameters less the classifier's
    }

    [Theory]
    [InlineData(LpipsNet.Alex, 31)]
    [InlineData(LpipsNet.Vgg, 16)]
    [InlineData(LpipsNet.Squeeze, 17)]
    public void Features_OfTheSmallestImage_AreThereAndOfASmallerOneAnError(LpipsNet net, int side)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable inference = inference_mode();
        using var backbone = LpipsBackbone.Of(net);
        RandomWeights.Fill(backbone, seed: 1);
        IReadOnlyList<Tensor> features = backbone.Features(zeros(1, 3, side, side + 5));
        Assert.Equal(backbone.Sides(side, side + 5), features.Select(stage => (stage.shape[2], stage.shape[3])));
        Assert.Contains($"{side - 1}", Assert.Throws<ArgumentException>(() => backbone.Features(zeros(1, 3, side + 5, side - 1))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void PerLayer_Batch_GivesWhatSinglePairsGive()
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable inference = inference_mode();
        using LpipsModel model = TinyLpips.Model(LpipsNet.Squeeze);
        using var generator = new Generator(3);
        Tensor first = (rand(5, 3, 40, 48, generator: generator) * 2) - 1, second = (rand(5, 3, 40, 48, generator: generator) * 2) - 1;
        Tensor batch = model.PerLayer(first, second);
        Assert.Equal([5L, 7L], batch.shape);
        for (int i = 0; i < 5; i++)
        {
            AssertNear(batch[i].to_type(ScalarType.Float64).data<double>().ToArray(), model.PerLayer(first.narrow(0, i, 1), second.narrow(0, i, 1))[0]);
        }
    }

    [Fact]
    public void Map_MeanOverPlaces_IsNearTheDistance()
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable inference = inference_mode();
        using LpipsModel model = TinyLpips.Model(LpipsNet.Alex);
        using var generator = new Generator(4);
        Tensor first = (rand(2, 3, 64, 64, generator: generator) * 2) - 1, second = (rand(2, 3, 64, 64, generator: generator) * 2) - 1;
        Tensor map = model.Map(first, second);
        Assert.Equal([2L, 1L, 64L, 64L], map.shape);
        Tensor distance = model.PerLayer(first, second).sum(1), mean = map.mean([1L, 2L, 3L]);
        Assert.InRange(((distance - mean).abs() / distance).max().item<float>(), 0, 0.1); // interpolation weighs the edges a little more
    }

    [Fact]
    public void PerLayerMapAndDescribe_ManyCalls_LeaveNoTensorAlive()
    {
        using IDisposable inference = inference_mode();
        using LpipsModel model = TinyLpips.Model(LpipsNet.Alex);
        using Tensor images = zeros(2, 3, 64, 64);
        Run();
        long before = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
        for (int i = 0; i < 10; i++)
        {
            Run();
        }

        Assert.Equal(before, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);

        void Run()
        {
            model.PerLayer(images, images).Dispose();
            model.Map(images, images).Dispose();
            using Tensor vectors = empty(2, model.Backbone.Sides(64, 64).Zip(model.Backbone.Channels, (side, channels) => side.Height * side.Width * channels).Sum());
            model.Describe(images, vectors);
            model.Signs(64, 64)?.Dispose();
        }
    }

    private static void ForEach(LpipsReference reference, string ending, Action<string, string, string> check)
    {
        int found = 0;
        foreach (string net in reference.Nets)
        {
            foreach (string pair in reference.Pairs.Where(pair => reference.Golden.Tensors.ContainsKey($"{net}.lpips.{pair}{ending}")))
            {
                check(net, pair, $"{net}.lpips.{pair}{ending}");
                found++;
            }
        }

        Assert.NotEqual(0, found);
    }

    private static void AssertNear(double[] expected, Tensor actual)
    {
        double[] values = actual.to_type(ScalarType.Float64).flatten().data<double>().ToArray();
        Assert.Equal(expected.Length, values.Length);
        double worst = expected.Zip(values, (x, y) => x == y ? 0 : Math.Abs(x - y) / Math.Abs(x)).Max();
        TestContext.Current.TestOutputHelper?.WriteLine($"largest relative error {worst:E2}");
        Assert.InRange(worst, 0, Tolerance);
    }
}
