using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using NetVips;
using Relsim.Imaging;

namespace Relsim.Benchmarks.Imaging;

/// <summary>
/// The resampler beside Pillow on the same pixels, and one-megapixel JPEG files to 128 px beside the bare scaled decode, all
/// on one thread and in one run. Pillow is that of PYTHON, or of /usr/bin/python3; without it its columns stay empty.
/// </summary>
public static class ImagingBenchmarks
{
    private const int Width = 1152;
    private const int Height = 896;
    private const int Files = 12;

    private static readonly TimeSpan WarmUp = TimeSpan.FromMilliseconds(100);

    private static readonly (int Width, int Height)[] Targets = [(128, 100), (448, 448), (1024, 1024)];

    /// <summary>Measures and prints two tables. An argument names a folder of JPEGs to use in place of generated ones.</summary>
    public static void Run(string[] args)
    {
        string folder = Directory.CreateTempSubdirectory("relsim-bench").FullName;
        try
        {
            string[] files = args.Length > 0
                ? Directory.GetFiles(args[0], "*.jpg")
                : [.. Enumerable.Range(0, Files).Select(i => WriteJpeg(Path.Combine(folder, $"{i}.jpg"), i))];
            CompareResamplers(folder);
            MeasureFiles(files);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void CompareResamplers(string folder)
    {
        using Image photo = Photo(0);
        byte[] pixels = photo.WriteToMemory<byte>();
        string raw = Path.Combine(folder, "pixels.raw");
        File.WriteAllBytes(raw, pixels);
        Print($"Resampling {Width}x{Height} RGB, one thread, best of 15, milliseconds");
        Print($"{"filter",-10}{"target",-12}{"here",8}{"Pillow",9}{"times",8}  equal bytes");
        foreach (ResampleFilter filter in Enum.GetValues<ResampleFilter>())
        {
            foreach ((int width, int height) in Targets)
            {
                byte[] result = [];
                double here = Best(15, () => result = PillowResampler.Resize(pixels, Width, Height, 3, width, height, filter));
                string[] pillow = AskPillow(PillowResize, raw, $"{Width}", $"{Height}", filter.ToString().ToUpperInvariant(), $"{width}", $"{height}");
                double other = pillow.Length > 1 ? double.Parse(pillow[0], CultureInfo.InvariantCulture) : double.NaN;
                bool equal = pillow.Length > 1 && pillow[1] == Convert.ToHexStringLower(SHA256.HashData(result));
                Print($"{filter,-10}{$"{width}x{height}",-12}{here,8:F2}{other,9:F2}{other / here,8:F1}  {equal}");
            }
        }
    }

    private static void MeasureFiles(string[] files)
    {
        long bytes = files.Sum(file => new FileInfo(file).Length) / files.Length;
        PreprocessingProfile mini = PreprocessingProfiles.Mini128;
        var fast = new ImagePreprocessor(mini);
        var full = new ImagePreprocessor(mini with { AllowShrinkOnLoad = false });
        var box = new ImagePreprocessor(mini with { Filter = ResampleFilter.Box });
        Print($"\nJPEG files to {mini.Size} px, {files.Length} files, {bytes / 1024} KiB each on average, one thread, images a second");
        Rate("prepared (file to pixels)", files, file => fast.Load(file));
        Rate("prepared, box filter", files, file => box.Load(file));
        Rate("prepared, no shrink-on-load", files, file => full.Load(file));
        Rate("floor: libvips scaled decode alone", files, file =>
        {
            using Image header = Image.JpegloadBuffer(File.ReadAllBytes(file));
            int shrink = ShrinkFor(header.Width, header.Height, mini.Size);
            using Image image = Image.JpegloadBuffer(File.ReadAllBytes(file), shrink: shrink, access: Enums.Access.Sequential);
            image.WriteToMemory<byte>();
        });
        string[] pillow = AskPillow(PillowDecode, [$"{mini.Size}", .. files]);
        if (pillow.Length > 1)
        {
            Print($"{"floor: libjpeg-turbo draft (Pillow)",-38}{double.Parse(pillow[0], CultureInfo.InvariantCulture),8:F0}");
            Print($"{"Pillow draft and resize",-38}{double.Parse(pillow[1], CultureInfo.InvariantCulture),8:F0}");
        }
    }

    private static int ShrinkFor(int width, int height, int size)
    {
        int shrink = 1;
        while (shrink < 8 && Math.Max(width, height) / (shrink * 2) >= 2 * size)
        {
            shrink *= 2;
        }

        return shrink;
    }

    private static void Rate(string label, string[] files, Action<string> action)
    {
        // The best time of each file, not of the batch: on a busy machine a file fits between two interruptions, a batch does not.
        double milliseconds = files.Sum(file => Best(9, () => action(file)));
        Print($"{label,-38}{1000 * files.Length / milliseconds,8:F0}");
    }

    private static double Best(int rounds, Action action)
    {
        long warm = Stopwatch.GetTimestamp();
        do
        {
            // Long enough for the runtime to have compiled the loops in full.
            action();
        }
        while (Stopwatch.GetElapsedTime(warm) < WarmUp);

        double best = double.MaxValue;
        for (int i = 0; i < rounds; i++)
        {
            long start = Stopwatch.GetTimestamp();
            action();
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        return best;
    }

    private static string WriteJpeg(string path, int seed)
    {
        using Image photo = Photo(seed);
        photo.Jpegsave(path, q: 88);
        return path;
    }

    /// <summary>Coarse colored blobs under fine grain: about as many bytes as a photograph of this size.</summary>
    private static Image Photo(int seed)
    {
        using Image blobs = Image.Gaussnoise(Width / 16, Height / 16, mean: 128, sigma: 60, seed: seed).Resize(16);
        using Image detail = Image.Gaussnoise(Width / 4, Height / 4, mean: 0, sigma: 18, seed: seed + 100).Resize(4);
        using Image grain = Image.Gaussnoise(Width, Height, mean: 0, sigma: 5, seed: seed + 200);
        using Image grey = (blobs + detail + grain).Cast(Enums.BandFormat.Uchar);
        return grey.Bandjoin(grey.Invert(), grey.Rot180()).Copy(interpretation: Enums.Interpretation.Srgb);
    }

    private static string[] AskPillow(string script, params string[] arguments)
    {
        string python = Environment.GetEnvironmentVariable("PYTHON") ?? "/usr/bin/python3";
        try
        {
            var start = new ProcessStartInfo(python, ["-c", script, .. arguments]) { RedirectStandardOutput = true };
            using Process process = Process.Start(start)!;
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return output.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return [];
        }
    }

    private static void Print(string line) => Console.WriteLine(line);

    private const string PillowResize = """
        import sys, time, hashlib
        from PIL import Image
        raw, w, h, name, tw, th = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4], int(sys.argv[5]), int(sys.argv[6])
        image = Image.frombytes('RGB', (w, h), open(raw, 'rb').read())
        best = 1e9
        for _ in range(16):
            start = time.perf_counter()
            out = image.resize((tw, th), getattr(Image.Resampling, name))
            best = min(best, time.perf_counter() - start)
        print(best * 1000, hashlib.sha256(out.tobytes()).hexdigest())
        """;

    private const string PillowDecode = """
        import sys, time
        from PIL import Image
        size, files = int(sys.argv[1]), sys.argv[2:]
        def run(f, resize):
            start = time.perf_counter()
            image = Image.open(f)
            w, h = image.size
            longest = max(w, h)
            tw, th = round(w * size / longest), round(h * size / longest)
            image.draft('RGB', (2 * tw, 2 * th))
            image.load()
            if resize:
                image.resize((tw, th), Image.Resampling.LANCZOS)
            return time.perf_counter() - start
        for resize in (False, True):
            print(len(files) / sum(min(run(f, resize) for _ in range(20)) for f in files))
        """;
}
