using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Relsim.Torch.Models.Qwen25VL;
using Relsim.Torch.Weights;
using TorchSharp;
using static Relsim.Torch.Native.KeptScalars;
using static TorchSharp.torch;

namespace Relsim.Benchmarks.Qwen25VL;

/// <summary>
/// A checkpoint folder with the shapes of Qwen2.5-VL-7B, or of fewer of its layers, and random bfloat16 weights of a size at which activations neither vanish
/// nor overflow. One tensor is in memory at a time; all of them repeat the same random block.
/// </summary>
internal static class RandomCheckpoint
{
    private const string IndexName = "model.safetensors.index.json";
    private const long ShardSize = 4L << 30;
    private const int Block = 1 << 24;

    // The published model's config.json, as far as the shapes depend on it.
    private const string Published = """
        {
          "model_type": "qwen2_5_vl", "hidden_size": 3584, "intermediate_size": 18944, "num_attention_heads": 28, "num_hidden_layers": 28, "num_key_value_heads": 4,
          "rms_norm_eps": 1e-06, "rope_theta": 1000000.0, "rope_scaling": {"type": "mrope", "mrope_section": [16, 24, 24]}, "vocab_size": 152064,
          "tie_word_embeddings": false, "image_token_id": 151655, "video_token_id": 151656, "vision_start_token_id": 151652, "torch_dtype": "bfloat16",
          "vision_config": {
            "depth": 32, "hidden_size": 1280, "intermediate_size": 3420, "num_heads": 16, "out_hidden_size": 3584, "patch_size": 14, "spatial_merge_size": 2,
            "temporal_patch_size": 2, "window_size": 112, "fullatt_block_indexes": [7, 15, 23, 31], "tokens_per_second": 2
          }
        }
        """;

    /// <summary>Writes the folder unless it holds the same already.</summary>
    public static void Write(string folder, int layers, int visionLayers)
    {
        JsonNode json = JsonNode.Parse(Published)!;
        json["num_hidden_layers"] = layers;
        json["vision_config"]!["depth"] = visionLayers;
        string text = json.ToJsonString();
        string configPath = Path.Combine(folder, "config.json");
        if (File.Exists(Path.Combine(folder, IndexName)) && File.Exists(configPath) && File.ReadAllText(configPath) == text)
        {
            return;
        }

        Directory.CreateDirectory(folder);
        Array.ForEach(Directory.GetFiles(folder, "*.safetensors*"), File.Delete);
        File.WriteAllText(configPath, text);
        using DisposeScope scope = NewDisposeScope();
        using var model = new Qwen25VLModel(Qwen25VLConfig.Parse(text));
        List<List<(string Name, long[] Shape)>> shards = Shards(model.state_dict().OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => (pair.Key, pair.Value.shape)));
        Tensor block = randn([Block], generator: new Generator(1));
        var map = new JsonObject();
        for (int i = 0; i < shards.Count; i++)
        {
            string name = string.Create(CultureInfo.InvariantCulture, $"model-{i + 1:D5}-of-{shards.Count:D5}.safetensors");
            WriteShard(Path.Combine(folder, name), shards[i], block);
            shards[i].ForEach(tensor => map[tensor.Name] = name);
        }

        File.WriteAllText(Path.Combine(folder, IndexName), new JsonObject { ["metadata"] = new JsonObject(), ["weight_map"] = map }.ToJsonString(JsonSerializerOptions.Default));
    }

    private static List<List<(string Name, long[] Shape)>> Shards(IEnumerable<(string Name, long[] Shape)> tensors)
    {
        List<List<(string Name, long[] Shape)>> shards = [];
        long left = 0;
        foreach ((string name, long[] shape) in tensors)
        {
            long size = 2 * shape.Aggregate(1L, (product, length) => product * length);
            if (size > left)
            {
                shards.Add([]);
                left = ShardSize;
            }

            shards[^1].Add((name, shape));
            left -= size;
        }

        return shards;
    }

    private static void WriteShard(string path, List<(string Name, long[] Shape)> tensors, Tensor block) => SafetensorsWriter.Write(
        path, tensors.Select(tensor => new PlannedTensor(tensor.Name, ScalarType.BFloat16, tensor.Shape)), null, put =>
        {
            foreach ((string name, long[] shape) in tensors)
            {
                using Tensor values = Values(shape, block);
                put(name, values);
            }
        });

    /// <summary>Norms of one; biases of a fiftieth; matrices that keep the variance of what they multiply.</summary>
    private static Tensor Values(long[] shape, Tensor block)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor values = empty(shape, ScalarType.BFloat16);
        if (shape.Length == 1)
        {
            using Scalar deviation = 0.02;
            bool norm = shape[0] is 1280 or 3584;
            return (norm ? values.fill_(One) : values.copy_(block.narrow(0, 0, shape[0]).mul(deviation))).MoveToOuterDisposeScope();
        }

        using Scalar root = Math.Sqrt(shape.Skip(1).Aggregate(1.0, (product, length) => product * length));
        Tensor scaled = block.div(root).to_type(ScalarType.BFloat16);
        Tensor flat = values.flatten();
        for (long at = 0; at < flat.shape[0]; at += Block)
        {
            long count = Math.Min(Block, flat.shape[0] - at);
            flat.narrow(0, at, count).copy_(scaled.narrow(0, 0, count));
        }

        return values.MoveToOuterDisposeScope();
    }
}
