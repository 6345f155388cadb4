using Relsim.Imaging;

namespace Relsim.Torch.Models.Qwen25VL;

/// <summary>The order of tokens that brings each attention window together, and the windows' bounds in patches, empty windows included.</summary>
/// <param name="Index">For each place of the window order, the token in natural order.</param>
/// <param name="Bounds">Where the windows begin and end.</param>
internal sealed record WindowPlan(IReadOnlyList<int> Index, IReadOnlyList<int> Bounds)
{
    /// <summary>Plans the windows of images of these grids.</summary>
    public static WindowPlan Create(Qwen25VLVisionConfig config, IReadOnlyList<GridThw> grids)
    {
        int side = config.WindowSize / config.SpatialMergeSize / config.PatchSize;
        List<int> index = [];
        List<int> bounds = [0];
        foreach (GridThw grid in grids)
        {
            int rows = grid.H / config.SpatialMergeSize;
            int columns = grid.W / config.SpatialMergeSize;
            for (int frame = 0; frame < grid.T; frame++)
            {
                AddFrame(index, bounds, rows, columns, side, config.SpatialMergeSize * config.SpatialMergeSize);
            }
        }

        return new WindowPlan(index, bounds);
    }

    private static void AddFrame(List<int> index, List<int> bounds, int rows, int columns, int side, int patches)
    {
        int first = index.Count;

        // A side that the window divides gets a whole empty window more: the published code pads by side - rows % side, which is never 0.
        for (int top = 0; top <= rows; top += side)
        {
            for (int left = 0; left <= columns; left += side)
            {
                for (int row = top; row < Math.Min(top + side, rows); row++)
                {
                    for (int column = left; column < Math.Min(left + side, columns); column++)
                    {
                        index.Add(first + (row * columns) + column);
                    }
                }

                bounds.Add(checked(index.Count * patches));
            }
        }
    }
}
