using Relsim.Torch.Models.Clip;
using Relsim.Torch.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Relsim.Torch.Tests.Models.Clip;

public sealed class ClipModelTests
{
    private const string Large =
        """
        { "model_type": "clip", "projection_dim": 768, "text_config_dict": null, "vision_config_dict": null, "logit_scale_init_value": 2.6592,
          "text_config": { "model_type": "clip_text_model", "vocab_size": 49408, "hidden_size": 768, "intermediate_size": 3072, "num_hidden_layers": 12, "num_attention_heads": 12,
                           "max_position_embeddings": 77, "hidden_act": "quick_gelu", "layer_norm_eps": 1e-05, "eos_token_id": 2, "pad_token_id": 1, "projection_dim": 768 },
          "vision_config": { "model_type": "clip_vision_model", "hidden_size": 1024, "intermediate_size": 4096, "num_hidden_layers": 24, "num_attention_heads": 16,
                             "image_size": 224, "patch_size": 14, "hidden_act": "quick_gelu", "layer_norm_eps": 1e-05, "eos_token_id": null, "projection_dim": 768 } }
        """;

    // README of the fixtures: hidden states 1e-4, L2-normalised embeddings 1e-5, logits 2e-4.
    [Fact]
    [Trait("Kind", "Parity")]
    public void Forward_PixelValuesOfEveryFolder_GiveTheReferenceStatesAndFeatures() => Folders((reference, model, golden) =>
    {
        Tensor pixels = golden.Read("pixel_values");
        Near(reference, golden, "vision_last_hidden_state", model.Vision.HiddenStates(pixels), 1e-4);
        Near(reference, golden, "vision_pooler_output", model.Vision.call(pixels), 1e-4);
        Near(reference, golden, "image_features", model.call(pixels), 1e-4);
    });

    [Fact]
    [Trait("Kind", "Parity")]
    public void EncodeTexts_IdsOfEveryFolder_GiveTheReferenceStatesAndFeatures() => Folders((reference, model, golden) =>
    {
        Tensor ids = golden.Read("input_ids");
        Tensor hidden = model.Text.call(ids);
        Near(reference, golden, "text_last_hidden_state", hidden, 1e-4);
        Near(reference, golden, "text_pooler_output", model.Text.Pool(hidden, ids), 1e-4);
        Near(reference, golden, "text_features", model.EncodeTexts(ids), 1e-4);
        Tensor padded = golden.Read("padded.input_ids");
        Tensor lengths = golden.Read("padded.attention_mask").sum(1);
        Near(reference, golden, "padded.text_features", model.EncodeTexts(padded), 1e-4);
        Near(reference, golden, "padded.text_features", cat([.. Unpadded(padded, lengths).Select(model.EncodeTexts)], 0), 1e-4);
    });

    [Fact]
    [Trait("Kind", "Parity")]
    public void Forward_BothTowersOfEveryFolder_GiveTheReferenceLogits() => Folders((reference, model, golden) =>
    {
        Tensor images = nn.functional.normalize(model.call(golden.Read("pixel_values")), dim: 1);
        Tensor texts = nn.functional.normalize(model.EncodeTexts(golden.Read("input_ids")), dim: 1);
        Near(reference, golden, "image_embeds_normalized", images, 1e-5);
        Near(reference, golden, "text_embeds_normalized", texts, 1e-5);
        Near(reference, golden, "logits_per_image", images.matmul(texts.T) * model.LogitScale, 2e-4);
    });

    [Fact]
    public void Forward_OnlyTheClassToken_IsThatOfAllTokens()
    {
        using DisposeScope scope = NewDisposeScope();
        using var folder = new TinyVisionFolder("clip");
        using ClipModel model = new VisionReference(folder.FullName).Load((ClipModel)TinyVisionFolder.Model("clip"));
        Tensor pixels = randn(3, 3, 28, 28);
        Tensor all = model.Vision.HiddenStates(pixels);
        using Tensor weight = model.state_dict()["vision_model.post_layernorm.weight"];
        Tensor expected = nn.functional.layer_norm(all.select(1, 0), [all.shape[2]], weight, model.state_dict()["vision_model.post_layernorm.bias"], 1e-5);
        VisionReference.AssertNear("class token", expected, model.Vision.call(pixels), 1e-5);
    }

