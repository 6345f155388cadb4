using Relsim.Imaging;
using Relsim.Tokenization;
using Relsim.Torch.Encoders;
using Relsim.Torch.Models.Qwen25VL;
using Relsim.Torch.Training;
using Relsim.Torch.Weights;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Relsim.Torch.Tests.Training;

/// <summary>relsim as it is trained: the base frozen, the adapter and the projection not. Letters: B pictures, E width of an embedding.</summary>
internal sealed class RelsimStep : nn.Module
{
    private readonly Qwen25VLCheckpoint checkpoint;
    private readonly int query;
    private readonly Qwen25VLModel model;
    private readonly Linear projection;

    public RelsimStep(ModelFolders folders)
        : base(nameof(RelsimStep))
    {
        using ProjectionFile file = ProjectionFile.Open(Path.Combine(folders.Main, ProjectionFile.FileName));
        checkpoint = Qwen25VLCheckpoint.Load(folders, new EncoderOptions { DType = WeightType.F32 }, resized: true, trainable: true);
        query = file.QueryTokenId!.Value;
        model = checkpoint.Model;
        projection = nn.Linear(file.HiddenSize, file.EmbeddingSize);
        ModuleWeights.Load(projection, file);
        RegisterComponents();
    }

    /// <summary>Everything is computed, and what was asked for picked out.</summary>
    public ForwardPlan Whole { get; } = ForwardPlan.Full;

    /// <summary>What training needs, and no more.</summary>
    public ForwardPlan Needed => new() { StopAfter = query, LastPositionOnly = true };

    /// <summary>The tokens of the batch: each picture and the query, without a generation prompt.</summary>
    public TokenBatch Tokens(IReadOnlyList<RgbImage> pictures)
    {
        string prompt = Qwen2ChatTemplate.Render([new ChatTurn("user", [ChatPart.Image, ChatPart.OfText(SpecialTokens.Query)])]);
        return TokenBatch.Of(
            [.. pictures.Select(picture => checkpoint.Tokenize(prompt, [checkpoint.CountTokens(picture.Width, picture.Height)]))], checkpoint.Padding);
    }

    /// <summary>The patches of the pictures and their grids.</summary>
    public (Tensor PixelValues, IReadOnlyList<GridThw> Grids) Patches(IReadOnlyList<RgbImage> pictures) => checkpoint.Patches(pictures);

    /// <summary>Embeddings of the pictures, not yet of unit length: [B, E].</summary>
    public Tensor Embed(IReadOnlyList<RgbImage> pictures, ForwardPlan plan)
    {
        using DisposeScope scope = NewDisposeScope();
        TokenBatch batch = Tokens(pictures);
        (Tensor pixelValues, IReadOnlyList<GridThw> grids) = Patches(pictures);
        using SequenceLayout layout = SequenceLayout.Create(model.Config, batch, RopeIndex.Create(model.Config, batch, grids), plan);
        Tensor hidden = model.HiddenStates(layout, model.EmbedImages(pixelValues, grids), plan);
        Tensor asked = plan.LastPositionOnly ? hidden : hidden[layout.Ids.eq(query)]; // [B, D]
        return projection.call(asked).MoveToOuterDisposeScope();                     // [B, E]
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            checkpoint.Dispose();
        }

        base.Dispose(disposing);
    }
}
