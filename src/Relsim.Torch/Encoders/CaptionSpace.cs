using Relsim.Torch.Native;
using Relsim.Torch.Nn;
using Relsim.Torch.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Relsim.Torch.Encoders;

/// <summary>
/// The space that the paper's models share: a linear layer projects what a model saw towards MiniLM's embedding of the anonymous caption, and texts are embedded by
/// MiniLM itself. Letters in shapes: B images, F features, E width of an embedding.
/// </summary>
/// <remarks>Source: thaoshibe/relsim at a3f657a, `relsim_score.py`, and the training of the tuned CLIP and DINOv2 beside it.</remarks>
internal sealed class CaptionSpace : IDisposable
{
    private readonly LoraLinear projection;
    private readonly MiniLmEncoder? texts;

    private CaptionSpace(ProjectionFile file, MiniLmEncoder? texts, Device device)
    {
        this.texts = texts;
        projection = new LoraLinear(file.HiddenSize, file.EmbeddingSize, bias: true);
        ModuleWeights.Bind(projection, file, ScalarType.Float32, device: device);
        FilePath = file.FilePath;
        Dimension = (int)file.EmbeddingSize;
        QueryTokenId = file.QueryTokenId;
        Digest = WeightsDigest.Of(file);
    }

    /// <summary>The projection's file.</summary>
    public string FilePath { get; }

    /// <summary>E.</summary>
    public int Dimension { get; }

    /// <summary>Id of the token at which the model is read, where it reads tokens.</summary>
    public int? QueryTokenId { get; }

    /// <summary>What tells this projection from others.</summary>
    public string Digest { get; }

    /// <summary>What to do so that texts can be embedded; null where they can be.</summary>
    public string? TextRemedy => texts is null
        ? "Its texts are embedded by MiniLM: 'relsim models pull minilm', or name a folder that holds all-MiniLM-L6-v2 (--text-model)."
        : null;

    /// <summary>Loads the projection of a model, and the text model where there is one.</summary>
    /// <exception cref="WeightsException">There is no projection, or it or a weight of the text model is not as it should be.</exception>
    /// <exception cref="InvalidDataException">The text model cannot be read, or has another width.</exception>
    public static CaptionSpace Load(ModelFolders folders, Device device)
    {
        string path = Path.Combine(folders.Main, ProjectionFile.FileName);
        if (!File.Exists(path))
        {
            throw new WeightsException(
                path, null, "there is no such file, so this is no relsim model. A captioner is used by 'relsim caption'; a relsim model's folder holds adapter and projection.");
        }

        TorchRuntime.EnsureLoaded();
        using ProjectionFile file = ProjectionFile.Open(path);
        MiniLmEncoder? texts = folders.Text is null ? null : MiniLmEncoder.Load(folders.Text);
        if (folders.TextIsGuess && texts is not null && texts.Dimension != file.EmbeddingSize)
        {
            texts.Dispose(); // another model's space
            texts = null;
        }

        try
        {
            return texts is null || texts.Dimension == file.EmbeddingSize
                ? new CaptionSpace(file, texts, device)
                : throw new InvalidDataException(
                    $"{folders.Text} embeds texts into {texts.Dimension} numbers, the model embeds images into {file.EmbeddingSize}; take the text model that it was trained with.");
        }
        catch
        {
            texts?.Dispose();
            throw;
        }
    }

    /// <exception cref="InvalidDataException">The projection takes another number of features.</exception>
    public void RequireFeatures(long features)
    {
        if (projection.Inputs != features)
        {
            throw new InvalidDataException(
                $"{FilePath} projects {projection.Inputs} numbers where the base model has {features}; the adapter belongs to another base model.");
        }
    }

    /// <summary>Features [B, F] of any type to unit vectors, in order; in inference mode.</summary>
    public IReadOnlyList<RelationalEmbedding> Project(Tensor features)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor embeddings = nn.functional.normalize(projection.call(features.to_type(ScalarType.Float32)), dim: 1).cpu(); // [B, E]
        return [.. TensorMemory.ToArray<float>(embeddings).Chunk(Dimension).Select(row => new RelationalEmbedding(row, [], null))];
    }

    /// <summary>Texts to unit vectors; only where <see cref="TextRemedy"/> is null.</summary>
    public IReadOnlyList<float[]> EmbedTexts(IReadOnlyList<string> captions) => texts!.Embed(captions);

    public void Dispose()
    {
        projection.Dispose();
        texts?.Dispose();
    }
}
