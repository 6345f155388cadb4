using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using NetVips;
using Relsim.Imaging;
using Relsim.Torch.Encoders;
using Relsim.Torch.Native;

namespace Relsim.Benchmarks.EndToEnd;

/// <summary>
/// One-megapixel JPEG files on disk to embeddings: images a second on all cores, what each stage costs on one, and the floor: a bare scaled decode by
/// libvips and the model, nothing else, on as many cores.
/// </summary>
public static class EndToEndBenchmark
{
    private const int Rounds = 5;
    private const int Sample = 64;
    private const int Batch = 16;

    /// <summary>Arguments: [images, 400] [folder of a model].</summary>
    public static async Task RunAsync(string[] args)
    {
        int count = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 400;
        DirectoryInfo temporary = Directory.CreateTempSubdirectory("relsim-bench-");
        try
        {
            Report.Begin("JPEG files to embeddings", $"end-to-end {string.Join(' ', args)}".TrimEnd());
            string model = BenchmarkModel.Find(args.ElementAtOrDefault(1), temporary.FullName);
            string[] files = JpegFiles.Write(Path.Combine(temporary.FullName, "images"), count);
            double afterMaking = Report.PeakMemory();
            using MiniEncoder encoder = MiniEncoder.Load(model);
            await MeasureAsync(encoder, files);
            Report.Line($"Peak memory of the process: {Report.Number(Report.PeakMemory(), "F0")} MiB ({Report.Number(afterMaking, "F0")} MiB when the files had been made).");
            Report.Line();
            MeasureModel(encoder, files);
        }
        finally
        {
            temporary.Delete(recursive: true);
        }
    }

    private static async Task MeasureAsync(MiniEncoder encoder, string[] files)
    {
        var pipeline = new EmbeddingPipeline(encoder);
        _ = await SecondsAsync(pipeline, files[..Math.Min(Sample, files.Length)]);
        var rates = new List<double>();
        var stages = new List<Stages>();
        for (int round = 0; round < Rounds; round++)
        {
            // In turns, so that whatever else the machine does meets both alike.
            rates.Add(files.Length / await SecondsAsync(pipeline, files));
            stages.Add(Stages.Measure(encoder, files[..Math.Min(Sample, files.Length)]));
        }

        double bytes = files.Average(file => new FileInfo(file).Length);
        double floor = stages.Min(s => s.BareDecode) + stages.Min(s => s.Model);
        double possible = Environment.ProcessorCount * 1000 / floor;
        Report.Line($"{files.Length} files, {Report.Number(bytes / 1024, "F0")} KiB each on average; {Rounds} rounds; all cores.");
        Report.Line();
        Report.Table(
            ["images a second", "median", "best"],
            [
                ["files to embeddings", Report.Number(Report.Median(rates), "F0"), Report.Number(rates.Max(), "F0")],
                ["floor: bare decode + model on every core", "", Report.Number(possible, "F0")],
                ["share of the floor", Report.Number(Report.Median(rates) / possible), Report.Number(rates.Max() / possible)],
            ]);
        Report.Table(
            ["milliseconds an image, one thread", "median", "best"],
            [
                Row("read", stages, s => s.Read),
                Row("hash (SHA-256)", stages, s => s.Hash),
                Row("decode, bare libvips at reduced size", stages, s => s.BareDecode),
                Row("decode and prepare", stages, s => s.Prepare),
                Row("so resize, pad and copies", stages, s => s.Prepare - s.BareDecode),
                Row($"model, batches of {Batch}", stages, s => s.Model),
                Row("sum of read, hash, prepare, model", stages, s => s.Read + s.Hash + s.Prepare + s.Model),
            ]);
    }

    private static void MeasureModel(MiniEncoder encoder, string[] files)
    {
        RgbImage[] images = [.. files.Take(32).Select(encoder.Prepare)];
        int before = TorchRuntime.Threads;
        var rows = new List<IReadOnlyList<string>>();
        foreach (int threads in new[] { 1, Environment.ProcessorCount }.Distinct())
        {
            TorchRuntime.Threads = threads;
            foreach (int batch in new[] { 1, 8, 32 })
            {
                RgbImage[] chosen = images[..Math.Min(batch, images.Length)];
                double[] times = [.. Enumerable.Range(0, 15).Select(_ => Milliseconds(() => encoder.Embed(chosen)) / chosen.Length)];
                rows.Add([$"{batch}", $"{threads}", Report.Number(Report.Median(times)), Report.Number(times.Min()), Report.Number(1000 / times.Min(), "F0")]);
            }
        }

        TorchRuntime.Threads = before;
        Report.Table(["model alone: batch", "threads", "ms an image, median", "best", "images a second"], rows);
    }

    private static IReadOnlyList<string> Row(string name, List<Stages> stages, Func<Stages, double> value) =>
        [name, Report.Number(Report.Median(stages.Select(value))), Report.Number(stages.Min(value))];

    private static async Task<double> SecondsAsync(EmbeddingPipeline pipeline, string[] files)
    {
        long start = Stopwatch.GetTimestamp();
        await foreach (EmbeddedImage image in pipeline.EmbedAsync(files))
        {
            if (!image.Succeeded)
            {
                throw new InvalidOperationException($"{image.Path}: {image.Error}");
            }
        }

        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static double Milliseconds(Action action)
    {
        long start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    /// <summary>Milliseconds an image of every stage alone, on one thread.</summary>
    private sealed record Stages(double Read, double Hash, double BareDecode, double Prepare, double Model)
    {
        public static Stages Measure(MiniEncoder encoder, string[] files)
        {
            var preprocessor = new ImagePreprocessor(encoder.Profile);
            int before = TorchRuntime.Threads;
            TorchRuntime.Threads = 1;
            byte[][] bytes = new byte[files.Length][];
            var images = new RgbImage[files.Length];
            double read = Each(i => bytes[i] = File.ReadAllBytes(files[i]));
            double hash = Each(i => SHA256.HashData(bytes[i]));
            double bare = Each(i => DecodeBare(bytes[i], encoder.Profile.Size));
            double prepare = Each(i => images[i] = preprocessor.Decode(bytes[i], files[i]));
            double model = images.Chunk(Batch).Sum(chunk => Milliseconds(() => encoder.Embed(chunk))) / files.Length;
            TorchRuntime.Threads = before;
            return new Stages(read, hash, bare, prepare, model);

            double Each(Action<int> action) => Enumerable.Range(0, files.Length).Sum(i => Milliseconds(() => action(i))) / files.Length;
        }

        private static void DecodeBare(byte[] bytes, int size)
        {
            int shrink = 1;
            using Image header = Image.JpegloadBuffer(bytes);
            while (shrink < 8 && Math.Max(header.Width, header.Height) / (shrink * 2) >= 2 * size)
            {
                shrink *= 2;
            }

            using Image image = Image.JpegloadBuffer(bytes, shrink: shrink, access: Enums.Access.Sequential);
            image.WriteToMemory<byte>();
        }
    }
}
