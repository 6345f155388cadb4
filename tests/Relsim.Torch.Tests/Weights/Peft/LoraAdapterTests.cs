using Relsim.Torch.Nn;
using Relsim.Torch.Weights;
using Relsim.Torch.Weights.Peft;
using TorchSharp;
using static TorchSharp.torch;

namespace Relsim.Torch.Tests.Weights.Peft;

public sealed class LoraAdapterTests
{
    private const string Config = """{"peft_type":"LORA","r":2,"lora_alpha":3,"target_modules":["q_proj"]}""";
    private const string Layer = "model.layers.0.self_attn.q_proj";

    [Theory]
    [InlineData("base_model.model.model.layers.0.self_attn.q_proj", Layer)]
    [InlineData("base_model.model.model.language_model.layers.0.self_attn.q_proj", Layer)]
    [InlineData("base_model.model.visual.blocks.0.attn.q_proj", "visual.blocks.0.attn.q_proj")]
    [InlineData("base_model.model.model.visual.blocks.0.attn.q_proj", "visual.blocks.0.attn.q_proj")]
    public void Load_EitherTree_NamesLayersAsTheHubDoes(string key, string path)
    {
        using DisposeScope scope = NewDisposeScope();
        using TemporaryFolder folder = Adapter(Config, Pair(key));
        using LoraAdapter adapter = LoraAdapter.Load(folder.FullName);
        using LayerTree model = LayerTree.Random([(path, 6, 4)], ScalarType.Float32);

        AttachedLora attached = adapter.Attach(model);

        Assert.Equal([path], attached.Paths);
        LoraLayer layer = adapter.Layers[path];
        Assert.Equal((6L, 4L, 2, 1.5), (layer.Inputs, layer.Outputs, layer.Rank, layer.Scale));
        Assert.True(model.At(path).HasAdapter);
        attached.Save(folder.File("saved"));
        using SafetensorsFile saved = SafetensorsFile.Open(Path.Combine(folder.File("saved"), LoraAdapter.WeightsName));
        Assert.Equal([$"{key}.lora_A.weight", $"{key}.lora_B.weight"], saved.Tensors.Keys.Order());
    }

    [Fact]
    public void Attach_ThatDoesNotFit_ListsEverythingAndChangesNothing()
    {
        using DisposeScope scope = NewDisposeScope();
        using TemporaryFolder folder = Adapter(Config, [.. Pair("base_model.model.model.layers.0.self_attn.q_proj"), .. Pair("base_model.model.model.layers.7.self_attn.q_proj"), .. Pair("base_model.model.model.layers.1.self_attn.q_proj")]);
        using LoraAdapter adapter = LoraAdapter.Load(folder.FullName);
        using LayerTree model = LayerTree.Random([(Layer, 6, 4), ("model.layers.1.self_attn.q_proj", 6, 5), ("model.layers.2.self_attn.q_proj", 6, 4), ("lm_head", 6, 9)], ScalarType.Float32);

        string message = Assert.Throws<WeightsException>(() => adapter.Attach(model)).Message;

        Assert.Contains("unexpected: base_model.model.model.layers.7.self_attn.q_proj.lora_A.weight", message, StringComparison.Ordinal);
        Assert.Contains("mis-shaped: model.layers.1.self_attn.q_proj is [5, 6] in the model and [4, 6] in the adapter", message, StringComparison.Ordinal);
        Assert.Contains("missing: model.layers.2.self_attn.q_proj", message, StringComparison.Ordinal);
        Assert.DoesNotContain("lm_head", message, StringComparison.Ordinal);
        Assert.False(model.At(Layer).HasAdapter);
    }

    [Fact]
    public void Attach_ToAPart_JoinsWhatLiesUnderItsPrefix()
    {
        using DisposeScope scope = NewDisposeScope();
        using TemporaryFolder folder = Adapter(Config, [.. Pair("base_model.model.list.0.model.blocks.3.q_proj"), .. Pair("base_model.model.list.1.model.blocks.3.q_proj")]);
        using LoraAdapter adapter = LoraAdapter.Load(folder.FullName);
        using LayerTree part = LayerTree.Random([("blocks.3.q_proj", 6, 4)], ScalarType.Float32);

        Assert.Equal(["list.1.model.blocks.3.q_proj"], adapter.Attach(part, prefix: "list.1.model.").Paths);
    }

