using Relsim.Torch.Nn;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Relsim.Torch.Models;

/// <summary>
/// What ViT and DINOv2 share: embeddings, layers, and a last normalisation, after which the class token is the image's.
/// Letters: B images, T tokens, D width.
/// </summary>
internal abstract class ViTModel : VisionModel
{
    // Not private: a module finds its parts among the fields that its own type can see.
    protected readonly ViTEmbeddings embeddings;
    protected readonly ViTLayers encoder;

    [ComponentName(Name = "layernorm")]
    protected readonly LayerNormLayer norm;

    /// <summary>A model of these layers, on images of <paramref name="imageSize"/> pixels where positions are not interpolated.</summary>
    protected ViTModel(string name, int width, int imageSize, int patchSize, double epsilon, IEnumerable<TransformerLayer> layers)
        : base(name)
    {
        (FeatureSize, ImageSize, PatchSize) = (width, imageSize, patchSize);
        embeddings = new ViTEmbeddings(width, imageSize, patchSize);
        encoder = new ViTLayers(layers);
        norm = new LayerNormLayer(width, epsilon);
        RegisterComponents();
        eval();
    }

    public override int ImageSize { get; }

    public override int PatchSize { get; }

    public override int FeatureSize { get; }

    public override bool InterpolatesPositions => true;

    /// <summary>The positions of a grid of patches: [1, 1 + rows columns, D].</summary>
    public Tensor Positions(long rows, long columns) => embeddings.Positions(rows, columns);

    /// <summary>Images [B, 3, H, W] to all tokens after the last normalisation [B, T, D].</summary>
    public Tensor HiddenStates(Tensor pixelValues)
    {
        using DisposeScope scope = NewDisposeScope();
        return norm.call(encoder.call(embeddings.call(pixelValues))).MoveToOuterDisposeScope(); // [B, T, D]
    }

    /// <summary>Images [B, 3, H, W] to their class tokens [B, D].</summary>
    public override Tensor forward(Tensor pixelValues)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor first = encoder.First(embeddings.call(pixelValues));         // [B, 1, D]
        return norm.call(first).select(1, 0).MoveToOuterDisposeScope();     // [B, D]
    }
}
