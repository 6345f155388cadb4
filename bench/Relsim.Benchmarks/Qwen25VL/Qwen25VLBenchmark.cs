using Relsim.Benchmarks.EndToEnd;

namespace Relsim.Benchmarks.Qwen25VL;

/// <summary>
/// Qwen2.5-VL of the published size with random weights on the CPU: seconds an image (a) computing everything as the reference does, (b) no more than the embedding
/// needs in bfloat16, (c) the same in bytes; against the machine's own peak, measured before, between and after; loading, memory and generation.
/// </summary>
public static class Qwen25VLBenchmark
{
    private const double Giga = 1e9;

    /// <summary>
    /// Arguments: [--folder F] [--layers 28] [--vision-layers 32] [--size 448] [--rounds 3] [--tokens 16] [--embeddings 200] [--leak-layers 2]
    /// [--outlier-share 0.005].
    /// </summary>
    public static void Run(string[] args)
    {
        Qwen25VLOptions options = Qwen25VLOptions.Parse(args);
        if (options.Phase is not null)
        {
            Qwen25VLPhases.Run(options);
            return;
        }

        Report.Begin("Qwen2.5-VL, random weights", $"qwen25vl {string.Join(' ', args)}".TrimEnd() + $" ({DateTimeOffset.UtcNow:yyyy-MM-dd HH:mm} UTC)");
        RandomCheckpoint.Write(options.Folder, options.Layers, options.VisionLayers);
        List<double> peaks = [MachinePeak.BFloat16()];
        List<double> bandwidths = [MachinePeak.ReadBandwidth()];
        if (!File.Exists(options.Int8File) || File.GetLastWriteTimeUtc(options.Int8File) < File.GetLastWriteTimeUtc(options.Config))
        {
            Qwen25VLPhases.Answer written = Qwen25VLPhases.Start("quantize", args);
            Report.Line($"Weights rounded to bytes in {Seconds(written, "seconds")} s, peak memory {Memory(written, "peak")}.");
            Report.Line();
        }

        Qwen25VLPhases.Answer half = Measure("bf16", Directory.GetFiles(options.Folder, "*.safetensors"), args, peaks, bandwidths);
        Qwen25VLPhases.Answer bytes = Measure("int8", [options.Int8File], args, peaks, bandwidths);
        double peak = peaks.Max();
        Report.Line($"{options.Layers} layers, {options.VisionLayers} vision blocks, one image of {options.Size} x {options.Size}; median of {options.Rounds} (best). "
            + $"Peak of a bf16 product: {string.Join(", ", peaks.Select(value => Report.Number(value / Giga, "F0")))} GFLOP/s before, between and after; the best counts.");
        Report.Line();
        PrintImages(half, bytes, peak);
        PrintSteps(Qwen25VLPhases.Start("steps", args).Numbers);
        PrintLoading(half, bytes, bandwidths);
        Report.Line($"Hidden state of the query token: cosine of (b) with (a) {Report.Number(half.Numbers["full_against_needed"], "F5")}, "
            + $"of (c) with (b) {Report.Number(Qwen25VLPhases.Cosine(half.Hidden, bytes.Hidden), "F5")} (random weights: no measure of a trained model's).");
        Report.Line();
        if (options.Embeddings > 0)
        {
            PrintLeaks(options, args);
        }
    }

    private static Qwen25VLPhases.Answer Measure(string phase, string[] files, string[] args, List<double> peaks, List<double> bandwidths)
    {
        Array.ForEach(files, Warm);
        Qwen25VLPhases.Answer answer = Qwen25VLPhases.Start(phase, args);
        peaks.Add(MachinePeak.BFloat16());
        bandwidths.Add(MachinePeak.ReadBandwidth());
        return answer;
    }

