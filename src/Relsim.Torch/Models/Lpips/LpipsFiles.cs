using Relsim.Torch.Encoders;
using Relsim.Torch.Weights;
using Relsim.Torch.Weights.Pickle;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Relsim.Torch.Models.Lpips;

/// <summary>
/// The files of LPIPS as they are published: a network by torchvision (its classifier is not needed) and heads by the authors. Both may also be safetensors of
/// the same tensors.
/// </summary>
internal static class LpipsFiles
{
    private const string Vision = "https://download.pytorch.org/models/";
    private const string Authors = "https://github.com/richzhang/PerceptualSimilarity/tree/master/lpips/weights/v0.1";
    private const string HeadStart = "lin";
    private const string HeadEnd = ".model.1.weight";

    // Where torch.hub and a checkout of the authors' repository keep them, below the folder.
    private static readonly string[] Places =
        ["", "checkpoints", Path.Combine("hub", "checkpoints"), "v0.1", Path.Combine("weights", "v0.1"), Path.Combine("lpips", "weights", "v0.1")];

    private static WeightLoadOptions BackboneNames { get; } = new()
    {
        Rename = key => key.StartsWith("classifier.", StringComparison.Ordinal) ? null : key,
    };

    private static WeightLoadOptions HeadNames { get; } = new()
    {
        Rename = key => key.StartsWith(HeadStart, StringComparison.Ordinal) && key.EndsWith(HeadEnd, StringComparison.Ordinal)
            ? $"{key[HeadStart.Length..^HeadEnd.Length]}.weight"
            : key,
    };

    /// <summary>Loads a network and its heads in float32, and gives what tells these weights from others.</summary>
    /// <param name="network">Which network.</param>
    /// <param name="backboneFile">Its file.</param>
    /// <param name="headFile">Its heads; null takes every channel as it is, the reference's baseline.</param>
    /// <param name="device">Where it is to run.</param>
    /// <exception cref="WeightsException">A file is missing or damaged, belongs to another network, or a tensor is missing, unexpected or mis-shaped.</exception>
    public static (LpipsModel Model, string Digest) Load(LpipsNet network, string backboneFile, string? headFile, Device device)
    {
        var model = new LpipsModel(network);
        try
        {
            string remedy = $"torchvision publishes {network} as {Vision}{BackboneFiles(network)[0]}";
            using TensorSource backbone = Open(backboneFile, remedy);
            Bind(model.Backbone, backbone, BackboneNames, device, network, LpipsBackbone.Of, remedy);
            if (headFile is null)
            {
                foreach (LpipsHead head in model.Heads)
                {
                    head.BindOnes(device);
                }

                return (model, WeightsDigest.Of(backbone));
            }

            remedy = $"the heads of {network} are {HeadFiles(network)[0]} of {Authors}";
            using TensorSource heads = Open(headFile, remedy);
            Bind(model.Heads, heads, HeadNames, device, network, other => new LpipsModel(other).Heads, remedy);
            return (model, WeightsDigest.Of(backbone, heads));
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>Finds both files in a folder by their published names, or by these with the extension .safetensors.</summary>
    /// <exception cref="WeightsException">One is not there; the message lists what is missing and where it is published.</exception>
    public static (string Backbone, string Heads) Find(LpipsNet network, string folder)
    {
        string? backbone = FindOne(folder, BackboneFiles(network));
        string? heads = FindOne(folder, HeadFiles(network));
        string[] missing =
        [
            .. backbone is null ? [$"{BackboneFiles(network)[0]} ({Vision}{BackboneFiles(network)[0]})"] : Array.Empty<string>(),
            .. heads is null ? [$"{HeadFiles(network)[0]} ({Authors})"] : Array.Empty<string>(),
        ];
        return missing.Length == 0
            ? (backbone!, heads!)
            : throw new WeightsException(folder, null, $"LPIPS with {network} lacks {string.Join(" and ", missing)} in this folder.");
    }

    /// <summary>The published names of a network, today's first.</summary>
    public static IReadOnlyList<string> BackboneFiles(LpipsNet network) => network switch
    {
        LpipsNet.Alex => ["alexnet-owt-7be5be79.pth", "alexnet-owt-4df8aa71.pth"],
        LpipsNet.Vgg => ["vgg16-397923af.pth"],
        _ => ["squeezenet1_1-b8a52dc0.pth", "squeezenet1_1-f364aa15.pth"],
    };

    /// <summary>The published name of a network's heads.</summary>
    public static IReadOnlyList<string> HeadFiles(LpipsNet network) => network switch
    {
        LpipsNet.Alex => ["alex.pth"],
        LpipsNet.Vgg => ["vgg.pth"],
        _ => ["squeeze.pth"],
    };

    private static string? FindOne(string folder, IReadOnlyList<string> names) => names
        .Concat(names.Select(name => Path.ChangeExtension(name, ".safetensors")))
        .SelectMany(name => Places.Select(place => Path.Combine(folder, place, name)))
        .FirstOrDefault(File.Exists);

    private static TensorSource Open(string path, string remedy)
    {
        if (!File.Exists(path))
        {
            throw new WeightsException(path, null, $"there is no such file; {remedy}.");
        }

        try
        {
            return Path.GetExtension(path) == ".safetensors" ? SafetensorsFile.Open(path) : StateDictSource.Open(path);
        }
        catch (WeightsException e)
        {
            throw new WeightsException(path, null, $"it cannot be read; {remedy}. ({e.Message})", e);
        }
    }

    /// <summary>Binds, and where that fails says of which other network the tensors are, if of any.</summary>
    private static void Bind(
        Module module, TensorSource source, WeightLoadOptions names, Device device, LpipsNet network, Func<LpipsNet, Module> build, string remedy)
    {
        try
        {
            ModuleWeights.Bind(module, source, ScalarType.Float32, names, device);
        }
        catch (WeightsException e)
        {
            foreach (LpipsNet other in Enum.GetValues<LpipsNet>().Where(other => other != network))
            {
                using Module wanted = build(other);
                if (Fits(wanted, source, names))
                {
                    throw new WeightsException(source.FilePath, null, $"its tensors are those of {other}; {remedy}.", e);
                }
            }

            throw;
        }
    }

    private static bool Fits(Module module, TensorSource source, WeightLoadOptions names)
    {
        Dictionary<string, long[]> wanted = module.state_dict().ToDictionary(pair => pair.Key, pair => pair.Value.shape, StringComparer.Ordinal);
        return wanted.Count == source.Tensors.Count(
            pair => names.Rename(pair.Key) is { } name && wanted.TryGetValue(name, out long[]? shape) && shape.SequenceEqual(pair.Value.Shape));
    }
}
