using System.Text.Json;
using System.Text.RegularExpressions;
using Relsim.Imaging;
using Relsim.Torch.Encoders;
using Relsim.Torch.Models.Lpips;
using Relsim.Torch.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Relsim.Torch.Tests.Models.Lpips;

/// <summary>
/// A folder of LPIPS's reference outputs, and the networks that they were made with: files where there are any, else made by the rule of its README
/// from the names, shapes and seed in meta.json.
/// </summary>
internal sealed partial class LpipsReference : IDisposable
{
    private readonly string folder;
    private readonly TemporaryFolder made = new();
    private readonly JsonDocument meta;

    private LpipsReference(string folder)
    {
        this.folder = folder;
        meta = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "meta.json")));
        Golden = SafetensorsFile.Open(Path.Combine(folder, "golden.safetensors"));
        Nets = [.. meta.RootElement.GetProperty("feature_shapes").EnumerateObject().Select(net => net.Name)];
        Pairs = [.. Golden.Tensors.Keys.Select(key => PairKey().Match(key)).Where(match => match.Success).Select(match => match.Groups["pair"].Value).Distinct().Order()];
    }

    public SafetensorsFile Golden { get; }

    /// <summary>The networks, as the reference calls them.</summary>
    public IReadOnlyList<string> Nets { get; }

    /// <summary>The pairs of images: pair0, pair1 ...</summary>
    public IReadOnlyList<string> Pairs { get; }

    public static LpipsNet NetOf(string name) => Enum.Parse<LpipsNet>(name, ignoreCase: true);

    /// <summary>Calls <paramref name="check"/> for every folder; skips the test where there is none.</summary>
    public static void ForEach(Action<LpipsReference> check)
    {
        string[] folders = [.. ReferenceFolder.Files("meta.json").Where(path => File.ReadAllText(path).Contains("\"hash_backbones\"", StringComparison.Ordinal)).Select(path => Path.GetDirectoryName(path)!)];
        Assert.SkipWhen(folders.Length == 0, "The reference outputs have no folder of LPIPS.");
        foreach (string folder in folders)
        {
            using var reference = new LpipsReference(folder);
            Assert.NotEmpty(reference.Nets);
            Assert.NotEmpty(reference.Pairs);
            check(reference);
        }
    }

    /// <summary>The network's own features' shapes, for the first pair's first image.</summary>
    public long[][] FeatureShapes(string net) =>
        [.. meta.RootElement.GetProperty("feature_shapes").GetProperty(net).EnumerateArray().Select(shape => shape.EnumerateArray().Select(size => size.GetInt64()).ToArray())];

    public string Head(string net) => Assert.Single(Directory.GetFiles(folder, $"{net}.pth", SearchOption.AllDirectories));

    /// <summary>The network's file.</summary>
    public string Backbone(string net)
    {
        if (!meta.RootElement.GetProperty("hash_backbones").TryGetProperty(net, out JsonElement rule))
        {
            return Assert.Single(Directory.GetFiles(folder, $"{net}_*.safetensors"));
        }

        string path = made.File($"{net}.safetensors");
        if (!File.Exists(path))
        {
            HashedWeights.Write(path, rule);
        }

        return path;
    }

    public LpipsModel Load(string net, bool heads = true) => LpipsFiles.Load(NetOf(net), Backbone(net), heads ? Head(net) : null, CPU).Model;

    /// <summary>The images of a pair.</summary>
    public (RgbImage First, RgbImage Second) Images(string pair) => (Image($"{pair}.img0_uint8"), Image($"{pair}.img1_uint8"));

    /// <summary>The images of a pair as values in [-1, 1], [1, 3, H, W].</summary>
    public (Tensor First, Tensor Second) Values(string pair)
    {
        using Tensor first = Golden.Read($"{pair}.img0_uint8"), second = Golden.Read($"{pair}.img1_uint8");
        using Tensor one = first.unsqueeze(0), two = second.unsqueeze(0);
        return (LpipsModel.OfBytes(one), LpipsModel.OfBytes(two));
    }

    public double[] Numbers(string name)
    {
        using Tensor stored = Golden.Read(name), wide = stored.to_type(ScalarType.Float64), flat = wide.flatten();
        return flat.data<double>().ToArray();
    }

    public void Dispose()
    {
        Golden.Dispose();
        meta.Dispose();
        made.Dispose();
    }

    private RgbImage Image(string name)
    {
        using Tensor pixels = Golden.Read(name);
        return new RgbImage((int)pixels.shape[1], (int)pixels.shape[0], pixels.data<byte>().ToArray());
    }

    [GeneratedRegex(@"\A(?<pair>pair\d+)\.img0_uint8\z")]
    private static partial Regex PairKey();
}
