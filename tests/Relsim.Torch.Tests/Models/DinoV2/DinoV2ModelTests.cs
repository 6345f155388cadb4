using System.Globalization;
using Relsim.Torch.Models.DinoV2;
using Relsim.Torch.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Relsim.Torch.Tests.Models.DinoV2;

public sealed class DinoV2ModelTests
{
    private const string Large =
        """
        { "architectures": ["Dinov2Model"], "attention_probs_dropout_prob": 0.0, "drop_path_rate": 0.0, "hidden_act": "gelu", "hidden_dropout_prob": 0.0, "hidden_size": 1024,
          "image_size": 518, "initializer_range": 0.02, "layer_norm_eps": 1e-06, "layerscale_value": 1.0, "mlp_ratio": 4, "model_type": "dinov2", "num_attention_heads": 16,
          "num_channels": 3, "num_hidden_layers": 24, "patch_size": 14, "qkv_bias": true, "torch_dtype": "float32", "transformers_version": "4.32.0.dev0", "use_swiglu_ffn": false }
        """;

    // README of the fixtures: hidden states 1e-4.
    [Fact]
    [Trait("Kind", "Parity")]
    public void HiddenStates_EveryCallOfEveryFolder_GiveTheReferenceStates() => Folders((reference, model, golden) =>
    {
        IReadOnlyList<string> calls = VisionReference.Calls(golden);
        Assert.NotEmpty(calls);
        foreach (string call in calls)
        {
            Tensor pixels = reference.Pixels(golden, call);
            VisionReference.AssertNear($"{reference.Model} {call}last_hidden_state", golden.Read($"{call}last_hidden_state"), model.HiddenStates(pixels), 1e-4);
            VisionReference.AssertNear($"{reference.Model} {call}pooler_output", golden.Read($"{call}pooler_output"), model.call(pixels), 1e-4);
        }
    });

