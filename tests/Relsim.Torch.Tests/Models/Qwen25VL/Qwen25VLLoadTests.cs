using System.Text.Json.Nodes;
using Relsim.Torch.Models.Qwen25VL;
using Relsim.Torch.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Relsim.Torch.Tests.Models.Qwen25VL;

public sealed class Qwen25VLLoadTests
{
    [Fact]
    [Trait("Kind", "Shape")]
    public void StateDict_EveryPublishedSize_HasItsNamesAndShapes() =>
        Assert.All(ReferenceFolder.Files("*.json").Where(path => Path.GetFileName(Path.GetDirectoryName(path)) == "qwen25vl_manifests"), path =>
        {
            JsonNode manifest = JsonNode.Parse(File.ReadAllText(path))!;
            using var model = new Qwen25VLModel(Qwen25VLConfig.Parse(manifest["config"]!.ToJsonString()));

            IEnumerable<string> expected = manifest["state_dict_shapes"]!.AsObject()
                .Select(pair => $"{pair.Key} [{string.Join(", ", pair.Value!.AsArray().Select(size => (long)size!))}]");
            IEnumerable<string> actual = model.state_dict().Select(pair => $"{pair.Key} [{string.Join(", ", pair.Value.shape)}]");

            Assert.Equal(expected.Order(StringComparer.Ordinal), actual.Order(StringComparer.Ordinal));
            Assert.All(model.parameters(), parameter => Assert.Equal(DeviceType.META, parameter.device_type));
        });

    [Fact]
    [Trait("Kind", "Parity")]
    public void Load_NewerTreeOfNames_IsTheSameModel() => Assert.All(Qwen25VLReference.All(), reference =>
    {
        using TensorSource source = reference.Checkpoint(), renamed = new OverlaySource(reference.Checkpoint(), CheckpointNames.ToNewer);
        Assert.All(renamed.Tensors.Keys, key => Assert.True(CheckpointNames.IsNewer(key) || key == "lm_head.weight"));
        using Qwen25VLModel hub = Qwen25VLModel.Load(source, reference.Config), newer = Qwen25VLModel.Load(renamed, reference.Config);

        Dictionary<string, Tensor> expected = hub.state_dict(), actual = newer.state_dict();

        Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), actual.Keys.Order(StringComparer.Ordinal));
        Assert.All(expected, pair => Assert.Equal(0, VisionReference.LargestDifference(actual[pair.Key], pair.Value)));
    });

    [Fact]
    [Trait("Kind", "Parity")]
    public void Load_NoType_LeavesTheStoredOne() => Assert.All(Qwen25VLReference.All(), reference =>
    {
        using TensorSource source = reference.Checkpoint();
        using Qwen25VLModel model = Qwen25VLModel.Load(source, reference.Config);

        Assert.All(model.named_parameters(), pair => Assert.Equal(source.Tensors[pair.name].Type, pair.parameter.dtype));
        Assert.All(model.modules(), module => Assert.False(module.training));
    });

    [Fact]
    public void Load_TiedWithAnEqualHead_LeavesTheHeadOut()
    {
        Qwen25VLConfig tied = TinyLanguage.Config with { TieWordEmbeddings = true };
        using Qwen25VLModel model = TinyLanguage.Model(config: tied);
        using var weights = new MemorySource(model.state_dict());
        using Tensor embeddings = weights.Read("model.embed_tokens.weight");
        using var source = new MemorySource(model.state_dict()) { ["lm_head.weight"] = embeddings };

        using Qwen25VLModel loaded = Qwen25VLModel.Load(source, tied);

        Assert.DoesNotContain("lm_head.weight", loaded.state_dict().Keys);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(0, 1)]
    public void Load_TiedWithAnotherHead_IsAnError(int more, int rows)
    {
        Qwen25VLConfig tied = TinyLanguage.Config with { TieWordEmbeddings = true };
        using Qwen25VLModel model = TinyLanguage.Model(config: tied);
        using Tensor embeddings = model.state_dict()["model.embed_tokens.weight"].detach(), part = embeddings.narrow(0, rows, embeddings.shape[0] - rows), other = part + more;
        using var source = new MemorySource(model.state_dict()) { ["lm_head.weight"] = other };

        WeightsException e = Assert.Throws<WeightsException>(() => Qwen25VLModel.Load(source, tied));

        Assert.Equal("lm_head.weight", e.TensorName);
        Assert.Contains("tie_word_embeddings", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Load_OtherNumberOfVocabularyRows_IsTakenWhereAsked(bool tied)
    {
        Qwen25VLConfig cut = TinyLanguage.Config with { TieWordEmbeddings = tied, VocabSize = TinyLanguage.Config.VocabSize - 3 };
        using Qwen25VLModel model = TinyLanguage.Model(config: cut);
        using var source = new MemorySource(model.state_dict());

        using Qwen25VLModel loaded = Qwen25VLModel.Load(source, TinyLanguage.Config with { TieWordEmbeddings = tied }, vocabularyFromSource: true);

        using Tensor hidden = zeros(2, cut.HiddenSize), logits = loaded.Logits(hidden);
        Assert.Equal([2, cut.VocabSize], logits.shape);
        Assert.Equal(cut.VocabSize, loaded.Config.VocabSize);
        Assert.Throws<WeightsException>(() => Qwen25VLModel.Load(source, TinyLanguage.Config with { TieWordEmbeddings = tied }));
    }

    /// <summary>Tensors that are in memory already, which stay the test's.</summary>
    private sealed class MemorySource(IReadOnlyDictionary<string, Tensor> weights) : TensorSource
    {
        private readonly Dictionary<string, Tensor> tensors = new(weights);

        public override string FilePath => "memory";

        public override IReadOnlyDictionary<string, SafetensorsEntry> Tensors =>
            tensors.ToDictionary(pair => pair.Key, pair => new SafetensorsEntry(pair.Key, pair.Value.dtype, pair.Value.shape, 0, 0));

        public Tensor this[string name]
        {
            set => tensors[name] = value;
        }

        public override Tensor Read(string name) => tensors[name].detach().clone();

        public override void Dispose()
        {
        }
    }
}
