using System.Text.Json;
using Relsim.Torch.Models;
using Relsim.Torch.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Relsim.Torch.Tests.Models;

/// <summary>One vision transformer of the reference folder, with the outputs that the published code gave.</summary>
internal sealed class VisionReference(string folder)
{
    /// <summary>The model's folder, as a user has it.</summary>
    public string Model => folder;

    private string Root => Path.GetDirectoryName(folder)!;

    /// <summary>Every model of a type with goldens beside it; skips the test where there is none.</summary>
    public static IReadOnlyList<VisionReference> All(string modelType)
    {
        VisionReference[] found = [.. ReferenceFolder.Files("config.json").Order(StringComparer.Ordinal)
            .Where(path => TypeOf(path) == modelType && File.Exists(Path.Combine(Path.GetDirectoryName(path)!, "..", "golden.safetensors")))
            .Select(path => new VisionReference(Path.GetDirectoryName(path)!))];
        Assert.SkipWhen(found.Length == 0, $"The reference folder holds no model of the type '{modelType}'.");
        return found;
    }

    public SafetensorsFile OpenGolden() => SafetensorsFile.Open(Path.Combine(Root, "golden.safetensors"));

    public JsonElement Meta()
    {
        using var meta = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Root, "meta.json")));
        return meta.RootElement.Clone();
    }

    /// <summary>Paths of the pictures, in the order of the golden pixel values.</summary>
    public string[] Images() => [.. Meta().GetProperty("images").EnumerateArray().Select(name => Path.Combine(Root, "..", "images", name.GetString()!))];

    public string ConfigPath => Path.Combine(folder, "config.json");

    /// <summary>Binds the checkpoint's weights in float32.</summary>
    public T Load<T>(T model)
        where T : VisionModel
    {
        using TensorSource source = CheckpointFolder.OpenFolder(folder);
        ModuleWeights.Bind(model, source, ScalarType.Float32, model.Names);
        return model;
    }

    /// <summary>The names that start the golden tensors of one call: "" for the main one, "rect." and the like for others.</summary>
    public static IReadOnlyList<string> Calls(SafetensorsFile golden) =>
        [.. golden.Tensors.Keys.Where(name => name.EndsWith("last_hidden_state", StringComparison.Ordinal)).Select(name => name[..^"last_hidden_state".Length])];

    /// <summary>The pixel values of a call; the main one's may be named by the meta file.</summary>
    public Tensor Pixels(SafetensorsFile golden, string call) => golden.Read(
        call.Length == 0 && Meta().TryGetProperty("last_hidden_state_from", out JsonElement name) ? name.GetString()! : $"{call}pixel_values");

    /// <summary>The furthest that one tensor lies from another of the same shape.</summary>
    public static double Furthest(Tensor expected, Tensor actual)
    {
        Assert.Equal(expected.shape, actual.shape);
        return (expected.to_type(ScalarType.Float64) - actual.to_type(ScalarType.Float64)).abs().max().item<double>();
    }

    /// <summary>Asserts that two tensors are near, and writes how near they are.</summary>
    public static void AssertNear(string what, Tensor expected, Tensor actual, double tolerance)
    {
        double furthest = Furthest(expected, actual);
        TestContext.Current.TestOutputHelper?.WriteLine($"{what}: {furthest:e2}");
        Assert.True(furthest <= tolerance, $"{what} differs by {furthest}.");
    }

    private static string? TypeOf(string path)
    {
        using var config = JsonDocument.Parse(File.ReadAllBytes(path));
        return config.RootElement.ValueKind == JsonValueKind.Object && config.RootElement.TryGetProperty("model_type", out JsonElement type) ? type.GetString() : null;
    }
}
