using Microsoft.Extensions.AI;
using Relsim.Tokenization;
using Relsim.Torch.Models.Clip;
using Relsim.Torch.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Relsim.Torch.Encoders;

/// <summary>
/// CLIP (Radford et al. 2021): the projected features of images and of texts, L2-normalised, in one space; 768 numbers for openai/clip-vit-large-patch14. Thread-safe.
/// </summary>
public sealed class ClipEncoder : VisionEncoder
{
    private const int TokensPerPass = 4096;

    private readonly ClipModel _model;
    private readonly ClipTokenizer? _tokenizer;

    private ClipEncoder(VisionCheckpoint checkpoint, ClipTokenizer? tokenizer, EncoderOptions options)
        : base(checkpoint, options)
    {
        _model = (ClipModel)checkpoint.Model;
        _tokenizer = tokenizer;
        Texts = new ClipTexts(this);
    }

    /// <summary>Whether <see cref="EmbedTexts"/> works: whether the folder has the tokenizer's files.</summary>
    public bool CanEmbedTexts => _tokenizer is not null;

    /// <summary>Most tokens of a text that count, the two marks included; 77 for the published models. The rest is cut off.</summary>
    public int MaxTokens => _model.Config.TextConfig.MaxPositionEmbeddings;

    /// <summary><see cref="EmbedTexts"/> as a generator of embeddings; it lives as long as this encoder.</summary>
    public IEmbeddingGenerator<string, Embedding<float>> Texts { get; }

    /// <summary>
    /// Loads config.json, preprocessor_config.json and the weights of a folder, as the hub has them, and vocab.json and merges.txt where they are there.
    /// </summary>
    /// <exception cref="ArgumentException">An option has no meaning for the model, is out of range, or asks for a device that is not there.</exception>
    /// <exception cref="WeightsException">A file is missing, or a weight is missing, unexpected or mis-shaped.</exception>
    /// <exception cref="InvalidDataException">A configuration or the tokenizer cannot be read, or the files belong to different models.</exception>
    public static ClipEncoder Load(string folder, EncoderOptions? options = null)
    {
        options ??= new EncoderOptions();
        VisionCheckpoint checkpoint = LoadFolder(folder, VisionCheckpoint.ClipType, options);
        try
        {
            return new ClipEncoder(checkpoint, LoadTokenizer(folder, ((ClipModel)checkpoint.Model).Config.TextConfig), options);
        }
        catch
        {
            checkpoint.Dispose();
            throw;
        }
    }

    /// <summary>Texts to unit vectors of the images' space, in order; any text has one, the empty one too. The score of two is their dot product, in [-1, 1].</summary>
    /// <exception cref="NotSupportedException">The folder has no tokenizer (<see cref="CanEmbedTexts"/>); the message says what to do.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; it is looked at before each batch.</exception>
    public IReadOnlyList<float[]> EmbedTexts(IReadOnlyList<string> texts, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        ClipTokenizer tokenizer = _tokenizer ?? throw new NotSupportedException(
            $"{ModelId} cannot embed texts as it was loaded: {Folder} has no vocab.json and merges.txt. Copy them from the published model.");
        return TextBatches.Embed([.. texts.Select(text => tokenizer.Encode(text, MaxTokens))], TokensPerPass, EncodeTexts, cancellationToken, Checkpoint.Device);
    }

    /// <summary>Token ids [B, T] to unit vectors [B, E].</summary>
    private Tensor EncodeTexts(Tensor ids)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor features = _model.EncodeTexts(ids).to_type(ScalarType.Float32);       // [B, E]
        return nn.functional.normalize(features, dim: 1).MoveToOuterDisposeScope();  // [B, E]
    }

    private static ClipTokenizer? LoadTokenizer(string folder, ClipTextConfig config)
    {
        if (!File.Exists(Path.Combine(folder, "vocab.json")) && !File.Exists(Path.Combine(folder, "merges.txt")))
        {
            return null;
        }

        // The folder is in transformers' layout, so its texts are cleaned as there.
        ClipTokenizer tokenizer = ClipTokenizer.Load(folder, ClipCleaning.HuggingFace);
        int end = config.EosTokenId == ClipTextConfig.LegacyEos ? tokenizer.LargestId : config.EosTokenId;
        return tokenizer.LargestId < config.VocabSize && tokenizer.EndId == end
            ? tokenizer
            : throw new InvalidDataException(
                $"{folder}: the tokenizer's largest id is {tokenizer.LargestId} and its end mark {tokenizer.EndId}, where config.json has {config.VocabSize} tokens and reads texts at {end}; the files belong to different models.");
    }
}

/// <summary>CLIP's texts behind the interface of Microsoft.Extensions.AI.</summary>
internal sealed class ClipTexts(ClipEncoder encoder) : IEmbeddingGenerator<string, Embedding<float>>
{
    public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(values);
        string[] texts = [.. values];
        return Task.Run(
            () => new GeneratedEmbeddings<Embedding<float>>(
                encoder.EmbedTexts(texts, cancellationToken).Select(vector => new Embedding<float>(vector) { ModelId = encoder.ModelId })),
            cancellationToken);
    }

    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is null && serviceType.IsInstanceOfType(this) ? this : encoder.GetService(serviceType, serviceKey);

    /// <summary>Nothing: the encoder owns the weights.</summary>
    public void Dispose()
    {
    }
}
