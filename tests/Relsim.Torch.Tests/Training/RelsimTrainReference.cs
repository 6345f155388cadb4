using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Relsim.Imaging;
using Relsim.Tests.Imaging;
using Relsim.Torch.Encoders;
using Relsim.Torch.Training;
using Relsim.Torch.Weights;

namespace Relsim.Torch.Tests.Training;

/// <summary>A few steps of relsim's training as the reference made them: its pictures, settings and outputs.</summary>
internal sealed partial class RelsimTrainReference
{
    private readonly string root;
    private readonly JsonNode meta;
    private readonly string settings;

    private RelsimTrainReference(string golden)
    {
        Golden = golden;
        root = Path.GetDirectoryName(golden)!;
        meta = JsonNode.Parse(File.ReadAllText(Path.Combine(root, "meta.json")))!;
        settings = (string)Train["optimizer"]!;
    }

    /// <summary>The file of the outputs.</summary>
    public string Golden { get; }

    /// <summary>The base model and the adapter that training starts from.</summary>
    public ModelFolders Start =>
        new(Path.Combine(root, "..", (string)meta["base_model_dir"]!), Path.Combine(root, (string)Train["start_checkpoint"]!), null);

    public double Temperature => (double)Train["temperature"]!;

    public double ClipNorm => Setting(@"clip_grad_norm_ (?<x>[\d.e+-]+)");

    public AdamWOptions Optimizer => new()
    {
        WeightDecay = Setting(@"weight_decay=(?<x>[\d.e+-]+)"),
        Beta1 = Setting(@"betas=\((?<x>[\d.e+-]+),"),
        Beta2 = Setting(@"betas=\([\d.e+-]+, ?(?<x>[\d.e+-]+)\)"),
        Epsilon = Setting(@"eps=(?<x>[\d.e+-]+)"),
        DecayVectors = true, // torch.optim.AdamW over all parameters
    };

    /// <summary>The learning rate falls by half a cosine from the first step on.</summary>
    public TrainerOptions Schedule => new()
    {
        Output = root,
        LearningRate = Setting(@"lr=(?<x>[\d.e+-]+)"),
        Steps = (long)Setting(@"CosineAnnealingLR\(T_max=(?<x>\d+)\)"),
        WarmupSteps = 0,
    };

    /// <summary>What the reference printed at each step.</summary>
    public IReadOnlyList<LoggedStep> Log =>
        [.. Train["log"]!.AsArray().Select(step => new LoggedStep((double)step!["loss"]!, (double)step["total_grad_norm_before_clip"]!, (double)step["lr"]!))];

    private JsonNode Train => meta["train"]!;

    /// <summary>Every such file; skips the test where there is none.</summary>
    public static IEnumerable<RelsimTrainReference> All() =>
        ReferenceFolder.Files("golden_train_step.safetensors").Order().Select(path => new RelsimTrainReference(path));

    public SafetensorsFile Open() => SafetensorsFile.Open(Golden);

    /// <summary>The batch's pictures as our training profile makes them, in the reference's size.</summary>
    public RgbImage[] Pictures()
    {
        var preprocessor = new ImagePreprocessor(PreprocessingProfiles.RelsimTrain448 with { Size = (int)Train["target_size"]! });
        return [.. Train["images"]!.AsArray().Select(name => preprocessor.Apply(ReferenceImages.Decode((string)name!)))];
    }

    /// <summary>The names of the trained parameters in the file and in <see cref="RelsimStep"/>.</summary>
    public static IReadOnlyDictionary<string, string> Trained(SafetensorsFile golden) => golden.Tensors.Keys
        .Where(key => key.StartsWith("grad.", StringComparison.Ordinal) && (key.Contains("lora_", StringComparison.Ordinal) || key.StartsWith("grad.projection.", StringComparison.Ordinal)))
        .Select(key => key["grad.".Length..])
        .ToDictionary(key => key, key => Factor().Match(key) is { Success: true } factor
            ? $"model.{CheckpointNames.ToHub(factor.Groups["path"].Value)}.lora_{factor.Groups["factor"].Value}"
            : key);

    /// <summary>The numbers of steps after which the file has all parameters.</summary>
    public static IReadOnlySet<int> Stops(SafetensorsFile golden) => golden.Tensors.Keys
        .Select(key => AfterStep().Match(key)).Where(match => match.Success)
        .Select(match => int.Parse(match.Groups["step"].Value, CultureInfo.InvariantCulture)).ToHashSet();

    private double Setting(string pattern)
    {
        Match match = Regex.Match(settings, pattern, RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant);
        Assert.True(match.Success, $"'{settings}' does not say {pattern}.");
        return double.Parse(match.Groups["x"].Value, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"^(base_model\.)+model\.(?<path>.+)\.lora_(?<factor>[AB])\.default\.weight$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Factor();

    [GeneratedRegex(@"^after_step(?<step>\d+)\.", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex AfterStep();
}

/// <summary>A line of the reference's log.</summary>
internal sealed record LoggedStep(double Loss, double GradientNorm, double LearningRate);
