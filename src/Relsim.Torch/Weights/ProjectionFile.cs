using Relsim.Torch.Weights.Pickle;
using TorchSharp;
using static TorchSharp.torch;

namespace Relsim.Torch.Weights;

/// <summary>
/// relsim's `projection_and_config.pt`: the linear layer from what a model saw to the embedding, and the query token's id where the model has one. Letters:
/// E width of the embedding, H width of the features: the language model's, or those of a tuned CLIP or DINOv2.
/// </summary>
/// <remarks>Source of the layout: thaoshibe/relsim at a3f657a, `relsim_score.py`.</remarks>
internal sealed class ProjectionFile : TensorSource
{
    /// <summary>Its name in a relsim folder.</summary>
    public const string FileName = "projection_and_config.pt";

    private readonly TorchPickle file;
    private readonly Dictionary<string, PickledTensor> values;

    private ProjectionFile(TorchPickle file)
    {
        this.file = file;
        Dictionary<object, object?> root = file.Root as Dictionary<object, object?> ?? throw Invalid("the file does not hold a dict.");
        Dictionary<object, object?> projection = root.GetValueOrDefault("projection") as Dictionary<object, object?>
            ?? throw Invalid("the file has no 'projection'.");
        if (projection.Count != 2 || projection.GetValueOrDefault("weight") is not PickledTensor weight || projection.GetValueOrDefault("bias") is not PickledTensor bias)
        {
            throw Invalid($"'projection' should be weight and bias, and is {string.Join(", ", projection.Keys)}.");
        }

        if (weight.Shape.Count != 2 || bias.Shape.Count != 1 || weight.Shape[0] != bias.Shape[0] || !is_floating_point(weight.Storage.Type) || !is_floating_point(bias.Storage.Type))
        {
            throw Invalid($"weight [{string.Join(", ", weight.Shape)}] and bias [{string.Join(", ", bias.Shape)}] are not those of a linear layer.");
        }

        QueryTokenId = root.GetValueOrDefault("query_token_id") switch
        {
            null => null,
            long id and >= 0 and <= int.MaxValue => (int)id,
            object other => throw Invalid($"'query_token_id' is {other}, which is no token's id."),
        };
        Notes = root.Where(item => item is { Key: string, Value: long or double or string or bool } && item.Key is not "query_token_id")
            .ToDictionary(item => (string)item.Key, item => item.Value!, StringComparer.Ordinal);
        values = new(StringComparer.Ordinal) { ["weight"] = weight, ["bias"] = bias };
        Tensors = values.ToDictionary(value => value.Key, value => TorchPickle.Describe(value.Key, value.Value), StringComparer.Ordinal);
    }

    /// <inheritdoc/>
    public override string FilePath => file.FilePath;

    /// <summary>`weight` [E, H] and `bias` [E].</summary>
    public override IReadOnlyDictionary<string, SafetensorsEntry> Tensors { get; }

    /// <summary>E.</summary>
    public long EmbeddingSize => Tensors["weight"].Shape[0];

    /// <summary>H.</summary>
    public long HiddenSize => Tensors["weight"].Shape[1];

    /// <summary>Id of `&lt;|query|&gt;`; null in the file of a model that reads no tokens.</summary>
    public int? QueryTokenId { get; }

    /// <summary>Whatever numbers, texts and bools the file has besides (`epoch`, `global_step`).</summary>
    public IReadOnlyDictionary<string, object> Notes { get; }

    /// <summary>Opens the file at <paramref name="path"/>.</summary>
    /// <exception cref="WeightsException">It cannot be read, or is not a projection; the message says what is wrong.</exception>
    public static ProjectionFile Open(string path)
    {
        var file = TorchPickle.Open(path);
        try
        {
            return new ProjectionFile(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override Tensor Read(string name) => values.TryGetValue(name, out PickledTensor? tensor)
        ? file.Read(tensor)
        : throw new WeightsException(FilePath, name, "the file has no such tensor.");

    /// <inheritdoc/>
    public override void Dispose() => file.Dispose();

    private WeightsException Invalid(string reason) => new(file.FilePath, null, reason);
}
