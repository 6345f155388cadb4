using System.Diagnostics;
using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using Relsim.Search;

namespace Relsim.Benchmarks.Search;

/// <summary>
/// Exact top-10 of 1,000,000 x 384 clustered unit vectors, single queries and a batch of 64, beside faiss IndexFlatIP in the same run over the same file.
/// The peer is search_peer.py, run with Debian's python3 (apt-get install python3-faiss).
/// </summary>
public static class SearchBenchmarks
{
    private const int TopK = 10;
    private const int Batch = 64;
    private const int SingleQueries = 20;

    /// <summary>Arguments: [rows] [dimension] [folder of the vectors, about 4 x rows x dimension bytes]. Returns 0, or 1 when the ids differ.</summary>
    public static int Run(string[] args)
    {
        int rows = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 1_000_000;
        int dimension = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 384;
        string folder = args.Length > 2 ? args[2] : Path.Combine(Path.GetTempPath(), "relsim-search-bench");
        Directory.CreateDirectory(folder);
        string file = Path.Combine(folder, $"vectors-{rows}x{dimension}.f32");
        string idsFile = Path.Combine(folder, "peer-ids.i64");
        if (!File.Exists(file))
        {
            ClusteredVectors.Write(file, rows + Batch, dimension);
        }

        Report("vectors", $"{rows:N0} x {dimension}, {Batch} queries, {Environment.ProcessorCount} processors");
        (ExactIndex index, float[] queries) = Load(file, rows, dimension);
        int[] single = MeasureSingle(index, queries, Environment.ProcessorCount, out double singleSeconds);
        _ = MeasureSingle(index, queries, 1, out double oneThreadSeconds);
        int[] batch = MeasureBatch(index, queries, out double batchSeconds);
        double bandwidth = MeasureBandwidth();
        double floor = (double)rows * dimension / bandwidth;
        Report("memory", $"{bandwidth / 1e9:F1} GB/s read on all processors; int8 rows alone need {floor * 1e3:F1} ms; a single query takes {singleSeconds / floor:F2} x that");
        return ComparePeer(file, rows, dimension, idsFile, single, batch, singleSeconds, oneThreadSeconds, batchSeconds);
    }

    private static (ExactIndex Index, float[] Queries) Load(string file, int rows, int dimension)
    {
        Stopwatch watch = Stopwatch.StartNew();
        ExactIndex index = new(dimension);
        float[] buffer = new float[1024 * dimension];
        float[] queries = new float[Batch * dimension];
        using FileStream stream = File.OpenRead(file);
        for (int at = 0; at < rows; at += 1024)
        {
            Span<float> block = buffer.AsSpan(0, Math.Min(1024, rows - at) * dimension);
            stream.ReadExactly(MemoryMarshal.AsBytes(block));
            index.Add(block);
        }

        stream.ReadExactly(MemoryMarshal.AsBytes(queries.AsSpan()));
        Report("build", $"{watch.Elapsed.TotalSeconds:F1} s, reading the file included");
        return (index, queries);
    }

    private static int[] MeasureSingle(ExactIndex index, float[] queries, int threads, out double seconds)
    {
        SearchOptions options = new() { Threads = threads };
        int dimension = index.Dimension;
        _ = index.Search(queries.AsSpan(0, dimension), TopK);
        List<int> ids = [];
        List<double> times = [];
        long rescored = 0;
        for (int q = 0; q < SingleQueries; q++)
        {
            long start = Stopwatch.GetTimestamp();
            SearchResult result = index.Search(queries.AsSpan(q * dimension, dimension), TopK, options);
            times.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
            rescored += result.RowsRescored;
            ids.AddRange(result.Neighbors.Select(neighbor => neighbor.Id));
        }

        seconds = Median(times);
        Report("single query", $"{threads} threads, median {seconds * 1e3:F1} ms, best {times.Min() * 1e3:F1} ms, {rescored / SingleQueries} rows rescored on average");
        return [.. ids];
    }