    private static void PrintImages(Qwen25VLPhases.Answer half, Qwen25VLPhases.Answer bytes, double peak)
    {
        Dictionary<string, double> h = half.Numbers, b = bytes.Numbers;
        IReadOnlyList<string> Row(string name, double seconds, double best, double computed) =>
        [
            name, $"{Report.Number(seconds)} ({Report.Number(best)})", Report.Number(computed / 1e12), Report.Number(h["operations_needed"] / seconds / Giga, "F0"),
            $"{Report.Number(100 * h["operations_needed"] / seconds / peak, "F0")} %", Report.Number(h["seconds_full"] / seconds), Report.Number(h["seconds_full_best"] / best),
        ];
        Report.Table(
            ["", "seconds an image", "TFLOP computed", "needed GFLOP/s", "of the bf16 peak", "times (a)", "of the bests"],
            [
                Row("(a) everything, bf16", h["seconds_full"], h["seconds_full_best"], h["operations_full"]),
                Row("(b) what is needed, bf16", h["seconds"], h["seconds_best"], h["operations_needed"]),
                Row("(c) what is needed, int8", b["seconds"], b["seconds_best"], b["operations_needed"]),
            ]);
    }

    private static void PrintSteps(Dictionary<string, double> seconds)
    {
        double first = seconds.Values.First(), before = first;
        var rows = new List<IReadOnlyList<string>>();
        foreach ((string name, double value) in seconds)
        {
            rows.Add([name, Report.Number(value), Report.Number(before - value), Report.Number(first / value)]);
            before = value;
        }

        Report.Table(["the language model of (b), one thing left out after the other", "seconds", "saved", "times the first"], rows);
    }

    private static void PrintLoading(Qwen25VLPhases.Answer half, Qwen25VLPhases.Answer bytes, List<double> bandwidths)
    {
        double bandwidth = bandwidths.Max();
        IReadOnlyList<string> Row(string name, Qwen25VLPhases.Answer answer) =>
        [
            name, Report.Number(answer.Numbers["weights"] / (1 << 20), "F0"), Report.Number(answer.Numbers["peak"], "F0"), Seconds(answer, "load"), Seconds(answer, "first_token"),
            $"{Report.Number(1 / answer.Numbers["token"])} ({Report.Number(1 / answer.Numbers["token_best"])})",
            Report.Number(answer.Numbers["token_bytes"] / answer.Numbers["token"] / Giga, "F1"),
            $"{Report.Number(100 * answer.Numbers["token_bytes"] / answer.Numbers["token"] / bandwidth, "F0")} %",
        ];
        Report.Table(
            ["", "weights MiB", "peak resident MiB", "load s", "to first token s", "tokens a second (best)", "GB/s of weights", "of the bandwidth"],
            [Row("bf16", half), Row("int8", bytes)]);
        Report.Line($"Files in the page cache; 20 tokens of prompt. Memory read: {string.Join(", ", bandwidths.Select(value => Report.Number(value / Giga, "F1")))} GB/s before, between and after. "
            + "Peak resident memory after generation and one image, as the system counts it (VmHWM): mapped weights that were touched count.");
        Report.Line();
    }

    private static void PrintLeaks(Qwen25VLOptions options, string[] args)
    {
        List<int> marks = Qwen25VLPhases.LeakMarks(options);
        IReadOnlyList<string> Row(string name)
        {
            Dictionary<string, double> numbers = Qwen25VLPhases.Start($"leak-{name}", args).Numbers;
            return [name, .. marks.SelectMany((_, i) => new[] { Report.Number(numbers[$"tensors_{i}"], "F0"), Report.Number(numbers[$"resident_{i}"], "F0") })];
        }

        Report.Table(
            [$"{options.LeakLayers} layers", .. marks.SelectMany(mark => new[] { $"live tensors after {mark}", "resident MiB" })],
            [Row("bf16"), Row("int8")]);
    }

    /// <summary>Reads a file once, so that it lies in the page cache as far as there is room.</summary>
    private static void Warm(string path)
    {
        byte[] buffer = new byte[1 << 23];
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        while (stream.Read(buffer) > 0)
        {
        }
    }

    private static string Seconds(Qwen25VLPhases.Answer answer, string name) => Report.Number(answer.Numbers[name]);

    private static string Memory(Qwen25VLPhases.Answer answer, string name) => $"{Report.Number(answer.Numbers[name], "F0")} MiB";
}
