using System.Globalization;

namespace Relsim.Benchmarks.Qwen25VL;

/// <summary>What the benchmark is told.</summary>
internal sealed record Qwen25VLOptions
{
    /// <summary>Where the random checkpoint lies or is made (17 GB for bfloat16 and 9 GB for bytes at full size).</summary>
    public string Folder { get; private init; } = Path.Combine(Path.GetTempPath(), "relsim-qwen25vl");

    /// <summary>Layers of the language model.</summary>
    public int Layers { get; private init; } = 28;

    /// <summary>Blocks of the vision tower.</summary>
    public int VisionLayers { get; private init; } = 32;

    /// <summary>Side of the image in pixels.</summary>
    public int Size { get; private init; } = 448;

    /// <summary>Images embedded in each way; the median is reported.</summary>
    public int Rounds { get; private init; } = 3;

    /// <summary>Tokens generated.</summary>
    public int Tokens { get; private init; } = 16;

    /// <summary>Embeddings over which memory must stay flat; 0 leaves that out.</summary>
    public int Embeddings { get; private init; } = 200;

    /// <summary>Layers of the model, of text and vision each, for <see cref="Embeddings"/>.</summary>
    public int LeakLayers { get; private init; } = 2;

    /// <summary>Least share of input channels set apart; random weights bring forth none, trained ones do.</summary>
    public double OutlierShare { get; private init; } = 0.005;

    /// <summary>Of a child process: what it measures, and the file for its answer.</summary>
    public (string Name, string File)? Phase { get; private init; }

    public string Config => Path.Combine(Folder, "config.json");

    public string Int8File => Path.Combine(Folder, "int8", $"model-{Layers}-{VisionLayers}.safetensors");

    public static Qwen25VLOptions Parse(string[] args)
    {
        var options = new Qwen25VLOptions();
        for (int i = 0; i < args.Length; i += 2)
        {
            string value = i + 1 < args.Length ? args[i + 1] : throw new ArgumentException($"{args[i]} wants a value.");
            options = args[i] switch
            {
                "--folder" => options with { Folder = value },
                "--layers" => options with { Layers = Number(value) },
                "--vision-layers" => options with { VisionLayers = Number(value) },
                "--size" => options with { Size = Number(value) },
                "--rounds" => options with { Rounds = Number(value) },
                "--tokens" => options with { Tokens = Number(value) },
                "--embeddings" => options with { Embeddings = Number(value) },
                "--leak-layers" => options with { LeakLayers = Number(value) },
                "--outlier-share" => options with { OutlierShare = double.Parse(value, CultureInfo.InvariantCulture) },
                "--phase" => options with { Phase = (value.Split(',', 2)[0], value.Split(',', 2)[1]) },
                _ => throw new ArgumentException($"{args[i]} is no option of this benchmark."),
            };
        }

        return options;
    }

    private static int Number(string value) => int.Parse(value, CultureInfo.InvariantCulture);
}
