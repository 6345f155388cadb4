using Relsim.Torch.Weights;
using Relsim.Torch.Weights.Peft;
using Relsim.Torch.Weights.Pickle;
using TorchSharp;
using static TorchSharp.torch;

namespace Relsim.Torch.Models.DreamSim;

/// <summary>
/// A folder as DreamSim's zip files are unpacked to: an adapter, `ensemble_lora` or `NAME_single_lora`, and the networks that it tunes. The network
/// of DINO is what torch.hub keeps in `checkpoints`; a network `NAME_backbone.safetensors` comes before the published files.
/// </summary>
/// <remarks>Source of the layout: ssundaram21/dreamsim at db4d16c, model.py (`download_weights`), extractor.py (`create_model`).</remarks>
internal sealed class DreamSimFolder
{
    private const string Adapters = "_lora";
    private const string Ensemble = "ensemble";
    private const string Single = "_single";
    private const string DinoUrl = "https://dl.fbaipublicfiles.com/dino/dino_vitbase16_pretrain/dino_vitbase16_pretrain.pth";
    private const string Releases = "https://github.com/ssundaram21/dreamsim/releases/tag/v0.2.0-checkpoints";

    private static readonly string[] EnsembleNetworks = ["dino_vitb16", "clip_vitb16", "open_clip_vitb16"];
    private static readonly string[] SingleNetworks = ["dino_vitb16", "clip_vitb32", "open_clip_vitb32"];

    private DreamSimFolder(string adapter, string kind, IReadOnlyList<(DreamSimBranch Branch, string Path)> networks)
    {
        Adapter = adapter;
        Kind = kind;
        Networks = networks;
    }

    /// <summary>Folder of the adapter.</summary>
    public string Adapter { get; }

    /// <summary>"ensemble", or the one network's name.</summary>
    public string Kind { get; }

    /// <summary>The networks' files, in the order of the features.</summary>
    public IReadOnlyList<(DreamSimBranch Branch, string Path)> Networks { get; }

    /// <summary>
    /// Finds the parts in <paramref name="folder"/>. Where there are several adapters the ensemble's is taken, as by the reference; a folder that is itself an
    /// adapter's names another, and its networks lie beside it.
    /// </summary>
    /// <exception cref="WeightsException">There is no adapter, none that is supported, or a network is missing; the message lists what is and where it is published.</exception>
    public static DreamSimFolder Find(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new WeightsException(folder, null, $"there is no such folder; unpack one of DreamSim's zip files ({Releases}).");
        }

