using Relsim.Imaging;
using Relsim.Torch.Nn;
using Relsim.Torch.Weights;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Relsim.Torch.Models.Qwen25VL;

/// <summary>
/// Qwen2.5-VL whole: vision tower, language model and head. Parameter names are those of the hub's checkpoints; a tied model has no head of its own.
/// </summary>
/// <remarks>
/// Letters in shapes: P patches, I image tokens, N tokens of a call, R rows, M positions wanted, D width, V rows of the vocabulary. Mirrors
/// Qwen2_5_VLForConditionalGeneration (huggingface/transformers 4.50, modeling_qwen2_5_vl).
/// </remarks>
internal sealed class Qwen25VLModel : Module<Tensor, SequenceLayout, Tensor>
{
    private const string EmbeddingName = "model.embed_tokens.weight";
    private const string HeadName = "lm_head.weight";

    private readonly VisionTower visual;
    private readonly LanguageModel model;
    [ComponentName(Name = "lm_head")]
    private readonly LoraLinear? head;

    /// <summary>A model of shapes alone, until weights are bound.</summary>
    public Qwen25VLModel(Qwen25VLConfig config)
        : base(nameof(Qwen25VLModel))
    {
        Config = config;
        visual = new VisionTower(config.VisionConfig);
        model = new LanguageModel(config);
        head = config.TieWordEmbeddings ? null : new LoraLinear(config.HiddenSize, config.VocabSize, bias: false);
        RegisterComponents();
    }

    /// <summary>The checkpoint's configuration, with the number of vocabulary rows that the model has.</summary>
    public Qwen25VLConfig Config { get; }

    /// <summary>The vision tower.</summary>
    public VisionTower Vision => visual;

    /// <summary>The language model.</summary>
    public LanguageModel Language => model;

    /// <summary>Where the weights are.</summary>
    public Device Device => model.EmbedTokens.Device;

    /// <summary>
    /// Binds a checkpoint of either layout, the hub's or that of transformers 4.52 and later, or one in bytes, without a copy where the type is as wanted. A tied
    /// checkpoint may carry a head, which must equal its embeddings and is left out.
    /// </summary>
    /// <param name="source">The weights; it may be closed afterwards.</param>
    /// <param name="config">Their configuration.</param>
    /// <param name="type">Floating-point type to compute in; null leaves the stored one.</param>
    /// <param name="vocabularyFromSource">
    /// Whether the embedding may have another number of rows than the configuration says, as checkpoints with a resized vocabulary do.
    /// </param>
    /// <param name="device">Where the weights are to lie; the processor's memory by default.</param>
    /// <exception cref="WeightsException">The weights do not fit; the message lists every tensor concerned.</exception>
    public static Qwen25VLModel Load(TensorSource source, Qwen25VLConfig config, ScalarType? type = null, bool vocabularyFromSource = false, Device? device = null)
    {
        string? embedding = source.Tensors.Keys.FirstOrDefault(key => CheckpointNames.ToHub(key) == EmbeddingName);
        if (vocabularyFromSource && embedding is not null && source.Tensors[embedding].Shape is [long rows, _])
        {
            config = config with { VocabSize = checked((int)rows) };
        }

        bool ignoreHead = config.TieWordEmbeddings && embedding is not null && source.Tensors.ContainsKey(HeadName);
        if (ignoreHead)
        {
            CheckThatHeadIsTied(source, embedding!);
        }

        var loaded = new Qwen25VLModel(config);
        try
        {
            var names = new WeightLoadOptions { Rename = key => ignoreHead && key == HeadName ? null : CheckpointNames.ToHub(key) };
            _ = Int8Checkpoint.IsQuantized(source)
                ? Int8Checkpoint.Bind(loaded, source, type, names)
                : ModuleWeights.Bind(loaded, source, type, names, device);
        }
        catch
        {
            loaded.Dispose();
            throw;
        }

        loaded.eval();
        return loaded;
    }

    /// <summary>Hidden states [N, D] after the final norm from embeddings [N, D].</summary>
    public override Tensor forward(Tensor embeddings, SequenceLayout layout) => model.call(embeddings, layout);

    /// <summary>Patches [P, 3 * frames * side * side] of images to tokens [I, D], image after image.</summary>
    public Tensor EmbedImages(Tensor pixelValues, IReadOnlyList<GridThw> grids)
    {
        using VisionLayout layout = VisionLayout.Create(Config.VisionConfig, grids, pixelValues.device);
        return visual.call(pixelValues, layout);                                     // [I, D]
    }

    /// <summary>Embeddings [N, D] of the tokens of a call, those of images from <paramref name="images"/> [I, D].</summary>
    /// <exception cref="ArgumentException">There are more or fewer image tokens than embeddings.</exception>
    public Tensor Embed(SequenceLayout layout, Tensor? images)
    {
        long tokens = layout.Images?.numel() ?? 0;
        long given = images?.shape[0] ?? 0;
        if (tokens != given)
        {
            throw new ArgumentException($"The call has {tokens} image tokens where the images have {given}.", nameof(images));
        }

        using DisposeScope scope = NewDisposeScope();
        Tensor x = model.Embed(layout.Ids);                                          // [N, D]
        return (images is null ? x : x.index_copy(0, layout.Images!, images.to_type(x.dtype))).MoveToOuterDisposeScope(); // [N, D]
    }

    /// <summary>Hidden states [M, D] after the final norm: of all tokens of the call, or of each row's last where the plan says so.</summary>
    /// <param name="layout">The tokens, laid out by the same plan.</param>
    /// <param name="images">Embeddings of the image tokens [I, D]; null where there is none.</param>
    /// <param name="plan">What is left out.</param>
    /// <param name="cache">Takes the keys and values; it holds the plan's prefix already. Null where nothing is to follow.</param>
    /// <param name="observe">Is shown the input of every layer by its number, and must not keep it.</param>
    public Tensor HiddenStates(
        SequenceLayout layout, Tensor? images, ForwardPlan plan, KeyValueCache? cache = null, Action<int, Tensor>? observe = null)
    {
        using DisposeScope scope = NewDisposeScope();
        KeyValueMemory? memory = cache is null ? plan.Prefix : cache;
        return model.Forward(Embed(layout, images), layout, memory, plan.LastPositionOnly, observe).MoveToOuterDisposeScope(); // [M, D]
    }

    /// <summary>The score of every token of the vocabulary to follow each hidden state: [M, D] to [M, V].</summary>
    public Tensor Logits(Tensor hiddenStates) => head is null ? model.EmbedTokens.Logits(hiddenStates) : head.call(hiddenStates); // [M, V]

    private static void CheckThatHeadIsTied(TensorSource source, string embedding)
    {
        using Tensor table = source.Read(embedding), own = source.Read(HeadName);
        bool same = table.dtype == own.dtype && table.shape.AsSpan().SequenceEqual(own.shape);
        if (same)
        {
            using Tensor equal = table.eq(own), all = equal.all();
            same = all.item<bool>();
        }

        if (!same)
        {
            throw new WeightsException(
                source.FilePath, HeadName, $"the configuration says tie_word_embeddings, but this differs from {embedding}; set tie_word_embeddings to false to use it.");
        }
    }
}
