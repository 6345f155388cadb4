using System.Diagnostics;
using System.Globalization;
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
    private const int SingleQueries = 30;

    /// <summary>Arguments: [rows] [dimension] [folder of the vectors, about 4 x rows x dimension bytes]. Returns 0, or 1 when the ids differ.</summary>
    public static int Run(string[] args)
    {
        int rows = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 1_000_000;
        int dimension = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 384;
        string folder = args.Length > 2 ? args[2] : Path.Combine(Path.GetTempPath(), "relsim-search-bench");
        Directory.CreateDirectory(folder);
        string file = Path.Combine(folder, $"vectors-{rows}x{dimension}.f32");
        if (!File.Exists(file))
        {
            ClusteredVectors.Write(file, rows + Batch, dimension);
        }

        Report("vectors", $"{rows:N0} x {dimension}, {Batch} queries, {Environment.ProcessorCount} processors");
        (ExactIndex index, float[] queries) = Load(file, rows, dimension);
        using SearchPeer? peer = SearchPeer.Start(file, rows, dimension, Batch, TopK);
        Report("peer", peer?.About ?? "did not start; install it with: apt-get install python3-faiss");
        int different = CompareSingle(index, queries, peer) + CompareBatch(index, queries, peer);
        Report("ids", peer is null ? "not compared" : different == 0 ? "all equal" : $"{different} differ");
        return different == 0 && peer is not null ? 0 : 1;
    }

    /// <summary>Takes turns query by query, so that whatever else the machine does meets both alike.</summary>
    private static int CompareSingle(ExactIndex index, float[] queries, SearchPeer? peer)
    {
        List<double> ours = [], oneThread = [], theirs = [], reads = [];
        int different = 0;
        long rescored = 0;
        _ = TimeOurs(index, queries, 0, 1, Environment.ProcessorCount);
        _ = peer?.Search(0, 1);
        using MemoryReader memory = new((long)index.Count * index.Dimension);
        for (int q = 0; q < SingleQueries; q++)
        {
            (double seconds, IReadOnlyList<SearchResult> results) = TimeOurs(index, queries, q, 1, Environment.ProcessorCount);
            ours.Add(seconds);
            rescored += results[0].RowsRescored;
            oneThread.Add(TimeOurs(index, queries, q, 1, 1).Seconds);
            reads.Add(memory.Time());
            if (peer?.Search(q, 1) is { } answer)
            {
                theirs.Add(answer.Seconds);
                different += Differences(results, answer.Ids);
            }
        }

        Report("single query", $"{Spread(ours)}, {rescored / SingleQueries} rows rescored on average");
        Report("  one thread", Spread(oneThread));
        Report("  memory floor", $"{Spread(reads)} to only read as many bytes as the 8-bit rows have; the query takes {Median(ours) / Median(reads):F2} x that");
        Report("  faiss", theirs.Count == 0 ? "-" : $"{Spread(theirs)} (it gives a query one thread): {Median(theirs) / Median(ours):F1} x ours, {Median(theirs) / Median(oneThread):F1} x ours on one thread");
        return different;
    }

    private static int CompareBatch(ExactIndex index, float[] queries, SearchPeer? peer)
    {
        List<double> ours = [];
        IReadOnlyList<SearchResult> results = [];
        for (int run = 0; run < 5; run++)
        {
            (double seconds, results) = TimeOurs(index, queries, 0, Batch, Environment.ProcessorCount);
            ours.Add(seconds);
        }

        Report($"batch of {Batch}", Spread(ours));
        if (peer?.Search(0, Batch) is not { } answer)
        {
            return 0;
        }

        Report("  faiss", $"{answer.Seconds * 1e3:F1} ms, one run: {answer.Seconds / Median(ours):F1} x ours");
        return Differences(results, answer.Ids);
    }

    private static (double Seconds, IReadOnlyList<SearchResult> Results) TimeOurs(ExactIndex index, float[] queries, int first, int count, int threads)
    {
        SearchOptions options = new() { Threads = threads };
        long start = Stopwatch.GetTimestamp();
        IReadOnlyList<SearchResult> results = index.Search(queries.AsMemory(first * index.Dimension, count * index.Dimension), TopK, options);
        return (Stopwatch.GetElapsedTime(start).TotalSeconds, results);
    }

    private static int Differences(IReadOnlyList<SearchResult> ours, long[] theirs) =>
        ours.SelectMany(result => result.Neighbors).Zip(theirs).Count(pair => pair.First.Id != pair.Second)
        + Math.Abs(ours.Sum(result => result.Neighbors.Count) - theirs.Length);

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

    private static string Spread(List<double> seconds) => $"median {Median(seconds) * 1e3:F1} ms, best {seconds.Min() * 1e3:F1} ms";

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static void Report(string what, string value) => Console.WriteLine($"{what,-20} {value}");
}
