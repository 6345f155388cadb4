using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Relsim.Benchmarks.EndToEnd;
using Relsim.Torch.Models.Qwen25VL;
using Relsim.Torch.Nn;
using Relsim.Torch.Nn.Int8;
using Relsim.Torch.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Relsim.Benchmarks.Qwen25VL;

/// <summary>What one process measures, so that its peak of memory is its own. The answer goes to a file.</summary>
internal static class Qwen25VLPhases
{
    private const int PromptTokens = 20;

    /// <summary>Numbers by name, and the embedding.</summary>
    public sealed record Answer(Dictionary<string, double> Numbers, float[] Hidden);

    public static void Run(Qwen25VLOptions options)
    {
        (string name, string file) = options.Phase!.Value;
        Answer answer = name switch
        {
            "quantize" => Quantize(options),
            "bf16" => Measure(options, int8: false),
            "int8" => Measure(options, int8: true),
            "steps" => Steps(options),
            "leak-bf16" => Leak(options, int8: false),
            "leak-int8" => Leak(options, int8: true),
            _ => throw new ArgumentException($"There is no phase {name}."),
        };
        File.WriteAllText(file, JsonSerializer.Serialize(answer));
    }

    /// <summary>Calibrates on the image and writes the file of bytes, head included.</summary>
    private static Answer Quantize(Qwen25VLOptions options)
    {
        using TensorSource source = CheckpointFolder.OpenFolder(options.Folder);
        using var session = new EmbeddingSession(EmbeddingSession.Load(source, options.Config), options.Size);
        Dictionary<string, int[]> layers;
        using (var recorder = new ActivationRecorder(session.Model))
        {
            session.Embed(hidden => session.Model.Logits(hidden));
            IReadOnlyDictionary<string, int[]> found = recorder.Outliers();
            layers = ActivationRecorder.LayersOf(session.Model).ToDictionary(part => part.Name, part => Fill(found.GetValueOrDefault(part.Name, []), part.Layer, options.OutlierShare));
        }

        Directory.CreateDirectory(Path.GetDirectoryName(options.Int8File)!);
        long start = Stopwatch.GetTimestamp();
        Int8Checkpoint.Write(options.Int8File, source, layers);
        return new Answer(new Dictionary<string, double> { ["seconds"] = Stopwatch.GetElapsedTime(start).TotalSeconds, ["peak"] = Report.PeakMemory() }, []);
    }

    private static int[] Fill(int[] found, LoraLinear layer, double share)
    {
        int least = (int)(share * layer.Inputs);
        return [.. found.Concat(Enumerable.Range(0, least).Select(k => (int)(k * layer.Inputs / least))).Distinct().Take(Math.Max(least, found.Length)).Order()];
    }

    private static Answer Measure(Qwen25VLOptions options, bool int8)
    {
        long start = Stopwatch.GetTimestamp();
        using TensorSource source = Open(options, int8);
        Qwen25VLModel model = EmbeddingSession.Load(source, options.Config);
        var numbers = new Dictionary<string, double> { ["load"] = Stopwatch.GetElapsedTime(start).TotalSeconds };
        List<double> tokens = [];
        EmbeddingSession.Generate(model, PromptTokens, options.Tokens + 1, () => tokens.Add(Stopwatch.GetElapsedTime(start).TotalSeconds));
        numbers["first_token"] = tokens[0];
        numbers["token"] = Report.Median(tokens.Zip(tokens.Skip(1), (a, b) => b - a));
        numbers["token_best"] = tokens.Zip(tokens.Skip(1), (a, b) => b - a).Min();
        numbers["token_bytes"] = source.Tensors.Values
            .Where(entry => !entry.Name.StartsWith(VisionTower.Prefix, StringComparison.Ordinal) && !entry.Name.Contains("embed_tokens", StringComparison.Ordinal))
            .Sum(entry => entry.Length);
        numbers["weights"] = source.Tensors.Values.Sum(entry => entry.Length);
        using var session = new EmbeddingSession(model, options.Size);
        float[] hidden = session.Embed();
        numbers["peak"] = Report.PeakMemory();
        numbers["operations_full"] = session.OperationsInFull;
        numbers["operations_needed"] = session.OperationsNeeded;
        List<double> full = [], needed = [];
        for (int round = 0; round < options.Rounds; round++)
        {
            // In turns, so that whatever else the machine does meets both alike.
            needed.Add(Seconds(() => session.Embed()));
            if (!int8)
            {
                full.Add(Seconds(() => session.EmbedInFull()));
            }
        }

        numbers["seconds"] = Report.Median(needed);
        numbers["seconds_best"] = needed.Min();
        if (!int8)
        {
            numbers["seconds_full"] = Report.Median(full);
            numbers["seconds_full_best"] = full.Min();
            numbers["full_against_needed"] = Cosine(hidden, session.EmbedInFull());
        }

        return new Answer(numbers, hidden);
    }

