using System.Diagnostics;
using System.Globalization;
using Relsim.Datasets;
using Relsim.Scenes;
using Relsim.Torch.Models.Mini;

namespace Relsim.Benchmarks.EndToEnd;

/// <summary>Rendered scenes a second: training batches of 96 pictures as the mini model sees them, on one core and on all.</summary>
public static class ScenesBenchmark
{
    /// <summary>Arguments: [batches for each row, 12].</summary>
    public static void Run(string[] args)
    {
        int count = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 12;
        int size = MiniConfig.Default.ImageSize;
        Report.Begin("Rendered scenes", $"scenes {string.Join(' ', args)}".TrimEnd());
        var batches = new SceneBatches(Split.Train, size, seed: 1);
        _ = batches.At(-1);
        long allocated = GC.GetTotalAllocatedBytes();
        double one = Rate(count, step => batches.At(step), workers: 1);
        allocated = (GC.GetTotalAllocatedBytes() - allocated) / count;
        double all = Rate(count, step => batches.At(step), Environment.ProcessorCount);
        Report.Table(
            [$"pictures of {size} px", "a second"],
            [
                ["one core", Report.Number(one, "F0")],
                [$"{Environment.ProcessorCount} cores", Report.Number(all, "F0")],
            ]);
        Report.Line($"{allocated >> 20} MiB of managed memory a batch; peak memory of the process: {Report.Number(Report.PeakMemory(), "F0")} MiB.");
    }

    private static double Rate(int count, Func<long, RelationalBatch> make, int workers)
    {
        long start = Stopwatch.GetTimestamp();
        int pictures = 0;
        Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = workers }, step => Interlocked.Add(ref pictures, make(step).Count));
        return pictures / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