    [Fact]
    [Trait("Kind", "Parity")]
    public void Positions_EveryGridOfEveryFolder_AreTheReferences()
    {
        const string Prefix = "interpolated_position_embeddings.";
        int compared = 0;
        Folders((reference, model, golden) =>
        {
            foreach (string name in golden.Tensors.Keys.Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)))
            {
                // Named by the side of a square, or by the call whose images they are for.
                string of = name[Prefix.Length..];
                bool isSquare = int.TryParse(of, NumberStyles.None, CultureInfo.InvariantCulture, out int side);
                long[] sides = isSquare ? [side, side] : golden.Tensors[$"{of}.pixel_values"].Shape.TakeLast(2).ToArray();
                Tensor actual = model.Positions(sides[0] / model.PatchSize, sides[1] / model.PatchSize);
                VisionReference.AssertNear($"{reference.Model} {name}", golden.Read(name), actual, 1e-5);
                compared++;
            }
        });
        Assert.SkipWhen(compared == 0, "The reference folder holds no interpolated positions.");
    }

    [Fact]
    [Trait("Kind", "Shape")]
    public void StateDictionary_OfTheFullSize_HasTheNamesAndShapesOfDinoV2Large()
    {
        using var model = new DinoV2Model(DinoV2Config.Parse(Large));
        Dictionary<string, string> expected = Shapes(24, 1024, 14, 37);
        foreach (string layer in Enumerable.Range(0, 24).Select(i => $"encoder.layer.{i}"))
        {
            (expected[$"{layer}.mlp.fc1.weight"], expected[$"{layer}.mlp.fc1.bias"]) = ("4096, 1024", "4096");
            (expected[$"{layer}.mlp.fc2.weight"], expected[$"{layer}.mlp.fc2.bias"]) = ("1024, 4096", "1024");
        }

        Dictionary<string, Tensor> state = model.state_dict();
        AssertShapes(expected, state);
        Assert.Equal(304_367_616, state.Values.Sum(tensor => tensor.numel())); // 304,368,640 published parameters less the mask token's 1,024
    }

    [Fact]
    [Trait("Kind", "Shape")]
    public void StateDictionary_OfTheGiant_HasTheNamesAndShapesOfItsSwiGlu()
    {
        string giant = Large.Replace("1024", "1536", StringComparison.Ordinal).Replace("\"num_hidden_layers\": 24", "\"num_hidden_layers\": 40", StringComparison.Ordinal)
            .Replace("\"num_attention_heads\": 16", "\"num_attention_heads\": 24", StringComparison.Ordinal).Replace("\"use_swiglu_ffn\": false", "\"use_swiglu_ffn\": true", StringComparison.Ordinal);
        using var model = new DinoV2Model(DinoV2Config.Parse(giant));
        Dictionary<string, string> expected = Shapes(40, 1536, 14, 37);
        foreach (string layer in Enumerable.Range(0, 40).Select(i => $"encoder.layer.{i}"))
        {
            (expected[$"{layer}.mlp.weights_in.weight"], expected[$"{layer}.mlp.weights_in.bias"]) = ("8192, 1536", "8192");
            (expected[$"{layer}.mlp.weights_out.weight"], expected[$"{layer}.mlp.weights_out.bias"]) = ("1536, 4096", "1536");
        }

        Dictionary<string, Tensor> state = model.state_dict();
        AssertShapes(expected, state);
        Assert.Equal(1_136_479_232, state.Values.Sum(tensor => tensor.numel())); // 1,136,480,768 published parameters less the mask token's 1,536
    }

    [Theory]
    [InlineData("\"model_type\": \"dinov2\"", "\"model_type\": \"dinov2_with_registers\"", "registers")]
    [InlineData("\"hidden_act\": \"gelu\"", "\"hidden_act\": \"relu\"", "relu")]
    [InlineData("\"num_attention_heads\": 3", "\"num_attention_heads\": 5", "num_attention_heads")]
    [InlineData("\"num_hidden_layers\": 2", "\"num_hidden_layers\": -1", "num_hidden_layers")]
    [InlineData("\"mlp_ratio\": 2", "\"mlp_ratio\": -2", "mlp_ratio")]
    [InlineData("\"mlp_ratio\": 2", "\"mlp_ratio\": 1e30", "mlp_ratio")]
    [InlineData("\"qkv_bias\": true,", "", "qkv_bias")]
    [InlineData("\"use_swiglu_ffn\": false", "\"other\": 1", "use_swiglu_ffn")]
    [InlineData("\"image_size\": 42", "\"image_size\": 43", "image_size")]
    [InlineData("}", "", "config.json")]
    public void Read_AnotherModelOrADamagedFile_NamesTheFault(string old, string replacement, string fault) =>
        DamagedConfig.AssertNamed(TinyVisionFolder.Config("dinov2"), old, replacement, fault, DinoV2Config.Read);

    /// <summary>What ViT and DINOv2 share, by the names of transformers; DINOv2's norms and factors.</summary>
    private static Dictionary<string, string> Shapes(int layers, int width, int patch, int grid)
    {
        Dictionary<string, string> expected = new(StringComparer.Ordinal)
        {
            ["embeddings.cls_token"] = $"1, 1, {width}",
            ["embeddings.patch_embeddings.projection.weight"] = $"{width}, 3, {patch}, {patch}",
            ["embeddings.patch_embeddings.projection.bias"] = $"{width}",
            ["embeddings.position_embeddings"] = $"1, {(grid * grid) + 1}, {width}",
            ["layernorm.weight"] = $"{width}",
            ["layernorm.bias"] = $"{width}",
        };
        foreach (string layer in Enumerable.Range(0, layers).Select(i => $"encoder.layer.{i}"))
        {
            foreach (string part in (string[])["attention.attention.query", "attention.attention.key", "attention.attention.value", "attention.output.dense"])
            {
                (expected[$"{layer}.{part}.weight"], expected[$"{layer}.{part}.bias"]) = ($"{width}, {width}", $"{width}");
            }

            foreach (string part in (string[])["norm1.weight", "norm1.bias", "norm2.weight", "norm2.bias", "layer_scale1.lambda1", "layer_scale2.lambda1"])
            {
                expected[$"{layer}.{part}"] = $"{width}";
            }
        }

        return expected;
    }

    private static void AssertShapes(Dictionary<string, string> expected, Dictionary<string, Tensor> state) => Assert.Equal(
        expected.OrderBy(pair => pair.Key, StringComparer.Ordinal),
        state.ToDictionary(pair => pair.Key, pair => string.Join(", ", pair.Value.shape)).OrderBy(pair => pair.Key, StringComparer.Ordinal));

    private static void Folders(Action<VisionReference, DinoV2Model, SafetensorsFile> check)
    {
        foreach (VisionReference reference in VisionReference.All("dinov2"))
        {
            using DisposeScope scope = NewDisposeScope();
            using IDisposable inference = inference_mode();
            using SafetensorsFile golden = reference.OpenGolden();
            using DinoV2Model model = reference.Load(new DinoV2Model(DinoV2Config.Read(reference.ConfigPath)));
            check(reference, model, golden);
        }
    }
}
