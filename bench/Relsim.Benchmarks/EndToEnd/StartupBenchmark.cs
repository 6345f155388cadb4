using System.Diagnostics;

namespace Relsim.Benchmarks.EndToEnd;

/// <summary>
/// From the start of a process to its end: <c>relsim --version</c> (the runtime and the command line alone) and <c>relsim score A B</c> of two
/// one-megapixel JPEG files, with the peak memory of each. The program is that of this build; build src/Relsim.Cli first.
/// </summary>
public static class StartupBenchmark
{
    private const int Runs = 5;

    /// <summary>Arguments: [folder of a model] [the program].</summary>
    public static void Run(string[] args)
    {
        DirectoryInfo temporary = Directory.CreateTempSubdirectory("relsim-bench-");
        try
        {
            Report.Begin("Process start to first score", $"startup {string.Join(' ', args)}".TrimEnd());
            string model = BenchmarkModel.Find(args.ElementAtOrDefault(0), temporary.FullName);
            string program = args.ElementAtOrDefault(1) ?? Program();
            string[] files = JpegFiles.Write(Path.Combine(temporary.FullName, "images"), 2);
            Report.Table(
                ["milliseconds", "first", "median of 5 later", "best", "peak MiB"],
                [
                    Measure(program, "--version"),
                    Measure(program, "score", files[0], files[1], "--model", model),
                ]);
        }
        finally
        {
            temporary.Delete(recursive: true);
        }
    }

    private static IReadOnlyList<string> Measure(string program, params string[] arguments)
    {
        double first = Time(program, arguments);
        double[] later = [.. Enumerable.Range(0, Runs).Select(_ => Time(program, arguments))];
        return
        [
            $"relsim {arguments[0]}", Report.Number(first, "F0"), Report.Number(Report.Median(later), "F0"), Report.Number(later.Min(), "F0"),
            Report.Number(PeakOf(program, arguments), "F0"),
        ];
    }

    private static double Time(string program, string[] arguments)
    {
        long began = Stopwatch.GetTimestamp();
        using Process process = Start(program, arguments);
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        double milliseconds = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        return process.ExitCode == 0 ? milliseconds : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}: {output}");
    }

    // In a run of its own: asking takes time. What the system sums up for a parent counts the parent's memory before the fork.
    private static double PeakOf(string program, string[] arguments)
    {
        using Process process = Start(program, arguments);
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        double peak = 0;
        while (!process.WaitForExit(TimeSpan.FromMilliseconds(1)))
        {
            double now = Report.PeakMemory(process.Id);
            peak = now > peak ? now : peak;
        }

        output.GetAwaiter().GetResult();
        return peak;
    }

    private static Process Start(string program, string[] arguments) =>
        Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;

    private static string Program()
    {
        string file = OperatingSystem.IsWindows() ? "Relsim.Cli.exe" : "Relsim.Cli";
        string configuration = Path.GetFileName(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        string path = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "Relsim.Cli", configuration, file));
        return File.Exists(path) ? path : throw new FileNotFoundException($"{path} is not there; run: dotnet build -c Release src/Relsim.Cli", path);
    }
}