        bool itself = IsAdapter(folder);
        string[] adapters = itself ? [Whole(folder)] : AdaptersIn(folder);
        string adapter = Choose(folder, adapters);
        string kind = KindOf(adapter);
        return new DreamSimFolder(adapter, kind, FindNetworks(folder, itself ? Path.GetDirectoryName(adapter)! : folder, kind == Ensemble ? EnsembleNetworks : [kind]));
    }

    /// <summary>Whether a folder is DreamSim's by its names: an adapter of a published name, or a folder with adapters and no model of its own.</summary>
    public static bool IsOne(string folder) => IsAdapter(folder)
        ? Whole(folder).EndsWith(Adapters, StringComparison.Ordinal) && IsKnown(Whole(folder))
        : Directory.Exists(folder) && !File.Exists(Path.Combine(folder, "config.json")) && AdaptersIn(folder).Length > 0;

    /// <summary>Builds the model and gives it its weights and, unless it is to be the untuned one, its adapter.</summary>
    /// <param name="type">Type of the weights.</param>
    /// <param name="device">Where it runs.</param>
    /// <param name="heads">Heads of every network; null takes the published rule, one for each 64 numbers of the width.</param>
    /// <param name="tuned">Whether the adapter joins, unmerged.</param>
    /// <exception cref="WeightsException">A file is damaged, or a tensor is missing, unexpected or mis-shaped.</exception>
    public DreamSimParts Load(ScalarType type, Device device, int? heads = null, bool tuned = true)
    {
        List<TensorSource> sources = [];
        DreamSimModel? model = null;
        try
        {
            sources.AddRange(Networks.Select(network => Open(network.Branch, network.Path)));
            model = new DreamSimModel([.. Networks.Zip(sources, (network, source) => VitConfig.Read(network.Branch, source, heads))]);
            CheckTogether(model);
            foreach ((DreamSimExtractor extractor, TensorSource source) in model.Extractors.Zip(sources))
            {
                ModuleWeights.Bind(extractor, source, type, new WeightLoadOptions { Rename = DreamSimExtractor.NameOf }, device);
            }

            using LoraAdapter? adapter = tuned ? LoraAdapter.Load(Adapter) : null;
            AttachedLora? attached = adapter?.Attach(model);
            return new DreamSimParts(model, attached, adapter is null ? WeightsDigest.Of([.. sources]) : WeightsDigest.Of(adapter.Scales, [.. sources, adapter.Source]));
        }
        catch
        {
            model?.Dispose();
            throw;
        }
        finally
        {
            sources.ForEach(source => source.Dispose());
        }
    }

    private static string Whole(string folder) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));

    private static string[] AdaptersIn(string folder) => [.. Directory.GetDirectories(folder, $"*{Adapters}").Where(IsAdapter).Order(StringComparer.Ordinal)];

    private static bool IsKnown(string adapter) => KindOf(adapter) == Ensemble || SingleNetworks.Contains(KindOf(adapter));

    private static bool IsAdapter(string folder) => File.Exists(Path.Combine(folder, LoraAdapter.ConfigName));

    private static string Choose(string folder, string[] adapters)
    {
        string[] known = [.. adapters.Where(IsKnown)];
        string? ensemble = Array.Find(known, path => KindOf(path) == Ensemble);
        string? fault = ensemble is not null || known.Length == 1 ? null
            : known.Length > 1 ? $"there are several adapters, {string.Join(", ", known.Select(Path.GetFileName))}; name the folder of one."
            : adapters.Length > 0 ? $"the adapter {string.Join(", ", adapters.Select(Path.GetFileName))} is not supported. Known: {Ensemble}, {string.Join(", ", SingleNetworks)}."
            : $"there is neither {Ensemble}{Adapters} nor {string.Join(", ", SingleNetworks.Select(name => $"{name}{Single}{Adapters}"))} with an {LoraAdapter.ConfigName}; "
                + $"unpack one of DreamSim's zip files ({Releases}).";
        return fault is null ? ensemble ?? known[0] : throw new WeightsException(folder, null, fault);
    }

    private static DreamSimBranch BranchOf(string network) =>
        network.StartsWith("dino", StringComparison.Ordinal) ? DreamSimBranch.Dino
        : network.StartsWith("open", StringComparison.Ordinal) ? DreamSimBranch.OpenClip
        : DreamSimBranch.Clip;

    private static string KindOf(string adapter)
    {
        string name = Path.GetFileName(adapter);
        name = name.EndsWith(Adapters, StringComparison.Ordinal) ? name[..^Adapters.Length] : name;
        return name.EndsWith(Single, StringComparison.Ordinal) ? name[..^Single.Length] : name;
    }

    private static List<(DreamSimBranch, string)> FindNetworks(string folder, string home, IReadOnlyList<string> names)
    {
        List<(DreamSimBranch, string)> found = [];
        List<string> missing = [];
        foreach (string name in names)
        {
            DreamSimBranch branch = BranchOf(name);
            string[] files = branch == DreamSimBranch.Dino
                ? [$"{name}_backbone.safetensors", Path.Combine("checkpoints", Path.GetFileName(DinoUrl)), Path.GetFileName(DinoUrl), $"{name}_pretrain.pth"]
                : [$"{name}_backbone.safetensors", $"{name}_pretrain.pth.tar"];
            if (files.Select(file => Path.Combine(home, file)).FirstOrDefault(File.Exists) is { } path)
            {
                found.Add((branch, path));
            }
            else
            {
                missing.Add(branch == DreamSimBranch.Dino ? $"{Path.GetFileName(DinoUrl)} ({DinoUrl})" : $"{name}_pretrain.pth.tar ({Releases})");
            }
        }

        return missing.Count == 0 ? found : throw new WeightsException(folder, null, $"DreamSim lacks {string.Join(" and ", missing)} here.");
    }

    private static TensorSource Open(DreamSimBranch branch, string path)
    {
        if (Path.GetExtension(path) == ".safetensors")
        {
            return SafetensorsFile.Open(path);
        }

        if (branch != DreamSimBranch.Dino)
        {
            return StateDictSource.Open(path, "state_dict");
        }

        // DreamSim's zip has DINO's training checkpoint, of which the reference takes the head alone: its network is the published one, the teacher's.
        try
        {
            StateDictSource? whole = HasTeacher(path) ? StateDictSource.Open(path, "teacher") : null;
            return whole is null ? StateDictSource.Open(path) : new PartialSource(whole, "backbone.");
        }
        catch (WeightsException e)
        {
            throw new WeightsException(path, null, $"this is not the network of DINO ViT-B/16, which is {DinoUrl}; put that file beside it. ({e.Message})", e);
        }
    }

    private static bool HasTeacher(string path)
    {
        using var file = TorchPickle.Open(path);
        return file.Root is Dictionary<object, object?> root && root.ContainsKey("teacher");
    }

    private void CheckTogether(DreamSimModel model)
    {
        foreach ((DreamSimExtractor extractor, (DreamSimBranch _, string path)) in model.Extractors.Zip(Networks))
        {
            if (extractor.Config.ImageSize != model.ImageSize)
            {
                throw new WeightsException(
                    path, null, $"it takes images of {extractor.Config.ImageSize} pixels, the first network of {model.ImageSize}; the files belong to different models.");
            }
        }
    }
}

/// <summary>A model, its adapter where one has joined, and what tells their weights from others.</summary>
internal sealed record DreamSimParts(DreamSimModel Model, AttachedLora? Lora, string Digest);