    [Fact]
    public void Load_KeysThatDoNotBelong_ListsThemAll()
    {
        using DisposeScope scope = NewDisposeScope();
        const string key = "base_model.model.model.layers.0.self_attn.q_proj";
        using TemporaryFolder folder = Adapter(
            Config,
            [
                ($"{key}.lora_A.weight", ones(3, 6)), ($"{key}.lora_B.weight", ones(4, 3)), ("other.weight", ones(1)), ("base_model.model.score.weight", ones(1)), ("base_model.model.deep.lm_head.weight", ones(1)),
                ("base_model.model.a.q_proj.lora_A.weight", ones(2, 6)), ("base_model.model.b.q_proj.lora_B.weight", ones(4, 2)),
                ("base_model.model.c.q_proj.lora_A.weight", ones(2, 6)), ("base_model.model.c.q_proj.lora_B.weight", ones(4, 2, ScalarType.Int32)),
            ]);

        string message = Assert.Throws<WeightsException>(() => LoraAdapter.Load(folder.FullName)).Message;

        Assert.Contains("unexpected: other.weight", message, StringComparison.Ordinal);
        Assert.Contains("unexpected: base_model.model.score.weight", message, StringComparison.Ordinal);
        Assert.Contains("unexpected: base_model.model.deep.lm_head.weight", message, StringComparison.Ordinal);
        Assert.Contains("missing: base_model.model.a.q_proj.lora_B.weight", message, StringComparison.Ordinal);
        Assert.Contains("missing: base_model.model.b.q_proj.lora_A.weight", message, StringComparison.Ordinal);
        Assert.Contains("of another type: c.q_proj", message, StringComparison.Ordinal);
        Assert.Contains("mis-shaped: model.layers.0.self_attn.q_proj has A [3, 6] and B [4, 3], and its rank is 2", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Attach_Twice_OrBeforeTheBase_IsAnError()
    {
        using DisposeScope scope = NewDisposeScope();
        using TemporaryFolder folder = Adapter(Config, Pair("base_model.model.model.layers.0.self_attn.q_proj"));
        using LoraAdapter adapter = LoraAdapter.Load(folder.FullName);
        using LayerTree model = LayerTree.Random([(Layer, 6, 4)], ScalarType.Float32);
        using var unbound = new LayerTree();
        unbound.Add(Layer, 6, 4);

        adapter.Attach(model).Detach();
        adapter.Attach(model);

        Assert.Contains(Layer, Assert.Throws<InvalidOperationException>(() => adapter.Attach(model)).Message, StringComparison.Ordinal);
        Assert.Contains("bind", Assert.Throws<InvalidOperationException>(() => adapter.Attach(unbound)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Save_Trained_StoresWhatTrainingMade()
    {
        using DisposeScope scope = NewDisposeScope();
        const string key = "base_model.model.model.layers.0.self_attn.q_proj";
        using TemporaryFolder folder = Adapter(Config, [.. Pair(key).Select(item => (item.Name, item.Value.to_type(ScalarType.BFloat16)))]);
        using LayerTree model = LayerTree.Random([(Layer, 6, 4)], ScalarType.Float32);
        using (LoraAdapter adapter = LoraAdapter.Load(folder.FullName))
        {
            AttachedLora attached = adapter.Attach(model, trainable: true);
            LoraLinear layer = model.At(Layer);
            layer.call(rand(2, 6)).sum().backward();
            using (no_grad())
            {
                layer.Adapter.A.add_(layer.Adapter.A.grad!, alpha: 0.1);
            }

            attached.Save(folder.FullName); // over the file that is mapped
        }

        using LoraAdapter again = LoraAdapter.Load(folder.FullName);
        Assert.Equal(ScalarType.Float32, again.Source.Tensors[$"{key}.lora_A.weight"].Type);
        using Tensor a = again.Source.Read($"{key}.lora_A.weight");
        Assert.True(a.eq(model.At(Layer).Adapter.A).all().item<bool>());
    }

    [Fact]
    public void Over_AdapterWithTables_LaysThemOverTheBaseAndCutsTheRest()
    {
        using DisposeScope scope = NewDisposeScope();
        using TemporaryFolder folder = Adapter(Config, [("base_model.model.model.language_model.embed_tokens.weight", full(3, 2, 7f)), .. Pair("base_model.model.model.language_model.layers.0.self_attn.q_proj")]);
        Tensor table = arange(10, ScalarType.Float32).view(5, 2);
        SafetensorsWriter.Write(folder.File("base"), new Dictionary<string, Tensor> { ["model.language_model.embed_tokens.weight"] = table, ["lm_head.weight"] = table, ["model.visual.x"] = ones(2) });
        using LoraAdapter adapter = LoraAdapter.Load(folder.FullName);
        using TensorSource over = adapter.Over(SafetensorsFile.Open(folder.File("base")), rows: 3);

        Assert.Equal(["lm_head.weight", "model.embed_tokens.weight", "visual.x"], over.Tensors.Keys.Order());
        Assert.Equal([3L, 2L], over.Tensors["lm_head.weight"].Shape);
        Assert.Equal([7f, 7, 7, 7, 7, 7], over.Read("model.embed_tokens.weight").data<float>().ToArray());
        Assert.Equal([0f, 1, 2, 3, 4, 5], over.Read("lm_head.weight").data<float>().ToArray());
        Assert.Equal(24, over.Tensors["lm_head.weight"].Length);
        Assert.Throws<WeightsException>(() => over.Read("model.language_model.embed_tokens.weight"));
    }

    [Fact]
    public void Over_RowsThatDoNotAgree_IsAnErrorThatNamesBoth()
    {
        using DisposeScope scope = NewDisposeScope();
        using TemporaryFolder folder = Adapter(Config, [("base_model.model.model.embed_tokens.weight", ones(3, 2)), .. Pair("base_model.model.model.layers.0.self_attn.q_proj")]);
        SafetensorsWriter.Write(folder.File("base"), new Dictionary<string, Tensor> { ["model.embed_tokens.weight"] = ones(5, 2), ["lm_head.weight"] = ones(5, 2) });
        using LoraAdapter adapter = LoraAdapter.Load(folder.FullName);
        using TensorSource weights = SafetensorsFile.Open(folder.File("base"));

        Assert.Contains("4 tokens", Assert.Throws<WeightsException>(() => adapter.Over(weights, 4)).Message, StringComparison.Ordinal);
        using TemporaryFolder plain = Adapter(Config, Pair("base_model.model.model.layers.0.self_attn.q_proj"));
        using LoraAdapter without = LoraAdapter.Load(plain.FullName);
        Assert.Contains("6 rows", Assert.Throws<WeightsException>(() => without.Over(weights, 6)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1f, true)]
    [InlineData(2f, false)]
    public void Over_HeadOfATiedBase_MustBeTheEmbedding(float value, bool fits)
    {
        using DisposeScope scope = NewDisposeScope();
        using TemporaryFolder folder = Adapter(Config, [("base_model.model.model.embed_tokens.weight", ones(3, 2)), ("base_model.model.lm_head.weight", full(3, 2, value)), .. Pair("base_model.model.model.layers.0.self_attn.q_proj")]);
        SafetensorsWriter.Write(folder.File("base"), new Dictionary<string, Tensor> { ["model.embed_tokens.weight"] = ones(5, 2) });
        using LoraAdapter adapter = LoraAdapter.Load(folder.FullName);
        using TensorSource weights = SafetensorsFile.Open(folder.File("base"));

        if (fits)
        {
            Assert.Equal(["model.embed_tokens.weight"], adapter.Over(weights, 3).Tensors.Keys);
        }
        else
        {
            Assert.Contains("tensor 'base_model.model.lm_head.weight'", Assert.Throws<WeightsException>(() => adapter.Over(weights, 3)).Message, StringComparison.Ordinal);
        }
    }

    private static (string Name, Tensor Value)[] Pair(string key) => [($"{key}.lora_A.weight", rand(2, 6)), ($"{key}.lora_B.weight", rand(4, 2))];

    private static TemporaryFolder Adapter(string config, (string Name, Tensor Value)[] tensors)
    {
        var folder = new TemporaryFolder();
        File.WriteAllText(folder.File(LoraAdapter.ConfigName), config);
        SafetensorsWriter.Write(folder.File(LoraAdapter.WeightsName), tensors.ToDictionary(item => item.Name, item => item.Value));
        return folder;
    }
}
