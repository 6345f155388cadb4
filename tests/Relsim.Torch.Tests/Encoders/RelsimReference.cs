using System.Text.Json.Nodes;
using Relsim.Torch.Encoders;
using Relsim.Torch.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Relsim.Torch.Tests.Encoders;

/// <summary>One relsim adapter of the reference folder, with the outputs that the reference's scorer gave.</summary>
internal sealed class RelsimReference
{
    private const string NewerKeys = "_newkeys";

    private readonly string root;
    private readonly JsonNode meta;
    private readonly string goldenName;

    private RelsimReference(string root, string adapter)
    {
        this.root = root;
        meta = JsonNode.Parse(File.ReadAllText(Path.Combine(root, "meta.json")))!;
        Adapter = Path.Combine(root, adapter);
        // The adapter in the newer tree holds the same values, and has no outputs of its own.
        goldenName = adapter.EndsWith(NewerKeys, StringComparison.Ordinal) ? adapter[..^NewerKeys.Length] : adapter;
    }

    /// <summary>The adapter's folder.</summary>
    public string Adapter { get; }

    /// <summary>The base model's folder.</summary>
    public string Base => Path.Combine(root, "..", (string)meta["base_model_dir"]!);

    /// <summary>The pictures that were embedded, in order.</summary>
    public string[] Images =>
        [.. meta["inference"]![goldenName]!["images"]!.AsArray().Select(image => Image((string)image!["image"]!))];

    /// <summary>Every adapter; skips the test where there is none.</summary>
    public static IEnumerable<RelsimReference> All() =>
        from config in ReferenceFolder.Files("adapter_config.json").Order()
        let folder = Path.GetDirectoryName(config)!
        let root = Path.GetDirectoryName(folder)!
        where File.Exists(Path.Combine(folder, "projection_and_config.pt")) && File.Exists(Path.Combine(root, "meta.json"))
        select new RelsimReference(root, Path.GetFileName(folder));

    public RelsimEncoder Load(EncoderOptions options, string? textModel = null) =>
        RelsimEncoder.Load(new ModelFolders(Base, Adapter, textModel), options);

    public SafetensorsFile OpenGolden() => SafetensorsFile.Open(Path.Combine(root, $"golden_{goldenName}.safetensors"));

    /// <summary>The outputs of the training's own preprocessing, its picture, or null where the fixtures have none for this adapter.</summary>
    public (SafetensorsFile Golden, string Image)? OpenTrain448()
    {
        string path = Path.Combine(root, "golden_train448.safetensors");
        bool isStart = goldenName == (string?)meta["train"]?["start_checkpoint"];
        return isStart && File.Exists(path) ? (SafetensorsFile.Open(path), Image((string)meta["train448"]!["image"]!)) : null;
    }

    /// <summary>Rows of a golden tensor.</summary>
    public static float[][] Rows(SafetensorsFile golden, string name)
    {
        using Tensor tensor = golden.Read(name);
        using Tensor copy = tensor.to(float32).contiguous();
        return [.. copy.data<float>().ToArray().Chunk((int)tensor.shape[^1])];
    }

    private string Image(string name) => Path.Combine(root, "..", "images", name);
}
