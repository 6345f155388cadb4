using Relsim.Imaging;
using Relsim.Torch.Nn;
using TorchSharp;
using static TorchSharp.torch;

namespace Relsim.Torch.Models.Qwen25VL;

/// <summary>
/// Where the patches of the images of one call stand: the order that brings each attention window together, the windows' and frames'
/// bounds, and the rotary tables. Made once a call, never changed; holds tensors, so it is disposed after the call.
/// </summary>
/// <remarks>
/// Letters in shapes: P patches, T tokens (squares of merge x merge patches), d width of a head. Natural order is the image processor's: image
/// by image, frame by frame, token by token in raster order, and the patches of a token together. Mirrors `get_window_index`, `rot_pos_emb`
/// and the head of `forward` of Qwen2_5_VisionTransformerPretrainedModel (huggingface/transformers 4.50, modeling_qwen2_5_vl).
/// </remarks>
internal sealed record VisionLayout : IDisposable
{
    private const double RotaryBase = 10000; // the published model's own constant, in no configuration

    private VisionLayout(Qwen25VLVisionConfig config, IReadOnlyList<GridThw> grids, WindowPlan plan, Device device)
    {
        Grids = grids;
        WindowIndex = plan.Index;
        CuWindowSeqlensRaw = plan.Bounds;
        CuWindowSeqlens = [.. plan.Bounds.Where((bound, i) => i == 0 || bound != plan.Bounds[i - 1])];
        CuSeqlens = FrameBounds(grids);

        using DisposeScope scope = NewDisposeScope();
        int[] natural = new int[plan.Index.Count];
        for (int i = 0; i < natural.Length; i++)
        {
            natural[plan.Index[i]] = i;
        }

        WindowOrder = tensor(Widened(plan.Index), device: device).DetachFromDisposeScope();
        NaturalOrder = tensor(Widened(natural), device: device).DetachFromDisposeScope();
        Tensor angles = RotaryAngles(config, grids).to(device);                      // [P, d/2]
        angles = InWindowOrder(angles, config.SpatialMergeSize);                     // [P, d/2]
        Windows = AttentionSegments.Create(CuWindowSeqlens, angles);
        Frames = AttentionSegments.Create(CuSeqlens, angles);
    }

    /// <summary>The images, in the order of their patches.</summary>
    public IReadOnlyList<GridThw> Grids { get; }

    /// <summary>T numbers: the token in natural order that stands at each place of the window order.</summary>
    public IReadOnlyList<int> WindowIndex { get; }

    /// <summary>Where the windows begin and end, in patches; the empty windows that padding makes repeat a bound.</summary>
    public IReadOnlyList<int> CuWindowSeqlensRaw { get; }

    /// <summary>The same without the empty windows.</summary>
    public IReadOnlyList<int> CuWindowSeqlens { get; }

    /// <summary>Where the frames begin and end, in patches.</summary>
    public IReadOnlyList<int> CuSeqlens { get; }

    /// <summary><see cref="WindowIndex"/> as int64 [T].</summary>
    public Tensor WindowOrder { get; }

    /// <summary>Its inverse, int64 [T]: the place in window order of each token of the natural order.</summary>
    public Tensor NaturalOrder { get; }

    /// <summary>What a patch sees in the blocks of windowed attention.</summary>
    public AttentionSegments Windows { get; }

    /// <summary>What a patch sees in the blocks of full attention.</summary>
    public AttentionSegments Frames { get; }

    /// <summary>P, the patches of all images.</summary>
    public int Patches => CuSeqlens[^1];

    /// <summary>Plans the call for images of these grids; the tensors are made on <paramref name="device"/>, the processor by default.</summary>
    /// <exception cref="ArgumentException">There is no image, or a grid is empty or cut through a token.</exception>
    public static VisionLayout Create(Qwen25VLVisionConfig config, IReadOnlyList<GridThw> grids, Device? device = null)
    {
        int merge = config.SpatialMergeSize;
        if (grids.Count == 0)
        {
            throw new ArgumentException("A vision tower needs at least one image.", nameof(grids));
        }

        foreach (GridThw grid in grids)
        {
            if (grid.T < 1 || grid.H < 1 || grid.W < 1 || grid.H % merge != 0 || grid.W % merge != 0)
            {
                throw new ArgumentException($"{grid} is no grid of patches: each side must be a positive multiple of {merge}.", nameof(grids));
            }
        }

        return new VisionLayout(config, grids, WindowPlan.Create(config, grids), device ?? CPU);
    }

    /// <summary>
    /// The angle by which each pair of a head's numbers turns, float32 [P, d/2] in natural order: the first half from the patch's row, the
    /// second from its column.
    /// </summary>
    public static Tensor RotaryAngles(Qwen25VLVisionConfig config, IReadOnlyList<GridThw> grids)
    {
        using DisposeScope scope = NewDisposeScope();
        int half = config.HiddenSize / config.NumHeads / 2;
        Tensor frequencies = RotaryTables.Frequencies(half, RotaryBase);             // [d/4]
        long[] places = [.. grids.SelectMany(grid => Places(grid, config.SpatialMergeSize))];
        Tensor positions = tensor(places).view(-1, 2, 1).to_type(ScalarType.Float32); // [P, 2, 1]
        return (positions * frequencies).flatten(1).MoveToOuterDisposeScope();       // [P, d/2]
    }

    /// <summary>Rows of P patches from natural to window order; the patches of a token move together.</summary>
    public Tensor InWindowOrder(Tensor patches, int merge)
    {
        using DisposeScope scope = NewDisposeScope();
        long width = patches.shape[1];
        return patches.view(-1, merge * merge * width)                               // [T, merge^2 D]
            .index_select(0, WindowOrder)                                            // [T, merge^2 D]
            .view(-1, width).MoveToOuterDisposeScope();                              // [P, D]
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        WindowOrder.Dispose();
        NaturalOrder.Dispose();
        Windows.Dispose();
        Frames.Dispose();
    }

    private static long[] Widened(IReadOnlyList<int> values) => [.. values.Select(value => (long)value)];

    private static List<int> FrameBounds(IReadOnlyList<GridThw> grids)
    {
        List<int> bounds = [0];
        foreach (GridThw grid in grids)
        {
            for (int frame = 0; frame < grid.T; frame++)
            {
                bounds.Add(checked(bounds[^1] + (grid.H * grid.W)));
            }
        }

        return bounds;
    }

    /// <summary>Row and column of every patch of an image, in natural order.</summary>
    private static IEnumerable<long> Places(GridThw grid, int merge)
    {
        for (int frame = 0; frame < grid.T; frame++)
        {
            for (int token = 0; token < grid.H * grid.W / (merge * merge); token++)
            {
                int row = token / (grid.W / merge) * merge;
                int column = token % (grid.W / merge) * merge;
                for (int i = 0; i < merge * merge; i++)
                {
                    yield return row + (i / merge);
                    yield return column + (i % merge);
                }
            }
        }
    }
}
