using System.Numerics;
using CsCheck;
using Relsim.Evaluation.Reports;

namespace Relsim.Evaluation.Tests.Reports;

public sealed class ThumbnailPlacementTests
{
    [Fact]
    public void Choose_OfACrowd_KeepsTheHeaviest()
    {
        Vector2[] centres = [new(0, 0), new(5, 5), new(100, 0), new(-4, 3)];
        Assert.Equal([1, 2], ThumbnailPlacement.Choose(centres, [1, 9, 3, 2], distance: 10));
    }

    [Fact]
    public void Choose_OfAnyPoints_CoversNoneAndLeavesNoRoom() =>
        Gen.Select(Gen.Float[-50, 50], Gen.Float[-50, 50], Gen.Double[0, 1]).Array[0, 60].Sample(points =>
        {
            Vector2[] centres = [.. points.Select(p => new Vector2(p.Item1, p.Item2))];
            double[] weights = [.. points.Select(p => p.Item3)];
            IReadOnlyList<int> kept = ThumbnailPlacement.Choose(centres, weights, distance: 12);
            for (int i = 0; i < centres.Length; i++)
            {
                bool isBlocked = kept.Any(k => k != i && Blocks(centres[k], centres[i]));
                Assert.Equal(kept.Contains(i), !isBlocked);
            }
        });

    private static bool Blocks(Vector2 left, Vector2 right) => Math.Abs(left.X - right.X) < 12 && Math.Abs(left.Y - right.Y) < 12;
}
