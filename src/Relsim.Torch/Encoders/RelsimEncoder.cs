using Relsim.Imaging;
using Relsim.Tokenization;
using Relsim.Torch.Models.Qwen25VL;
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
    private readonly CaptionSpace _space;
    private readonly string _prompt;
    private readonly ConstantPrefix _prefix;
    private readonly ForwardPlan _plan;

    private RelsimEncoder(Qwen25VLCheckpoint checkpoint, CaptionSpace space, int query, PreprocessingProfile profile, EncoderOptions options)
        : base(profile)
    {
        _checkpoint = checkpoint;
        _space = space;
        ModelId = checkpoint.Folders.Name;
        Fingerprint = $"relsim-{space.Digest}-{checkpoint.Digest}-{profile.Fingerprint}";
        Shape = new PipelineShape { SideBySide = false, BatchTokens = options.BatchTokens ?? EncoderOptions.DefaultBatchTokens, ImagesPerCommit = 1 };
        _prompt = Qwen2ChatTemplate.Render([new ChatTurn("user", [ChatPart.Image, ChatPart.OfText(SpecialTokens.Query)])]);
        IReadOnlyList<int> ids = checkpoint.Tokenizer.Encode(_prompt);
        _prefix = ConstantPrefix.Create(
            checkpoint.Model.Language, checkpoint.Model.Config, [.. ids.TakeWhile(id => id != checkpoint.ImagePad)], checkpoint.Device);
        _plan = new ForwardPlan { StopAfter = query, LastPositionOnly = true, Prefix = _prefix };
    }

    /// <summary>The folder of the adapter, which stands for the model.</summary>
    public string Folder => _checkpoint.Folders.Main;

    /// <inheritdoc/>
    public override string ModelId { get; }

    /// <inheritdoc/>
    public override string Fingerprint { get; }

    /// <inheritdoc/>
    public override int RelationalDimension => _space.Dimension;

    /// <inheritdoc/>
    public override PipelineShape Shape { get; }

    /// <inheritdoc/>
    protected override string? TextRemedy => _space.TextRemedy;

    /// <summary>
    /// Loads a relsim model: a PEFT folder with <c>projection_and_config.pt</c>, the base model that it names and, for texts, MiniLM where it is there.
    /// </summary>
    /// <exception cref="ArgumentException">The profile does not make pictures for this model, or the model was given two widths.</exception>
    /// <exception cref="WeightsException">A file is missing, or a weight is missing, unexpected or mis-shaped.</exception>
    /// <exception cref="InvalidDataException">A configuration or tokenizer file cannot be read, or the files belong to different models.</exception>
    internal static RelsimEncoder Load(ModelFolders folders, EncoderOptions options)
    {
        CaptionSpace space = CaptionSpace.Load(folders, options.TorchDevice);
        Qwen25VLCheckpoint? checkpoint = null;
        try
        {
            checkpoint = Qwen25VLCheckpoint.Load(folders, options, resized: true);
            PreprocessingProfile profile = PreprocessingProfiles.Get(options.Profile ?? PreprocessingProfiles.RelsimTrain448.Name);
            space.RequireFeatures(checkpoint.Model.Config.HiddenSize);
            return new RelsimEncoder(checkpoint, space, Check(checkpoint, space, profile), profile, options);
        }
        catch
        {
            checkpoint?.Dispose();
            space.Dispose();
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
        return _space.Project(hidden);
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<float[]> EmbedTextBatch(IReadOnlyList<string> texts) => _space.EmbedTexts(texts);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _prefix.Dispose();
            _space.Dispose();
            _checkpoint.Dispose();
        }
    }

    /// <summary>The id of the query token.</summary>
    private static int Check(Qwen25VLCheckpoint checkpoint, CaptionSpace space, PreprocessingProfile profile)
    {
        int query = checkpoint.Require(SpecialTokens.Query);
        if (space.QueryTokenId is not { } trained)
        {
            throw new InvalidDataException($"{space.FilePath} has no 'query_token_id', so it belongs to a model that reads no tokens, and not to this base.");
        }

        if (query != trained)
        {
            throw new InvalidDataException($"{space.FilePath} was trained with the query token {trained}, but the tokenizer's is {query}; the files belong to different models.");
        }

        int multiple = checkpoint.Images.Options.Multiple;
        return profile.Normalization is null && (profile.IsSquare ? profile.Size % multiple == 0 : profile.Multiple == multiple)
            ? query
            : throw new ArgumentException($"The profile {profile.Name} makes no pictures for this model, whose sides are multiples of {multiple}. Take relsim-train448 or relsim-native.");
    }
}
