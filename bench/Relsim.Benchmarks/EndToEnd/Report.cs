using System.Globalization;
using System.Runtime.InteropServices;
using Relsim.Torch.Native;

namespace Relsim.Benchmarks.EndToEnd;

/// <summary>Markdown that can be pasted into docs/results: what ran, on what, and a table.</summary>
internal static class Report
{
    /// <summary>The heading, the command and the machine.</summary>
    public static void Begin(string title, string command)
    {
        TorchDescription torch = TorchRuntime.Describe();
        Line($"## {title}");
        Line();
        Line($"`dotnet run -c Release --project bench/Relsim.Benchmarks -- {command}`  ");
        Line($"{Processor()}, {Environment.ProcessorCount} cores, {GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 30} GiB; {RuntimeInformation.OSDescription}; "
            + $"{RuntimeInformation.FrameworkDescription}; libtorch {torch.LibtorchVersion} ({torch.ComputeType}); load average before: {Load()}");
        Line();
    }

    public static void Table(IReadOnlyList<string> header, IEnumerable<IReadOnlyList<string>> rows)
    {
        Line($"| {string.Join(" | ", header)} |");
        Line($"|{string.Join("|", header.Select((_, i) => i == 0 ? "---" : "---:"))}|");
        foreach (IReadOnlyList<string> row in rows)
        {
            Line($"| {string.Join(" | ", row)} |");
        }

        Line();
    }

    public static void Line(string text = "") => Console.WriteLine(text);

    public static string Number(double value, string format = "F2") => value.ToString(format, CultureInfo.InvariantCulture);

    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }

    /// <summary>The most memory that a process, by default this one, has held, in MiB (VmHWM); not a number where the system does not say.</summary>
    public static double PeakMemory(int? process = null)
    {
        try
        {
            string line = File.ReadLines($"/proc/{process ?? Environment.ProcessId}/status").First(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
            return double.Parse(line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
        }
        catch (Exception e) when (e is IOException or InvalidOperationException)
        {
            return double.NaN; // not Linux, or ended in between
        }
    }

    private static string Processor()
    {
        const string Info = "/proc/cpuinfo";
        string? line = File.Exists(Info) ? File.ReadLines(Info).FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal)) : null;
        return line?.Split(':')[1].Trim() ?? RuntimeInformation.ProcessArchitecture.ToString();
    }

    private static string Load()
    {
        const string Average = "/proc/loadavg";
        return File.Exists(Average) ? File.ReadAllText(Average).Split(' ')[0] : "unknown";
    }
}