    private static int[] MeasureBatch(ExactIndex index, float[] queries, out double seconds)
    {
        List<double> times = [];
        IReadOnlyList<SearchResult> results = [];
        for (int run = 0; run < 5; run++)
        {
            long start = Stopwatch.GetTimestamp();
            results = index.Search(queries.AsMemory(), TopK);
            times.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        seconds = Median(times);
        Report($"batch of {Batch}", $"median {seconds * 1e3:F1} ms, best {times.Min() * 1e3:F1} ms");
        return [.. results.SelectMany(result => result.Neighbors).Select(neighbor => neighbor.Id)];
    }

    /// <summary>Bytes a second that all processors together read from memory well past the caches.</summary>
    private static double MeasureBandwidth()
    {
        long[][] parts = [.. Enumerable.Range(0, Environment.ProcessorCount).Select(_ => new long[64 << 20])];
        foreach (long[] part in parts)
        {
            Array.Fill(part, 1);
        }

        double best = 0;
        for (int run = 0; run < 3; run++)
        {
            long start = Stopwatch.GetTimestamp();
            long sum = 0;
            Parallel.ForEach(parts, part => Interlocked.Add(ref sum, Sum(part)));
            double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            best = Math.Max(best, parts.Sum(part => (double)part.Length * sizeof(long)) / seconds);
        }

        return best;
    }

    private static long Sum(long[] values)
    {
        Vector<long> a = default, b = default, c = default, d = default;
        int lanes = Vector<long>.Count;
        for (int i = 0; i <= values.Length - (4 * lanes); i += 4 * lanes)
        {
            a += new Vector<long>(values, i);
            b += new Vector<long>(values, i + lanes);
            c += new Vector<long>(values, i + (2 * lanes));
            d += new Vector<long>(values, i + (3 * lanes));
        }

        return Vector.Sum(a + b + c + d);
    }

    private static int ComparePeer(
        string file, int rows, int dimension, string idsFile, int[] single, int[] batch, double singleSeconds, double oneThreadSeconds, double batchSeconds)
    {
        string script = Path.Combine(AppContext.BaseDirectory, "Search", "search_peer.py");
        using Process? process = Process.Start(new ProcessStartInfo("/usr/bin/python3", [script, file, $"{rows}", $"{dimension}", $"{SingleQueries}", $"{Batch}", $"{TopK}", idsFile])
        {
            RedirectStandardOutput = true,
        });
        string[] output = process!.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        process.WaitForExit();
        if (process.ExitCode != 0 || output.Length == 0)
        {
            Report("peer", "did not run; install it with: apt-get install python3-faiss");
            return 1;
        }

        double[] seconds = [.. output[^1].Split(' ').Select(value => double.Parse(value, CultureInfo.InvariantCulture))];
        Report("faiss", string.Join(' ', output[..^1]));
        Report("faiss single query", $"median {seconds[0] * 1e3:F1} ms on the one thread that it gives a query: {seconds[0] / singleSeconds:F1} x ours, {seconds[0] / oneThreadSeconds:F1} x ours on one thread");
        Report($"faiss batch of {Batch}", $"{seconds[1] * 1e3:F1} ms: {seconds[1] / batchSeconds:F2} x ours");
        long[] peer = MemoryMarshal.Cast<byte, long>(File.ReadAllBytes(idsFile)).ToArray();
        int[] ours = [.. single, .. batch];
        int different = ours.Zip(peer).Count(pair => pair.First != pair.Second);
        Report("ids", different == 0 && ours.Length == peer.Length ? $"all {ours.Length} equal" : $"{different} of {ours.Length} differ");
        return different == 0 ? 0 : 1;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static void Report(string what, string value) => Console.WriteLine($"{what,-20} {value}");
}

/// <summary>Unit vectors around 2,000 random centres, as embeddings of a collection with recurring motifs are.</summary>
internal static class ClusteredVectors
{
    private const int Centres = 2000;
    private const float Spread = 0.8f;

    public static void Write(string file, int count, int dimension)
    {
        Random random = new(384);
        float[][] centres = [.. Enumerable.Range(0, Centres).Select(_ => Gaussian(random, dimension))];
        using FileStream stream = new(file + ".tmp", FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20);
        for (int i = 0; i < count; i++)
        {
            float[] centre = centres[random.Next(Centres)];
            float[] vector = Gaussian(random, dimension);
            for (int j = 0; j < dimension; j++)
            {
                vector[j] = centre[j] + (Spread * vector[j]);
            }

            float norm = MathF.Sqrt(vector.Sum(value => value * value));
            for (int j = 0; j < dimension; j++)
            {
                vector[j] /= norm;
            }

            stream.Write(MemoryMarshal.AsBytes(vector.AsSpan()));
        }

        stream.Close();
        File.Move(file + ".tmp", file, overwrite: true);
    }

    /// <summary>Sums of three uniform numbers: near enough to normal, and fast.</summary>
    private static float[] Gaussian(Random random, int dimension)
    {
        float[] vector = new float[dimension];
        for (int j = 0; j < dimension; j++)
        {
            vector[j] = 2 * (random.NextSingle() + random.NextSingle() + random.NextSingle() - 1.5f);
        }

        return vector;
    }
}
