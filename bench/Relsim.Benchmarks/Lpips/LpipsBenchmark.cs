using System.Diagnostics;
using System.Globalization;
using Relsim.Benchmarks.EndToEnd;
using Relsim.Benchmarks.Qwen25VL;
using Relsim.Imaging;
using Relsim.Torch.Encoders;
using Relsim.Torch.Models.Lpips;
using Relsim.Torch.Native;
using Relsim.Torch.Weights;
using TorchSharp;
using static Relsim.Torch.Native.KeptScalars;
using static TorchSharp.torch;

namespace Relsim.Benchmarks.Lpips;

/// <summary>
/// LPIPS of some queries to many images, with random weights: every pair through the network, as the reference does; every image through it once and pairs compared
/// one by one; and products of matrices. Beside them the time that the bare arithmetic would take at the machine's peak.
/// </summary>
public static class LpipsBenchmark
{
    private const int SampledPairs = 48; // the loops' cost is the same for every pair
    private const double Giga = 1e9;

    /// <summary>Arguments: [net: alex, vgg or squeeze] [queries] [images] [rounds].</summary>
    public static void Run(string[] args)
    {
        LpipsNet net = Enum.Parse<LpipsNet>(args.Length > 0 ? args[0] : "alex", ignoreCase: true);
        int Argument(int place, int otherwise) => args.Length > place ? int.Parse(args[place], CultureInfo.InvariantCulture) : otherwise;
        (int queries, int count, int rounds) = (Argument(1, 32), Argument(2, 200), Argument(3, 3));
        TorchRuntime.EnsureLoaded();
        Report.Begin($"LPIPS with {net}, {queries} queries x {count} images", $"lpips {net.ToString().ToLowerInvariant()} {queries} {count} {rounds}");
        string folder = Directory.CreateTempSubdirectory("relsim-bench").FullName;
        try
        {
            using LpipsMetric metric = LpipsMetric.Load(net, WriteNetwork(folder, net), null);
            RgbImage[] images = [.. Enumerable.Range(0, count).Select(seed => Noise(metric.Profile.Size, seed))];
            Measure(metric, images[..Math.Min(queries, count)], images, rounds);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Measure(LpipsMetric metric, RgbImage[] queries, RgbImage[] images, int rounds)
    {
        List<double> peaks = [], loop = [], cached = [], describe = [], matrix = [];
        for (int round = 0; round <= rounds; round++)
        {
            peaks.Add(MachinePeak.Product(ScalarType.Float32, 1024, 2048, 1024));
            double perPair = Seconds(() => ForPairs(queries, images, (query, image) => metric.Distance(query, image))) / SampledPairs;
            using LpipsReferences references = metric.Describe(queries);
            double features = Seconds(() => metric.Describe(images).Dispose());
            double comparing = Seconds(() => CompareOneByOne(references)) / SampledPairs;
            double products = Seconds(() => metric.Distances(references, images));
            if (round > 0) // the first warms up
            {
                long pairs = (long)queries.Length * images.Length;
                loop.Add(perPair * pairs);
                cached.Add(features + (comparing * pairs));
                describe.Add(features);
                matrix.Add(products);
            }
        }

        using var backbone = LpipsBackbone.Of(metric.Net);
        double pass = backbone.Operations(metric.Profile.Size, metric.Profile.Size), product = 2.0 * queries.Length * metric.BytesPerReference / sizeof(float);
        double floor = images.Length * (pass + product) / peaks.Max();
        IReadOnlyList<string> Row(string name, List<double> seconds) =>
            [name, Report.Number(Report.Median(seconds)), Report.Number(seconds.Min()), Report.Number(loop.Min() / seconds.Min(), "F1"), Report.Number(seconds.Min() / floor, "F2")];
        Report.Table(
            ["", "seconds (median)", "best", "times the loop", "of the floor"],
            [
                Row("every pair through the network", loop), Row("features once, pairs one by one", cached), Row("features once, products of matrices", matrix),
                Row("of that, the features alone", describe), ["floor: the arithmetic at the peak", Report.Number(floor), "", "", "1.00"],
            ]);
        Report.Line(
            $"{Report.Number(pass / Giga)} GFLOP an image for the features, {Report.Number(product / Giga)} for its products; peak {Report.Number(peaks.Max() / Giga, "F0")} GFLOP/s (float32, "
            + $"{string.Join(", ", peaks.Select(peak => Report.Number(peak / Giga, "F0")))} in the rounds); {metric.BytesPerReference / 1e6:F1} MB a query. The loops are measured on {SampledPairs} pairs.");
        Report.Line();
    }

    private static void ForPairs(RgbImage[] queries, RgbImage[] images, Action<RgbImage, RgbImage> compare)
    {
        for (int i = 0; i < SampledPairs; i++)
        {
            compare(queries[i % queries.Length], images[i * 7 % images.Length]);
        }
    }

    private static void CompareOneByOne(LpipsReferences references)
    {
        for (int i = 0; i < SampledPairs; i++)
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor difference = references.Vectors.Values[i % references.Count] - references.Vectors.Values[i * 7 % references.Count];
            difference.pow_(Two).sum().item<float>();
        }
    }

    private static string WriteNetwork(string folder, LpipsNet net)
    {
        using DisposeScope scope = NewDisposeScope();
        using var backbone = LpipsBackbone.Of(net);
        using var generator = new Generator(1);
        string path = Path.Combine(folder, "network.safetensors");
        SafetensorsWriter.Write(path, backbone.state_dict().ToDictionary(
            pair => pair.Key, pair => KeepingVariance(pair.Value.shape, generator)));
        return path;
    }

    private static Tensor KeepingVariance(long[] shape, Generator generator)
    {
        using Scalar deviation = Math.Sqrt(2.0 / shape.Skip(1).Aggregate(1.0, (product, length) => product * length));
        return randn(shape, generator: generator).mul_(deviation);
    }

    private static double Seconds(Action action)
    {
        long start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static RgbImage Noise(int side, int seed)
    {
        byte[] pixels = new byte[side * side * 3];
        new Random(seed).NextBytes(pixels);
        return new RgbImage(side, side, pixels);
    }
}
