using Relsim.Imaging;
using Relsim.Torch.Models;
using Relsim.Torch.Models.Clip;
using Relsim.Torch.Models.Dino;
using Relsim.Torch.Models.DinoV2;
using Relsim.Torch.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Relsim.Torch.Tests.Models;

/// <summary>A folder with a small vision transformer of random weights, in the layout of the hub.</summary>
internal sealed class TinyVisionFolder : IDisposable
{
    private const string Processor =
        """
        { "size": { "shortest_edge": 32 }, "crop_size": { "height": 28, "width": 28 }, "resample": 3, "image_mean": [0.48, 0.45, 0.4],
          "image_std": [0.26, 0.26, 0.27], "image_processor_type": "CLIPImageProcessor" }
        """;

    private const string ViT =
        """
        "hidden_size": 24, "num_hidden_layers": 2, "num_attention_heads": 3, "hidden_act": "gelu", "layer_norm_eps": 1e-6, "num_channels": 3, "qkv_bias": true
        """;

    private readonly TemporaryFolder folder = new();

    public TinyVisionFolder(string modelType, int seed = 1)
    {
        ModelType = modelType;
        Write("config.json", Config(modelType));
        Write(ImageProcessorConfig.FileName, Processor);
        WriteWeights(seed);
    }

    public string ModelType { get; }

    public string FullName => folder.FullName;

    public string File(string name) => folder.File(name);

    public void Write(string name, string text) => System.IO.File.WriteAllText(folder.File(name), text);

    /// <summary>A config.json: pictures of 28 x 28 pixels, patches of 7 x 7.</summary>
    public static string Config(string modelType) => modelType switch
    {
        "clip" =>
            """
            { "model_type": "clip", "projection_dim": 20,
              "text_config": { "vocab_size": 530, "hidden_size": 16, "intermediate_size": 40, "num_hidden_layers": 2, "num_attention_heads": 2, "max_position_embeddings": 12, "eos_token_id": 529 },
              "vision_config": { "hidden_size": 24, "intermediate_size": 40, "num_hidden_layers": 2, "num_attention_heads": 3, "image_size": 28, "patch_size": 7, "hidden_act": "gelu" } }
            """,
        "dinov2" => $$"""{ "model_type": "dinov2", {{ViT}}, "image_size": 42, "patch_size": 7, "mlp_ratio": 2, "use_swiglu_ffn": false }""",
        "vit" => $$"""{ "model_type": "vit", {{ViT}}, "image_size": 28, "patch_size": 7, "intermediate_size": 40 }""",
        _ => throw new ArgumentException(modelType, nameof(modelType)),
    };

    public static VisionModel Model(string modelType) => modelType switch
    {
        "clip" => new ClipModel(ClipConfig.Parse(Config(modelType))),
        "dinov2" => new DinoV2Model(DinoV2Config.Parse(Config(modelType))),
        _ => new DinoModel(DinoConfig.Parse(Config(modelType))),
    };

    /// <summary>Random weights by name, around 1 where they multiply; they are the caller's.</summary>
    public static Dictionary<string, Tensor> Weights(string modelType, int seed)
    {
        using DisposeScope scope = NewDisposeScope();
        using var generator = new Generator((ulong)seed);
        using VisionModel model = Model(modelType);
        return model.state_dict().OrderBy(weight => weight.Key, StringComparer.Ordinal).ToDictionary(
            weight => weight.Key,
            weight => ((randn(weight.Value.shape, generator: generator) * 0.3) + (IsFactor(weight.Key) ? 1 : 0)).DetachFromDisposeScope());
    }

    public void WriteWeights(int seed, string? without = null)
    {
        using DisposeScope scope = NewDisposeScope();
        Dictionary<string, Tensor> weights = Weights(ModelType, seed);
        Save(weights.Where(weight => weight.Key != without).ToDictionary());
        foreach (Tensor weight in weights.Values)
        {
            weight.Dispose();
        }
    }

    public void Save(Dictionary<string, Tensor> weights) => SafetensorsWriter.Write(File("model.safetensors"), weights, null, ScalarType.Float32);

    public void Dispose() => folder.Dispose();

    private static bool IsFactor(string name) => name.EndsWith("lambda1", StringComparison.Ordinal)
        || (name.EndsWith(".weight", StringComparison.Ordinal) && name.Split('.')[^2] is { } layer && (layer.Contains("norm", StringComparison.Ordinal) || layer.Contains("layrnorm", StringComparison.Ordinal)));
}
