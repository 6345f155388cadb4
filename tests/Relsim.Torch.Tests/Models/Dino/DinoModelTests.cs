using Relsim.Torch.Models.Dino;
using Relsim.Torch.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Relsim.Torch.Tests.Models.Dino;

public sealed class DinoModelTests
{
    // README of the fixtures: hidden states 1e-4.
    [Fact]
    [Trait("Kind", "Parity")]
    public void HiddenStates_EveryCallOfEveryFolder_GiveTheReferenceStates()
    {
        foreach (VisionReference reference in VisionReference.All("vit"))
        {
            using DisposeScope scope = NewDisposeScope();
            using IDisposable inference = inference_mode();
            using SafetensorsFile golden = reference.OpenGolden();
            using DinoModel model = reference.Load(new DinoModel(DinoConfig.Read(reference.ConfigPath)));
            IReadOnlyList<string> calls = VisionReference.Calls(golden);
            Assert.NotEmpty(calls);
            foreach (string call in calls)
            {
                Tensor pixels = reference.Pixels(golden, call);
                Tensor expected = golden.Read($"{call}last_hidden_state");
                VisionReference.AssertNear($"{reference.Model} {call}last_hidden_state", expected, model.HiddenStates(pixels), 1e-4);
                VisionReference.AssertNear($"{reference.Model} {call}class token", expected.select(1, 0), model.call(pixels), 1e-4);
            }
        }
    }

    [Fact]
    [Trait("Kind", "Shape")]
    public void StateDictionary_OfTheFullSize_HasTheNamesAndShapesOfDinoVitB16()
    {
        using var model = new DinoModel(DinoConfig.Parse(
            """
            { "model_type": "vit", "hidden_size": 768, "num_hidden_layers": 12, "num_attention_heads": 12, "intermediate_size": 3072, "hidden_act": "gelu",
              "layer_norm_eps": 1e-12, "image_size": 224, "patch_size": 16, "num_channels": 3 }
            """));
        Dictionary<string, string> expected = new(StringComparer.Ordinal)
        {
            ["embeddings.cls_token"] = "1, 1, 768",
            ["embeddings.patch_embeddings.projection.weight"] = "768, 3, 16, 16",
            ["embeddings.patch_embeddings.projection.bias"] = "768",
            ["embeddings.position_embeddings"] = "1, 197, 768",
            ["layernorm.weight"] = "768",
            ["layernorm.bias"] = "768",
        };
        (string Name, int Outputs, int Inputs)[] linear =
        [
            ("attention.attention.query", 768, 768), ("attention.attention.key", 768, 768), ("attention.attention.value", 768, 768), ("attention.output.dense", 768, 768),
            ("intermediate.dense", 3072, 768), ("output.dense", 768, 3072),
        ];
        foreach (string layer in Enumerable.Range(0, 12).Select(i => $"encoder.layer.{i}"))
        {
            foreach ((string name, int outputs, int inputs) in linear)
            {
                (expected[$"{layer}.{name}.weight"], expected[$"{layer}.{name}.bias"]) = ($"{outputs}, {inputs}", $"{outputs}");
            }

            foreach (string norm in (string[])["layernorm_before", "layernorm_after"])
            {
                expected[$"{layer}.{norm}.weight"] = expected[$"{layer}.{norm}.bias"] = "768";
            }
        }

        Dictionary<string, Tensor> state = model.state_dict();
        Assert.Equal(
            expected.OrderBy(pair => pair.Key, StringComparer.Ordinal),
            state.ToDictionary(pair => pair.Key, pair => string.Join(", ", pair.Value.shape)).OrderBy(pair => pair.Key, StringComparer.Ordinal));
        Assert.Equal(85_798_656, state.Values.Sum(tensor => tensor.numel())); // as published
    }

    [Theory]
    [InlineData("\"model_type\": \"vit\"", "\"model_type\": \"deit\"", "deit")]
    [InlineData("\"hidden_act\": \"gelu\"", "\"hidden_act\": \"relu\"", "relu")]
    [InlineData("\"num_attention_heads\": 3", "\"num_attention_heads\": 5", "num_attention_heads")]
    [InlineData("\"intermediate_size\": 40", "\"other\": 40", "intermediate_size")]
    [InlineData("\"num_channels\": 3", "\"num_channels\": 1", "num_channels")]
    [InlineData("\"layer_norm_eps\": 1e-6", "\"layer_norm_eps\": 0", "layer_norm_eps")]
    [InlineData("}", "", "config.json")]
    public void Read_AnotherModelOrADamagedFile_NamesTheFault(string old, string replacement, string fault) =>
        DamagedConfig.AssertNamed(TinyVisionFolder.Config("vit"), old, replacement, fault, DinoConfig.Read);
}
