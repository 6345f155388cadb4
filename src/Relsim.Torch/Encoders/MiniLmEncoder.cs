using System.Security.Cryptography;
using Microsoft.Extensions.AI;
using Relsim.Tokenization;
using Relsim.Torch.Models.MiniLM;
using Relsim.Torch.Native;
using Relsim.Torch.Weights;
using static TorchSharp.torch;

namespace Relsim.Torch.Encoders;

/// <summary>
/// Texts to unit vectors by a sentence encoder of the MiniLM family: the text side of relsim's space, whose images were trained towards
/// all-MiniLM-L6-v2 of their anonymous captions. Results do not depend on what else is in a batch. Thread-safe: weights are only read.
/// </summary>
public sealed class MiniLmEncoder : IEmbeddingGenerator<string, Embedding<float>>
{
    private const int TokensPerPass = 8192;

    private readonly MiniLmModel _model;
    private readonly BertTokenizer _tokenizer;

    private MiniLmEncoder(MiniLmModel model, BertTokenizer tokenizer, SentenceFolder folder, string hash)
    {
        _model = model;
        _tokenizer = tokenizer;
        Dimension = folder.Config.HiddenSize;
        MaxTokens = folder.MaxLength;
        Fingerprint = $"minilm-{hash}-{MaxTokens}";
    }

    /// <summary>Length of an embedding; 384 for all-MiniLM-L6-v2.</summary>
    public int Dimension { get; }

    /// <summary>Most tokens of a text that count, the two marks included; 256 for all-MiniLM-L6-v2. The rest is cut off, as in training.</summary>
    public int MaxTokens { get; }

    /// <summary>Hash of weights and vocabulary, and the longest text: embeddings are comparable only where this is equal.</summary>
    public string Fingerprint { get; }

    /// <summary>Loads a folder in the layout of sentence-transformers: modules.json, 1_Pooling, config.json, vocab.txt, model.safetensors.</summary>
    /// <exception cref="InvalidDataException">A file is missing or damaged, or asks for another model or pooling; the message names it.</exception>
    /// <exception cref="WeightsException">The weights are missing, or one of them is missing, unexpected or mis-shaped.</exception>
    public static MiniLmEncoder Load(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        SentenceFolder files = SentenceFolder.Read(folder);
        BertTokenizer tokenizer = BertTokenizer.Load(files.Transformer);
        if (tokenizer.Count > files.Config.VocabSize)
        {
            throw new InvalidDataException(
                $"{Path.Combine(files.Transformer, "vocab.txt")} has {tokenizer.Count} tokens and the model {files.Config.VocabSize} rows for them; the files belong to different models.");
        }

        TorchRuntime.EnsureLoaded();
        string weights = Path.Combine(files.Transformer, "model.safetensors");
        var model = new MiniLmModel(files.Config);
        try
        {
            using SafetensorsFile file = SafetensorsFile.Open(weights);
            ModuleWeights.Bind(model, file, ScalarType.Float32, MiniLmModel.Names);
            return new MiniLmEncoder(model, tokenizer, files, Hash(weights, Path.Combine(files.Transformer, "vocab.txt")));
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>Texts to unit vectors of <see cref="Dimension"/>, in order; any text has one, the empty one too.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled; it is looked at before each batch.</exception>
    public IReadOnlyList<float[]> Embed(IReadOnlyList<string> texts, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        return TextBatches.Embed([.. texts.Select(text => _tokenizer.Encode(text, MaxTokens))], TokensPerPass, _model.call, cancellationToken);
    }

    /// <summary>Embeds texts; see <see cref="Embed"/>.</summary>
    public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(values);
        string[] texts = [.. values];
        return Task.Run(
            () => new GeneratedEmbeddings<Embedding<float>>(Embed(texts, cancellationToken).Select(vector => new Embedding<float>(vector) { ModelId = Fingerprint })),
            cancellationToken);
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(EmbeddingGeneratorMetadata) ? new EmbeddingGeneratorMetadata("relsim", defaultModelId: Fingerprint, defaultModelDimensions: Dimension)
            : serviceType.IsInstanceOfType(this) ? this : null;
    }

    /// <inheritdoc/>
    public void Dispose() => _model.Dispose();

    private static string Hash(params string[] paths)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string path in paths)
        {
            using FileStream stream = File.OpenRead(path);
            hash.AppendData(SHA256.HashData(stream));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..12];
    }
}
