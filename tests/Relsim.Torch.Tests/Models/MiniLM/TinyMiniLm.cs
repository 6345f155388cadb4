using Relsim.Torch.Models.MiniLM;
using Relsim.Torch.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Relsim.Torch.Tests.Models.MiniLM;

/// <summary>A folder with a small sentence encoder of random weights, in the layout of sentence-transformers.</summary>
internal sealed class TinyMiniLm : IDisposable
{
    private readonly string config;
    private readonly int width;

    private static string ConfigOf(int width) =>
        $$"""
        { "model_type": "bert", "vocab_size": 48, "hidden_size": {{width}}, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 40,
          "max_position_embeddings": 32, "type_vocab_size": 2, "hidden_act": "gelu", "layer_norm_eps": 1e-12 }
        """;

    private readonly TemporaryFolder folder = new();

    public TinyMiniLm(int seed = 1, int width = 24)
    {
        this.width = width;
        config = ConfigOf(width);
        Directory.CreateDirectory(folder.File("1_Pooling"));
        Write("modules.json", """[ { "type": "sentence_transformers.models.Transformer", "path": "" }, { "type": "sentence_transformers.models.Pooling", "path": "1_Pooling" }, { "type": "sentence_transformers.models.Normalize", "path": "2_Normalize" } ]""");
        Write("1_Pooling/config.json", $$"""{ "word_embedding_dimension": {{width}}, "pooling_mode_cls_token": false, "pooling_mode_mean_tokens": true }""");
        Write("sentence_bert_config.json", """{ "max_seq_length": 16 }""");
        Write("config.json", config);
        string[] letters = [.. Enumerable.Range('a', 26).Select(c => ((char)c).ToString())];
        Write("vocab.txt", string.Join('\n', ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", .. letters, .. letters.Take(12).Select(letter => "##" + letter), ".", ","]));
        WriteWeights(seed);
    }

    public string FullName => folder.FullName;

    public string File(string name) => folder.File(name);

    public void Write(string name, string text) => System.IO.File.WriteAllText(folder.File(name), text);

    public void WriteWeights(int seed, string? without = null)
    {
        using DisposeScope scope = NewDisposeScope();
        using var generator = new Generator((ulong)seed);
        using var model = new MiniLmModel(MiniLmConfig.Parse(config));
        Dictionary<string, Tensor> weights = model.state_dict().Where(weight => weight.Key != without).ToDictionary(
            weight => weight.Key, weight => weight.Key.EndsWith("LayerNorm.weight", StringComparison.Ordinal) ? ones(weight.Value.shape) : randn(weight.Value.shape, generator: generator) * 0.3);
        weights["pooler.dense.weight"] = zeros(width, width);
        weights["embeddings.position_ids"] = arange(32, ScalarType.Int64).unsqueeze(0);
        SafetensorsWriter.Write(File("model.safetensors"), weights, null, ScalarType.Float32);
    }

    public void Dispose() => folder.Dispose();
}
