using System.Text.Json.Nodes;
using Relsim.Imaging;
using Relsim.Torch.Models.Qwen25VL;
using Relsim.Torch.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Relsim.Torch.Tests.Models.Qwen25VL;

/// <summary>A folder of reference outputs of one whole Qwen2.5-VL checkpoint.</summary>
internal sealed class Qwen25VLReference(string folder)
{
    private const string CasePrefix = "case_";

    public string Name { get; } = Path.GetFileName(folder);

    public Qwen25VLConfig Config { get; } = Qwen25VLConfig.Read(Path.Combine(folder, "model", "config.json"));

    /// <summary>The id of the token that rows are filled up with.</summary>
    public int PaddingId { get; } = ReadPaddingId(Path.Combine(folder, "model"));

    private JsonNode Meta { get; } = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "meta.json")))!;

    /// <summary>Every checkpoint's folder with cases; skips the test where there is none.</summary>
    public static IReadOnlyList<Qwen25VLReference> All() =>
        [.. ReferenceFolder.Files($"{CasePrefix}*.safetensors").Select(path => Path.GetDirectoryName(path)!).Distinct().Order().Select(path => new Qwen25VLReference(path))];

    /// <summary>The cases, by name.</summary>
    public IReadOnlyList<string> Cases() =>
        [.. Directory.GetFiles(folder, $"{CasePrefix}*.safetensors").Select(path => Path.GetFileNameWithoutExtension(path)[CasePrefix.Length..]).Order(StringComparer.Ordinal)];

    public SafetensorsFile Open(string name) => SafetensorsFile.Open(Path.Combine(folder, $"{CasePrefix}{name}.safetensors"));

    /// <summary>What meta.json says of a case.</summary>
    public JsonNode CaseMeta(string name) => Meta["cases"]![name]!;

    public TensorSource Checkpoint() => CheckpointFolder.OpenFolder(Path.Combine(folder, "model"));

    /// <summary>The model with the checkpoint's weights, in float32 as the outputs were made.</summary>
    public Qwen25VLModel Load(ScalarType type = ScalarType.Float32)
    {
        using TensorSource source = Checkpoint();
        return Qwen25VLModel.Load(source, Config, type);
    }

    /// <summary>The padded token ids of a case.</summary>
    public static TokenBatch Batch(SafetensorsFile file, string prefix = "")
    {
        string mask = $"{prefix}attention_mask";
        return new TokenBatch(
            VisionReference.Integers(file, $"{prefix}input_ids"),
            file.Tensors.ContainsKey(mask) ? VisionReference.Integers(file, mask) : null,
            (int)file.Tensors[$"{prefix}input_ids"].Shape[0]);
    }

    public static GridThw[] Images(SafetensorsFile file) =>
        file.Tensors.ContainsKey("image_grid_thw") ? VisionReference.Grids(file, "image_grid_thw") : [];

    /// <summary>The patches of a case's images, or null where it has none.</summary>
    public Tensor? Pixels(string name)
    {
        using SafetensorsFile file = Open(name);
        return file.Tensors.ContainsKey("image_grid_thw") ? new VisionReference(folder).CasePixels(name) : null;
    }

    private static int ReadPaddingId(string model)
    {
        string token = (string)JsonNode.Parse(File.ReadAllText(Path.Combine(model, "tokenizer_config.json")))!["pad_token"]!;
        return (int)JsonNode.Parse(File.ReadAllText(Path.Combine(model, "added_tokens.json")))![token]!;
    }
}
