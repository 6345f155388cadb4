using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static Relsim.Torch.Native.KeptScalars;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Relsim.Torch.Nn;

/// <summary>
/// Images to the tokens of a vision transformer: a class token, patches in raster order, and learnt positions, which are interpolated where the image is not of the
/// size that they were learnt at. Letters: B images, P patches, D width, G sides of the learnt grid.
/// </summary>
/// <remarks>
/// Source: huggingface/transformers 4.50, models/vit/modeling_vit.py and models/dinov2/modeling_dinov2.py, `interpolate_pos_encoding`: bicubic with a = -0.75, without
/// antialiasing, in float32, to a size rather than by a factor.
/// </remarks>
internal sealed class ViTEmbeddings : WeightLayer
{
    private readonly int patch;
    private readonly int grid;

    [ComponentName(Name = "cls_token")]
    private Parameter classToken;

    [ComponentName(Name = "patch_embeddings")]
    private readonly ViTPatchEmbeddings patches;

    [ComponentName(Name = "position_embeddings")]
    private Parameter positions;

    public ViTEmbeddings(int width, int imageSize, int patchSize)
        : base(nameof(ViTEmbeddings))
    {
        patch = patchSize;
        grid = imageSize / patchSize;
        classToken = Shaped(1, 1, width);
        patches = new ViTPatchEmbeddings(width, patchSize);
        positions = Shaped(1, 1 + ((long)grid * grid), width);
        RegisterComponents();
    }

    /// <summary>Images [B, 3, H, W], of sides in multiples of the patch, to tokens [B, 1 + P, D].</summary>
    public override Tensor forward(Tensor pixelValues)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = patches.call(PatchProjection.Cut(pixelValues, patch));                                 // [B, P, D]
        Tensor tokens = cat([classToken.expand(x.shape[0], 1, x.shape[2]), x], 1);                        // [B, 1 + P, D]
        return tokens.add_(Positions(pixelValues.shape[2] / patch, pixelValues.shape[3] / patch), One).MoveToOuterDisposeScope();
    }

    /// <summary>The positions of a grid of patches: [1, 1 + rows columns, D].</summary>
    public Tensor Positions(long rows, long columns)
    {
        if (rows == grid && columns == grid)
        {
            return positions.alias();
        }

        using DisposeScope scope = NewDisposeScope();
        Tensor learnt = positions.narrow(1, 1, (long)grid * grid).to_type(ScalarType.Float32)
            .unflatten(1, [grid, grid]).permute(0, 3, 1, 2);                                               // [1, D, G, G]
        Tensor resized = functional.interpolate(learnt, size: [rows, columns], mode: InterpolationMode.Bicubic, align_corners: false); // [1, D, rows, columns]
        Tensor places = resized.flatten(2).transpose(1, 2).to_type(positions.dtype);                       // [1, rows columns, D]
        return cat([positions.narrow(1, 0, 1), places], 1).MoveToOuterDisposeScope();
    }

    protected override void Assign(string name, Parameter parameter)
    {
        if (name == "cls_token")
        {
            Replace(ref classToken, parameter);
        }
        else
        {
            Replace(ref positions, parameter);
        }
    }
}

/// <summary>The convolution that makes tokens of patches.</summary>
internal sealed class ViTPatchEmbeddings : Module<Tensor, Tensor>
{
    private readonly PatchProjection projection;

    public ViTPatchEmbeddings(int width, int patchSize)
        : base(nameof(ViTPatchEmbeddings))
    {
        projection = new PatchProjection(width, bias: true, 3, patchSize, patchSize);
        RegisterComponents();
    }

    public override Tensor forward(Tensor patches) => projection.call(patches); // [B, P, N] -> [B, P, D]
}
