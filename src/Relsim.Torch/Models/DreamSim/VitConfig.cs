using System.Globalization;
using System.Text.RegularExpressions;
using Relsim.Torch.Weights;

namespace Relsim.Torch.Models.DreamSim;

/// <summary>What a branch of DreamSim was trained by, which decides its norms, activation, input and feature.</summary>
internal enum DreamSimBranch
{
    /// <summary>DINO (Caron et al. 2021): the class token after block 11, before the last norm.</summary>
    Dino,

    /// <summary>OpenAI's CLIP (Radford et al. 2021), in DINO's names: projected class token; QuickGELU.</summary>
    Clip,

    /// <summary>OpenCLIP (Cherti et al. 2023), in DINO's names: projected class token.</summary>
    OpenClip,
}

/// <summary>
/// Shape of a branch's vision transformer. Its files have no configuration: all but the heads is read from the tensors' shapes.
/// </summary>
internal sealed partial record VitConfig
{
    private const int HeadWidth = 64; // of every published size, from ViT-S to ViT-L

    /// <summary>What it was trained by.</summary>
    public required DreamSimBranch Branch { get; init; }

    /// <summary>D, width.</summary>
    public required int Width { get; init; }

    /// <summary>Blocks.</summary>
    public required int Depth { get; init; }

    /// <summary>H, heads, which divide D.</summary>
    public required int Heads { get; init; }

    /// <summary>F, inner width of a block's two linear maps.</summary>
    public required int Inner { get; init; }

    /// <summary>Side of a patch in pixels.</summary>
    public required int Patch { get; init; }

    /// <summary>Patches along a side of the image.</summary>
    public required int Grid { get; init; }

    /// <summary>E, width of the projected feature; 0 without projection.</summary>
    public int Projection { get; init; }

    /// <summary>Side of the image in pixels.</summary>
    public int ImageSize => Patch * Grid;

    /// <summary>Numbers of the branch's feature.</summary>
    public int FeatureSize => Projection > 0 ? Projection : Width;

    /// <summary>Reads the shape of the model in <paramref name="source"/>.</summary>
    /// <param name="branch">What the model was trained by.</param>
    /// <param name="source">Its tensors in DINO's names.</param>
    /// <param name="heads">Heads; null takes one for each 64 numbers of the width, as all published sizes have.</param>
    /// <exception cref="WeightsException">A tensor that tells a size is missing, or the sizes contradict each other.</exception>
    public static VitConfig Read(DreamSimBranch branch, TensorSource source, int? heads)
    {
        long[] patch = Shape("patch_embed.proj.weight", 4), positions = Shape("pos_embed", 3), inner = Shape("blocks.0.mlp.fc1.weight", 2);
        int width = (int)patch[0];
        int grid = (int)Math.Sqrt(positions[1] - 1);
        int depth = source.Tensors.Keys.Select(key => BlockKey().Match(key)).Where(match => match.Success)
            .Max(match => int.Parse(match.Groups["block"].Value, CultureInfo.InvariantCulture)) + 1;
        if ((grid * grid) + 1 != positions[1] || grid == 0)
        {
            throw new WeightsException(source.FilePath, "pos_embed", $"{positions[1]} positions are not those of a square of patches and a class token.");
        }

        if (heads is null ? width % HeadWidth != 0 : heads <= 0 || width % heads != 0)
        {
            throw new WeightsException(source.FilePath, null, heads is null
                ? $"nothing says how many heads a model {width} wide has; the published ones have one for each {HeadWidth}."
                : $"{heads} heads do not divide a width of {width}.");
        }

        if (branch == DreamSimBranch.Dino && depth <= VisionTransformer.FeatureBlock)
        {
            throw new WeightsException(source.FilePath, null, $"the feature comes after block {VisionTransformer.FeatureBlock}, and the model has {depth} blocks.");
        }

        return new VitConfig
        {
            Branch = branch,
            Width = width,
            Depth = depth,
            Heads = heads ?? width / HeadWidth,
            Inner = (int)inner[0],
            Patch = (int)patch[2],
            Grid = grid,
            Projection = branch == DreamSimBranch.Dino ? 0 : (int)Shape("proj", 2)[1],
        };

        long[] Shape(string name, int dimensions) => source.Tensors.TryGetValue(name, out SafetensorsEntry? entry) && entry.Shape.Count == dimensions
            ? [.. entry.Shape]
            : throw new WeightsException(source.FilePath, name, $"a vision transformer in DINO's names has it, with {dimensions} dimensions, and this file has not.");
    }

    [GeneratedRegex(@"\Ablocks\.(?<block>\d{1,3})\.", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex BlockKey();
}
