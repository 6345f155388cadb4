using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Relsim.Imaging;
using Relsim.Torch.Models.DreamSim;
using Relsim.Torch.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Relsim.Torch.Tests.Models.DreamSim;

/// <summary>A folder of DreamSim's reference outputs, with its weights in it and its pictures beside it.</summary>
internal sealed partial class DreamSimReference : IDisposable
{
    private DreamSimReference(string folder, JsonElement meta)
    {
        Folder = folder;
        Heads = meta.GetProperty("vit").GetProperty("heads").GetInt32();
        Names = [.. meta.GetProperty("model_type").GetString()!.Split(',')];
        Pictures = [.. meta.GetProperty("images").EnumerateArray().Select(name => Path.Combine(folder, "..", "images", name.GetString()!))];
        Golden = SafetensorsFile.Open(Path.Combine(folder, "golden.safetensors"));
        Assert.NotEmpty(Pictures);
    }

    public string Folder { get; }

    /// <summary>Heads of the shrunk networks, which no file of theirs tells.</summary>
    public int Heads { get; }

    /// <summary>The networks, in order.</summary>
    public IReadOnlyList<string> Names { get; }

    public IReadOnlyList<string> Pictures { get; }

    public SafetensorsFile Golden { get; }

    /// <summary>Calls <paramref name="check"/> for every folder; skips the test where there is none.</summary>
    public static void ForEach(Action<DreamSimReference> check)
    {
        int found = 0;
        foreach (string path in ReferenceFolder.Files("meta.json"))
        {
            using var meta = JsonDocument.Parse(File.ReadAllBytes(path));
            if (meta.RootElement.ValueKind == JsonValueKind.Object && meta.RootElement.TryGetProperty("feat_type", out _) && meta.RootElement.TryGetProperty("vit", out _))
            {
                using var reference = new DreamSimReference(Path.GetDirectoryName(path)!, meta.RootElement);
                check(reference);
                found++;
            }
        }

        Assert.SkipWhen(found == 0, "The reference outputs have no folder of DreamSim.");
    }

    public DreamSimModel Load(bool tuned) => DreamSimFolder.Find(Folder).Load(ScalarType.Float32, CPU, Heads, tuned).Model;

    /// <summary>The pictures as Pillow decodes them, prepared: values in [0, 1], [N, 3, S, S].</summary>
    public Tensor Pixels()
    {
        using DisposeScope scope = NewDisposeScope();
        var preprocessor = new ImagePreprocessor(PreprocessingProfiles.DreamSim224);
        Tensor[] images = [.. Pictures.Select(path => preprocessor.Apply(Decoded(path))).Select(image => tensor(image.Pixels, [1, image.Height, image.Width, 3]))];
        return DreamSimModel.OfBytes(cat(images, 0)).MoveToOuterDisposeScope();
    }

    public void Dispose() => Golden.Dispose();

    private static RgbImage Decoded(string picture)
    {
        string stored = Path.Combine(Path.GetDirectoryName(picture)!, "decoded", $"{Path.GetFileName(picture)}.npy");
        if (!File.Exists(stored))
        {
            return new ImageDecoder().Load(picture, DecodeConventions.Pillow);
        }

        byte[] npy = File.ReadAllBytes(stored);
        int start = 10 + BitConverter.ToUInt16(npy, 8);
        Match shape = ShapeOf().Match(Encoding.ASCII.GetString(npy, 10, start - 10));
        return new RgbImage(int.Parse(shape.Groups["width"].ValueSpan), int.Parse(shape.Groups["height"].ValueSpan), npy[start..]);
    }

    [GeneratedRegex(@"\((?<height>\d+), (?<width>\d+), 3\)")]
    private static partial Regex ShapeOf();
}
