using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Relsim.Imaging;
using Relsim.Torch.Models.Qwen25VL;
using Relsim.Torch.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Relsim.Torch.Tests.Models.Qwen25VL;

/// <summary>A folder of reference outputs of one Qwen2.5-VL checkpoint.</summary>
internal sealed partial class VisionReference(string folder)
{
    public string Folder { get; } = folder;

    public Qwen25VLVisionConfig Config { get; } = Qwen25VLConfig.Read(Path.Combine(folder, "model", "config.json")).VisionConfig;

    private JsonNode Meta { get; } = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "meta.json")))!;

    /// <summary>Every checkpoint's folder; skips the test where there is none.</summary>
    public static IEnumerable<VisionReference> All() =>
        ReferenceFolder.Files("vision_internals.safetensors").Order().Select(path => new VisionReference(Path.GetDirectoryName(path)!));

    /// <summary>The tower with the checkpoint's weights, in float32 as the outputs were made.</summary>
    public VisionTower Load(ScalarType type = ScalarType.Float32)
    {
        var tower = new VisionTower(Config);
        using TensorSource source = CheckpointFolder.OpenFolder(Path.Combine(Folder, "model"));
        ModuleWeights.Bind(tower, source, type, new WeightLoadOptions { Rename = Below });
        tower.eval();
        return tower;
    }

    public SafetensorsFile Open(string name) => SafetensorsFile.Open(Path.Combine(Folder, name));

    /// <summary>The cases with images, by name.</summary>
    public IEnumerable<string> ImageCases()
    {
        foreach (string path in Directory.GetFiles(Folder, "case_*.safetensors").Order())
        {
            using SafetensorsFile file = SafetensorsFile.Open(path);
            if (file.Tensors.ContainsKey("image_embeds"))
            {
                yield return Path.GetFileNameWithoutExtension(path)["case_".Length..];
            }
        }
    }

    /// <summary>A case's patches, from the other checkpoint's file where its meta.json says so.</summary>
    public Tensor CasePixels(string name)
    {
        string? from = (string?)Meta["cases"]![name]!["pixel_values_from"];
        Match elsewhere = FileOfFolder().Match(from ?? "");
        string path = from is null ? Path.Combine(Folder, $"case_{name}.safetensors") : Sibling(elsewhere.Groups["folder"].Value, elsewhere.Groups["file"].Value);
        using SafetensorsFile file = SafetensorsFile.Open(path);
        return file.Read("pixel_values");
    }

    /// <summary>The patches of vision_internals, which are those of several cases one after the other.</summary>
    public Tensor InternalPixels()
    {
        using DisposeScope scope = NewDisposeScope();
        List<Tensor> parts = [];
        foreach (Match source in FolderAndCase().Matches((string)Meta["vision_internals"]!["pixel_values"]!))
        {
            using SafetensorsFile file = SafetensorsFile.Open(Sibling(source.Groups["folder"].Value, $"{source.Groups["case"].Value}.safetensors"));
            parts.Add(file.Read("pixel_values"));
        }

        return cat(parts, 0).MoveToOuterDisposeScope();
    }

    public static GridThw[] Grids(TensorSource file, string name)
    {
        long[] numbers = Integers(file, name);
        return [.. numbers.Chunk(3).Select(grid => new GridThw((int)grid[0], (int)grid[1], (int)grid[2]))];
    }

    public static long[] Integers(TensorSource file, string name)
    {
        using Tensor stored = file.Read(name), wide = stored.to_type(ScalarType.Int64);
        return wide.data<long>().ToArray();
    }

    public static double LargestDifference(Tensor a, Tensor b)
    {
        Assert.Equal(b.shape, a.shape);
        using DisposeScope scope = NewDisposeScope();
        return (a.to_type(ScalarType.Float64) - b.to_type(ScalarType.Float64)).abs().max().item<double>();
    }

    private static string? Below(string key) =>
        key.StartsWith(VisionTower.Prefix, StringComparison.Ordinal) ? key[VisionTower.Prefix.Length..] : null;

    private string Sibling(string name, string file) => Path.Combine(Path.GetDirectoryName(Folder)!, name, file);

    [GeneratedRegex(@"(?<file>case_\w+\.safetensors) of (?<folder>\w+)")]
    private static partial Regex FileOfFolder();

    [GeneratedRegex(@"(?<folder>\w+)/(?<case>case_\w+)")]
    private static partial Regex FolderAndCase();
}