    /// <summary>Seconds of the language model after each step, by the step's name; in turns, the median.</summary>
    private static Answer Steps(Qwen25VLOptions options)
    {
        using TensorSource source = Open(options, int8: false);
        using var session = new EmbeddingSession(EmbeddingSession.Load(source, options.Config), options.Size);
        using Tensor images = session.EmbedImage();
        IReadOnlyList<(string Name, Action Work)> steps = session.Steps(images);
        steps[0].Work(); // the weights come into memory
        List<double>[] seconds = [.. steps.Select(_ => new List<double>())];
        for (int round = 0; round < options.Rounds; round++)
        {
            for (int i = 0; i < steps.Count; i++)
            {
                seconds[i].Add(Seconds(steps[i].Work));
            }
        }

        return new Answer(steps.Select((step, i) => (step.Name, Report.Median(seconds[i]))).ToDictionary(step => step.Name, step => step.Item2), []);
    }

    private static Answer Leak(Qwen25VLOptions options, bool int8)
    {
        using TensorSource source = Open(options, int8);
        using var session = new EmbeddingSession(EmbeddingSession.Load(source, options.Config, options.LeakLayers), options.Size);
        var numbers = new Dictionary<string, double>();
        for (int i = 1; i <= options.Embeddings; i++)
        {
            session.Embed();
            if (LeakMarks(options).IndexOf(i) is >= 0 and int mark)
            {
                numbers[$"tensors_{mark}"] = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
                numbers[$"resident_{mark}"] = Environment.WorkingSet / (double)(1 << 20);
            }
        }

        return new Answer(numbers, []);
    }

    /// <summary>After how many embeddings memory is looked at: a tenth, half and all of them.</summary>
    public static List<int> LeakMarks(Qwen25VLOptions options) => [options.Embeddings / 10, options.Embeddings / 2, options.Embeddings];

    public static double Cosine(float[] a, float[] b) =>
        a.Zip(b, (x, y) => (double)x * y).Sum() / Math.Sqrt(a.Sum(x => (double)x * x) * b.Sum(x => (double)x * x));

    private static TensorSource Open(Qwen25VLOptions options, bool int8) =>
        int8 ? SafetensorsFile.Open(options.Int8File) : CheckpointFolder.OpenFolder(options.Folder);

    private static double Seconds(Action action)
    {
        long start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>Runs a phase in a process of its own.</summary>
    public static Answer Start(string name, string[] args)
    {
        string file = Path.GetTempFileName();
        try
        {
            var info = new ProcessStartInfo(Environment.ProcessPath!);
            if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
            {
                info.ArgumentList.Add(Environment.GetCommandLineArgs()[0]);
            }

            foreach (string argument in (string[])["qwen25vl", .. args, "--phase", string.Create(CultureInfo.InvariantCulture, $"{name},{file}")])
            {
                info.ArgumentList.Add(argument);
            }

            using Process process = Process.Start(info)!;
            process.WaitForExit();
            return process.ExitCode == 0
                ? JsonSerializer.Deserialize<Answer>(File.ReadAllText(file))!
                : throw new InvalidOperationException($"The phase {name} ended with {process.ExitCode}.");
        }
        finally
        {
            File.Delete(file);
        }
    }
}
