using Relsim.Imaging;
using Relsim.Tokenization;
using Relsim.Torch.Models.Qwen25VL;
using Relsim.Torch.Nn;
using Relsim.Torch.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Relsim.Torch.Encoders;

/// <summary>
/// The paper's model: the hidden state of Qwen2.5-VL at the query token that follows an image, projected and L2-normalised. Texts are embedded by MiniLM, whose
/// space the model was trained towards. Thread-safe.
/// </summary>
/// <remarks>
/// Computed is only what the answer needs: the prompt's beginning once, nothing after the query token, and in the last layer only that token beyond keys and
/// values. Letters in shapes: B images, P patches, I image tokens, D width of the language model, E width of an embedding. Source: thaoshibe/relsim at
/// a3f657a, `relsim_score.py`.
/// </remarks>
public sealed class RelsimEncoder : RelationalEncoder
{
    private readonly Qwen25VLCheckpoint _checkpoint;
    private readonly LoraLinear _projection;
    private readonly MiniLmEncoder? _texts;
    private readonly string _prompt;
    private readonly ConstantPrefix _prefix;
    private readonly ForwardPlan _plan;

    private RelsimEncoder(Qwen25VLCheckpoint checkpoint, ProjectionFile projection, MiniLmEncoder? texts, PreprocessingProfile profile, EncoderOptions options)
        : base(profile)
    {
        _checkpoint = checkpoint;
        _texts = texts;
        _projection = new LoraLinear(projection.HiddenSize, projection.EmbeddingSize, bias: true);
        ModuleWeights.Bind(_projection, projection, ScalarType.Float32, device: checkpoint.Device);
        RelationalDimension = (int)projection.EmbeddingSize;
        ModelId = checkpoint.Folders.Name;
        Fingerprint = $"relsim-{WeightsDigest.Of(projection)}-{checkpoint.Digest}-{profile.Fingerprint}";
        Shape = new PipelineShape { SideBySide = false, BatchTokens = options.BatchTokens ?? EncoderOptions.DefaultBatchTokens, ImagesPerCommit = 1 };
        _prompt = Qwen2ChatTemplate.Render([new ChatTurn("user", [ChatPart.Image, ChatPart.OfText(SpecialTokens.Query)])]);
        IReadOnlyList<int> ids = checkpoint.Tokenizer.Encode(_prompt);
        _prefix = ConstantPrefix.Create(
            checkpoint.Model.Language, checkpoint.Model.Config, [.. ids.TakeWhile(id => id != checkpoint.ImagePad)], checkpoint.Device);
        _plan = new ForwardPlan { StopAfter = projection.QueryTokenId, LastPositionOnly = true, Prefix = _prefix };
    }

    /// <summary>The folder of the adapter, which stands for the model.</summary>
    public string Folder => _checkpoint.Folders.Main;

    /// <inheritdoc/>
    public override string ModelId { get; }

    /// <inheritdoc/>
    public override string Fingerprint { get; }

    /// <inheritdoc/>
    public override int RelationalDimension { get; }

    /// <inheritdoc/>
    public override PipelineShape Shape { get; }

    /// <inheritdoc/>
    protected override string? TextRemedy => _texts is null
        ? "Its texts are embedded by MiniLM: 'relsim models pull minilm', or name a folder that holds all-MiniLM-L6-v2 (--text-model)."
        : null;

