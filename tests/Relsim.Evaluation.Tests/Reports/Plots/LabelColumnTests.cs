using CsCheck;
using Relsim.Evaluation.Reports.Plots;

namespace Relsim.Evaluation.Tests.Reports.Plots;

public sealed class LabelColumnTests
{
    [Fact]
    public void Spread_OfLabelsFarApart_MovesNone() => Assert.Equal([50f, 10, 30], LabelColumn.Spread([50, 10, 30], 18, 0, 100));

    [Fact]
    public void Spread_OfLabelsOnOneSpot_CentresThemThere() => Assert.Equal([40f, 50, 60], LabelColumn.Spread([50, 50, 50], 10, 0, 100));

    [Fact]
    public void Spread_OfAnyLabels_KeepsOrderGapAndBounds() =>
        Gen.Float[-50, 150].Array[1, 20].Sample(wanted =>
        {
            float[] placed = LabelColumn.Spread(wanted, 4, 0, 100);
            int[] order = [.. Enumerable.Range(0, wanted.Length).OrderBy(i => wanted[i])];
            Assert.All(placed, at => Assert.InRange(at, -1e-3f, 100 + 1e-3f));
            Assert.All(order.Zip(order.Skip(1)), pair => Assert.True(placed[pair.Second] - placed[pair.First] > 4 - 1e-3f));
        });
}
