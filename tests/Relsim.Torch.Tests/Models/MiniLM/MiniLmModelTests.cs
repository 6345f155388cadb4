using System.Text.Json;
using Relsim.Tokenization;
using Relsim.Torch.Models.MiniLM;
using Relsim.Torch.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Relsim.Torch.Tests.Models.MiniLM;

public sealed class MiniLmModelTests
{
    [Fact]
    [Trait("Kind", "Parity")]
    public void Encode_SentencesOfEveryFolder_GiveTheReferenceIds() => Folders((folder, golden, meta) =>
    {
        BertTokenizer tokenizer = BertTokenizer.Load(Path.Combine(folder, "model"));
        int limit = meta.GetProperty("max_seq_length").GetInt32();
        string[] sentences = [.. meta.GetProperty("sentences").EnumerateArray().Select(text => text.GetString()!)];
        Assert.NotEmpty(sentences);
        for (int row = 0; row < sentences.Length; row++)
        {
            Assert.Equal(Unpadded(golden, row), tokenizer.Encode(sentences[row], limit).Select(id => (long)id));
        }
    });

    // README of the fixtures: hidden states 1e-4, L2-normalised embeddings 1e-5.
    [Fact]
    [Trait("Kind", "Parity")]
    public void Forward_IdsOfEveryFolder_GiveTheReferenceVectors() => Folders((folder, golden, _) =>
    {
        using MiniLmModel model = Load(folder);
        using DisposeScope scope = NewDisposeScope();
        using IDisposable inference = inference_mode();
        Tensor tokens = golden.Read("token_embeddings");
        Tensor sentences = golden.Read("sentence_embedding");
        Tensor exact = golden.Read("sentence_embedding_f64");
        for (int row = 0; row < sentences.shape[0]; row++)
        {
            long[] ids = Unpadded(golden, row);
            Tensor input = tensor(ids, [1, ids.Length]);
            Assert.InRange(Furthest(tokens[row, ..ids.Length], model.TokenEmbeddings(input)[0]), 0, 1e-4);
            Assert.InRange(Furthest(sentences[row], model.call(input)[0]), 0, 1e-5);
            Assert.InRange(Furthest(exact[row], model.call(input)[0]), 0, 1e-5);
        }
    });

    [Fact]
    public void StateDictionary_OfTheFullSize_HasTheNamesAndShapesOfAllMiniLm()
    {
        using var model = new MiniLmModel(MiniLmConfig.Parse(
            """
            { "model_type": "bert", "vocab_size": 30522, "hidden_size": 384, "num_hidden_layers": 6, "num_attention_heads": 12, "intermediate_size": 1536,
              "max_position_embeddings": 512, "type_vocab_size": 2, "hidden_act": "gelu", "layer_norm_eps": 1e-12 }
            """));
        Dictionary<string, Tensor> state = model.state_dict();
        Assert.Equal(5 + (6 * 16), state.Count);
        Assert.Equal([30522, 384], state["embeddings.word_embeddings.weight"].shape);
        Assert.Equal([1536, 384], state["encoder.layer.5.intermediate.dense.weight"].shape);
        Assert.Equal([384], state["encoder.layer.0.attention.output.LayerNorm.bias"].shape);
        Assert.Equal([384, 384], state["encoder.layer.0.attention.self.value.weight"].shape);
        Assert.Equal(22_565_376, state.Values.Sum(tensor => tensor.numel())); // 22,713,216 published parameters less the pooler's 147,840
    }

    [Theory]
    [InlineData("\"model_type\": \"bert\"", "\"model_type\": \"roberta\"", "roberta")]
    [InlineData("\"hidden_act\": \"gelu\"", "\"hidden_act\": \"relu\"", "relu")]
    [InlineData("\"num_attention_heads\": 4", "\"num_attention_heads\": 5", "heads")]
    [InlineData("\"layer_norm_eps\": 1e-12", "\"other\": 1", "layer_norm_eps")]
    [InlineData("}", "", "config.json")]
    public void Read_AnotherModelOrADamagedFile_NamesTheFault(string old, string replacement, string fault) => DamagedConfig.AssertNamed(
        """
        { "model_type": "bert", "vocab_size": 10, "hidden_size": 8, "num_hidden_layers": 1, "num_attention_heads": 4, "intermediate_size": 8,
          "max_position_embeddings": 8, "type_vocab_size": 2, "hidden_act": "gelu", "layer_norm_eps": 1e-12 }
        """,
        old,
        replacement,
        fault,
        MiniLmConfig.Read);

    internal static void Folders(Action<string, SafetensorsFile, JsonElement> check)
    {
        foreach (string modules in ReferenceFolder.Files("modules.json"))
        {
            string folder = Path.GetDirectoryName(Path.GetDirectoryName(modules)!)!;
            using SafetensorsFile golden = SafetensorsFile.Open(Path.Combine(folder, "golden.safetensors"));
            using var meta = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "meta.json")));
            check(folder, golden, meta.RootElement);
        }
    }

    internal static double Furthest(Tensor expected, Tensor actual) => (expected.to_type(ScalarType.Float64) - actual.to_type(ScalarType.Float64)).abs().max().item<double>();

    private static MiniLmModel Load(string folder)
    {
        var model = new MiniLmModel(MiniLmConfig.Read(Path.Combine(folder, "model", "config.json")));
        using SafetensorsFile file = SafetensorsFile.Open(Path.Combine(folder, "model", "model.safetensors"));
        ModuleWeights.Bind(model, file, ScalarType.Float32, MiniLmModel.Names);
        return model;
    }

    private static long[] Unpadded(SafetensorsFile golden, int row)
    {
        using Tensor ids = golden.Read("input_ids");
        using Tensor mask = golden.Read("attention_mask");
        int width = (int)ids.shape[1];
        long[] counted = mask.data<long>().ToArray()[(row * width)..((row + 1) * width)];
        return [.. ids.data<long>().ToArray().Skip(row * width).Take(width).Where((_, i) => counted[i] == 1)];
    }
}