    [Theory]
    [InlineData(2, new long[] { 4, 9, 7, 9, 1 }, 1)]
    [InlineData(7, new long[] { 4, 9, 7, 9, 7 }, 2)]
    [InlineData(7, new long[] { 4, 9, 8, 9, 1 }, 0)]
    public void Pool_EndMark_IsTheFirstOfItsKind(int eos, long[] ids, int expected)
    {
        using DisposeScope scope = NewDisposeScope();
        using var tower = new ClipTextTower(new ClipTextConfig { EosTokenId = eos });
        Tensor hidden = arange(ids.Length * 3, ScalarType.Float32).view(1, ids.Length, 3);
        Assert.Equal(expected * 3, tower.Pool(hidden, tensor(ids, [1, ids.Length]))[0, 0].item<float>());
    }

    [Fact]
    [Trait("Kind", "Shape")]
    public void StateDictionary_OfTheFullSize_HasTheNamesAndShapesOfClipLarge()
    {
        using var model = new ClipModel(ClipConfig.Parse(Large));
        Dictionary<string, string> expected = new(StringComparer.Ordinal)
        {
            ["logit_scale"] = "",
            ["visual_projection.weight"] = "768, 1024",
            ["text_projection.weight"] = "768, 768",
            ["vision_model.embeddings.class_embedding"] = "1024",
            ["vision_model.embeddings.patch_embedding.weight"] = "1024, 3, 14, 14",
            ["vision_model.embeddings.position_embedding.weight"] = "257, 1024",
            ["text_model.embeddings.token_embedding.weight"] = "49408, 768",
            ["text_model.embeddings.position_embedding.weight"] = "77, 768",
        };
        AddNorms(expected, 1024, "vision_model.pre_layrnorm", "vision_model.post_layernorm");
        AddNorms(expected, 768, "text_model.final_layer_norm");
        AddLayers(expected, "vision_model", 24, 1024, 4096);
        AddLayers(expected, "text_model", 12, 768, 3072);
        Dictionary<string, Tensor> state = model.state_dict();
        Assert.Equal(expected.OrderBy(pair => pair.Key, StringComparer.Ordinal), state.ToDictionary(pair => pair.Key, pair => string.Join(", ", pair.Value.shape)).OrderBy(pair => pair.Key, StringComparer.Ordinal));
        Assert.Equal(427_616_513, state.Values.Sum(tensor => tensor.numel())); // as published
    }

    [Fact]
    public void Parse_NestedKeysLeftOut_HaveTheLibrarysDefaults()
    {
        ClipConfig config = ClipConfig.Parse("""{ "model_type": "clip", "projection_dim": 512, "text_config": { }, "vision_config": { "patch_size": 16 } }""");
        Assert.Equal((512, 8, 49408, 77, 49407), (config.TextConfig.HiddenSize, config.TextConfig.NumAttentionHeads, config.TextConfig.VocabSize, config.TextConfig.MaxPositionEmbeddings, config.TextConfig.EosTokenId));
        Assert.Equal((768, 12, 224, 16, 3), (config.VisionConfig.HiddenSize, config.VisionConfig.NumHiddenLayers, config.VisionConfig.ImageSize, config.VisionConfig.PatchSize, config.VisionConfig.NumChannels));
        Assert.Equal(("quick_gelu", 1e-5), (config.VisionConfig.HiddenAct, config.VisionConfig.LayerNormEps));
    }

