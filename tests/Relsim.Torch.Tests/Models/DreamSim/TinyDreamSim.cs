using Relsim.Torch.Models.DreamSim;
using Relsim.Torch.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Relsim.Torch.Tests.Models.DreamSim;

/// <summary>A folder with a small DreamSim of random weights, named as the published ones.</summary>
internal sealed class TinyDreamSim : IDisposable
{
    private const int Heads = 2;
    private const int Rank = 2;

    private readonly TemporaryFolder folder = new();

    /// <summary>The ensemble, or one network.</summary>
    public TinyDreamSim(string kind, ulong seed = 1)
    {
        string[] names = kind == "ensemble" ? ["dino_vitb16", "clip_vitb16", "open_clip_vitb16"] : [kind];
        Adapter = folder.File(kind == "ensemble" ? "ensemble_lora" : $"{kind}_single_lora");
        for (int i = 0; i < names.Length; i++)
        {
            WriteNetwork(names[i], seed + (ulong)i);
        }

        WriteAdapter(names.Length, seed);
    }

    public string FullName => folder.FullName;

    public string Adapter { get; }

    public string File(string name) => folder.File(name);

    public DreamSimModel Load() => DreamSimFolder.Find(FullName).Load(ScalarType.Float32, CPU, Heads).Model;

    /// <summary>Writes a network, without one of its tensors where one is named.</summary>
    public void WriteNetwork(string name, ulong seed, string? without = null, int depth = 12, int patch = 56)
    {
        using DisposeScope scope = NewDisposeScope();
        DreamSimBranch branch = name.StartsWith("dino", StringComparison.Ordinal) ? DreamSimBranch.Dino : DreamSimBranch.Clip;
        using var extractor = new DreamSimExtractor(new VitConfig
        {
            Branch = branch,
            Width = 8,
            Depth = depth,
            Heads = Heads,
            Inner = 16,
            Patch = patch,
            Grid = 224 / patch,
            Projection = branch == DreamSimBranch.Dino ? 0 : 6,
        });
        RandomWeights.Fill(extractor, seed);
        Dictionary<string, Tensor> weights = extractor.state_dict().ToDictionary(
            pair => pair.Key == "proj.weight" ? "proj" : pair.Key["model.".Length..], pair => pair.Value, StringComparer.Ordinal);
        weights.Remove(without ?? "");
        SafetensorsWriter.Write(File($"{name}_backbone.safetensors"), weights, null, ScalarType.Float32);
    }

    public void WriteAdapter(int networks, ulong seed, int depth = 12)
    {
        using DisposeScope scope = NewDisposeScope();
        using var generator = new Generator(seed);
        Directory.CreateDirectory(Adapter);
        System.IO.File.WriteAllText(Path.Combine(Adapter, "adapter_config.json"), $$"""{ "peft_type": "LORA", "r": {{Rank}}, "lora_alpha": 4, "lora_dropout": 0.3, "bias": "none", "target_modules": ["qkv"] }""");
        Dictionary<string, Tensor> weights = new(StringComparer.Ordinal);
        for (int i = 0; i < networks * depth; i++)
        {
            string layer = $"base_model.model.extractor_list.{i / depth}.model.blocks.{i % depth}.attn.qkv";
            weights[$"{layer}.lora_A.weight"] = randn(Rank, 8, generator: generator) * 0.3;
            weights[$"{layer}.lora_B.weight"] = randn(24, Rank, generator: generator) * 0.3;
        }

        SafetensorsWriter.Write(Path.Combine(Adapter, "adapter_model.safetensors"), weights, null, ScalarType.Float32);
    }

    public void Dispose() => folder.Dispose();
}