    /// <summary>
    /// Loads a relsim model: a PEFT folder with <c>projection_and_config.pt</c>, the base model that it names and, for texts, MiniLM where it is there.
    /// </summary>
    /// <exception cref="ArgumentException">The profile does not make pictures for this model, or the model was given two widths.</exception>
    /// <exception cref="WeightsException">A file is missing, or a weight is missing, unexpected or mis-shaped.</exception>
    /// <exception cref="InvalidDataException">A configuration or tokenizer file cannot be read, or the files belong to different models.</exception>
    internal static RelsimEncoder Load(ModelFolders folders, EncoderOptions options)
    {
        string path = Path.Combine(folders.Main, ProjectionFile.FileName);
        if (!File.Exists(path))
        {
            throw new WeightsException(
                path, null, "there is no such file, so this is no relsim model. A captioner is used by 'relsim caption'; a relsim model's folder holds adapter and projection.");
        }

        using ProjectionFile projection = ProjectionFile.Open(path);
        Qwen25VLCheckpoint checkpoint = Qwen25VLCheckpoint.Load(folders, options, resized: true);
        MiniLmEncoder? texts = null;
        try
        {
            PreprocessingProfile profile = PreprocessingProfiles.Get(options.Profile ?? PreprocessingProfiles.RelsimTrain448.Name);
            texts = folders.Text is null ? null : MiniLmEncoder.Load(folders.Text);
            Check(checkpoint, projection, texts, profile, path);
            return new RelsimEncoder(checkpoint, projection, texts, profile, options);
        }
        catch
        {
            texts?.Dispose();
            checkpoint.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override int CountTokens(RgbImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        return _checkpoint.CountTokens(image.Width, image.Height);
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<RelationalEmbedding> EmbedBatch(IReadOnlyList<RgbImage> images, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(images);
        using DisposeScope scope = NewDisposeScope();
        using IDisposable inference = inference_mode();
        Qwen25VLModel model = _checkpoint.Model;
        (Tensor pixelValues, IReadOnlyList<GridThw> grids) = _checkpoint.Patches(images); // [P, N]
        Tensor tokens = model.EmbedImages(pixelValues, grids);                       // [I, D]
        cancellationToken.ThrowIfCancellationRequested();
        var batch = TokenBatch.Of([.. images.Select(image => _checkpoint.Tokenize(_prompt, [CountTokens(image)]))], _checkpoint.Padding);
        RopeIndex rope = RopeIndex.Create(model.Config, batch, grids);
        using SequenceLayout layout = SequenceLayout.Create(model.Config, batch, rope, _plan, _checkpoint.Device);
        Tensor hidden = model.HiddenStates(layout, tokens, _plan);                   // [B, D]
        Tensor embeddings = nn.functional.normalize(_projection.call(hidden.to_type(ScalarType.Float32)), dim: 1).cpu(); // [B, E]
        return [.. embeddings.data<float>().ToArray().Chunk(RelationalDimension).Select(row => new RelationalEmbedding(row, [], null))];
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<float[]> EmbedTextBatch(IReadOnlyList<string> texts) => _texts!.Embed(texts);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _prefix.Dispose();
            _projection.Dispose();
            _texts?.Dispose();
            _checkpoint.Dispose();
        }
    }

    private static void Check(Qwen25VLCheckpoint checkpoint, ProjectionFile projection, MiniLmEncoder? texts, PreprocessingProfile profile, string path)
    {
        int query = checkpoint.Require(SpecialTokens.Query);
        if (query != projection.QueryTokenId)
        {
            throw new InvalidDataException($"{path} was trained with the query token {projection.QueryTokenId}, but the tokenizer's is {query}; the files belong to different models.");
        }

        if (projection.HiddenSize != checkpoint.Model.Config.HiddenSize)
        {
            throw new InvalidDataException(
                $"{path} projects {projection.HiddenSize} numbers where the base model has {checkpoint.Model.Config.HiddenSize}; the adapter belongs to another base model.");
        }

        if (texts is not null && texts.Dimension != projection.EmbeddingSize)
        {
            throw new InvalidDataException(
                $"{checkpoint.Folders.Text} embeds texts into {texts.Dimension} numbers, the model embeds images into {projection.EmbeddingSize}; take the text model that it was trained with.");
        }

        int multiple = checkpoint.Images.Options.Multiple;
        if (profile.IsSquare ? profile.Size % multiple != 0 : profile.Multiple != multiple)
        {
            throw new ArgumentException($"The profile {profile.Name} makes no pictures for this model, whose sides are multiples of {multiple}. Take relsim-train448 or relsim-native.");
        }
    }
}