    [Theory]
    [InlineData("\"model_type\": \"clip\"", "\"model_type\": \"siglip\"", "siglip")]
    [InlineData("\"projection_dim\": 20", "\"projection_dim\": 0", "projection_dim")]
    [InlineData("\"projection_dim\": 20,", "", "projection_dim")]
    [InlineData("\"text_config\"", "\"text\"", "text_config")]
    [InlineData("\"vision_config\": {", "\"vision_config\": null, \"other\": {", "vision_config")]
    [InlineData("\"num_attention_heads\": 3", "\"num_attention_heads\": 5", "vision_config.num_attention_heads")]
    [InlineData("\"num_attention_heads\": 2", "\"num_attention_heads\": 0", "text_config.num_attention_heads")]
    [InlineData("\"num_hidden_layers\": 2", "\"num_hidden_layers\": 1000000000", "num_hidden_layers")]
    [InlineData("\"hidden_act\": \"gelu\"", "\"hidden_act\": \"relu\"", "relu")]
    [InlineData("\"image_size\": 28", "\"image_size\": 30", "image_size")]
    [InlineData("\"patch_size\": 7", "\"patch_size\": 0", "patch_size")]
    [InlineData("\"patch_size\": 7", "\"num_channels\": 4", "num_channels")]
    [InlineData("\"max_position_embeddings\": 12", "\"max_position_embeddings\": 1", "max_position_embeddings")]
    [InlineData("\"vocab_size\": 530", "\"vocab_size\": \"many\"", "vocab_size")]
    [InlineData("} }", "}", "config.json")]
    public void Read_AnotherModelOrADamagedFile_NamesTheFault(string old, string replacement, string fault) =>
        DamagedConfig.AssertNamed(TinyVisionFolder.Config("clip"), old, replacement, fault, ClipConfig.Read);

    private static void Folders(Action<VisionReference, ClipModel, SafetensorsFile> check)
    {
        foreach (VisionReference reference in VisionReference.All("clip"))
        {
            using DisposeScope scope = NewDisposeScope();
            using IDisposable inference = inference_mode();
            using SafetensorsFile golden = reference.OpenGolden();
            using ClipModel model = reference.Load(new ClipModel(ClipConfig.Read(reference.ConfigPath)));
            check(reference, model, golden);
        }
    }

    private static void Near(VisionReference reference, SafetensorsFile golden, string name, Tensor actual, double tolerance) =>
        VisionReference.AssertNear($"{reference.Model} {name}", golden.Read(name), actual, tolerance);

    private static IEnumerable<Tensor> Unpadded(Tensor ids, Tensor lengths) =>
        Enumerable.Range(0, (int)ids.shape[0]).Select(row => ids.narrow(0, row, 1).narrow(1, 0, lengths[row].item<long>()));

    private static void AddNorms(Dictionary<string, string> expected, int width, params string[] names)
    {
        foreach (string name in names)
        {
            expected[$"{name}.weight"] = expected[$"{name}.bias"] = $"{width}";
        }
    }

    private static void AddLayers(Dictionary<string, string> expected, string tower, int layers, int width, int inner)
    {
        foreach (string layer in Enumerable.Range(0, layers).Select(i => $"{tower}.encoder.layers.{i}"))
        {
            AddNorms(expected, width, $"{layer}.layer_norm1", $"{layer}.layer_norm2");
            foreach (string part in (string[])["q", "k", "v", "out"])
            {
                expected[$"{layer}.self_attn.{part}_proj.weight"] = $"{width}, {width}";
                expected[$"{layer}.self_attn.{part}_proj.bias"] = $"{width}";
            }

            (expected[$"{layer}.mlp.fc1.weight"], expected[$"{layer}.mlp.fc1.bias"]) = ($"{inner}, {width}", $"{inner}");
            (expected[$"{layer}.mlp.fc2.weight"], expected[$"{layer}.mlp.fc2.bias"]) = ($"{width}, {inner}", $"{width}");
        }
    }
}
