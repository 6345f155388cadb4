using System.Numerics;
using Relsim.Scenes.Relations;
using Xunit;

namespace Relsim.Scenes.Tests.Relations;

public sealed class PolygonCutsTests
{
    private static readonly Vector2[] Square = [new(-1, -1), new(1, -1), new(1, 1), new(-1, 1)];

    [Fact]
    public void Clip_HalfPlane_KeepsTheInnerSide()
    {
        Vector2[] left = PolygonCuts.Clip(Square, new(.5f, 0), Vector2.UnitX);

        Assert.Equal(3, PolygonCuts.Area(left), 4);
        Assert.All(left, p => Assert.True(p.X <= .5f));
    }

    [Fact]
    public void Clip_NothingInside_IsEmpty() => Assert.Empty(PolygonCuts.Clip(Square, new(-2, 0), Vector2.UnitX));

    [Fact]
    public void Clip_OpenStroke_IsCutNotClosed()
    {
        Shape? rest = PolygonCuts.Clip(Shape.Stroke(new(-1, 0), new(1, 0)), Vector2.Zero, Vector2.UnitX);

        ShapePart part = Assert.Single(rest!.Parts);
        Assert.False(part.Closed);
        Assert.All(part.Points, p => Assert.True(p.X <= 0));
    }

    [Fact]
    public void Bite_AtTheEdge_TakesAHalfDisc()
    {
        Shape? rest = PolygonCuts.Bite(Shape.Polygon(Square), new(1, 0), .5f);

        float taken = 4 - PolygonCuts.Area(rest!.Parts[0].Points);
        Assert.InRange(taken, .33f, .41f);
    }

    [Fact]
    public void Bite_Everything_LeavesNothing() => Assert.Null(PolygonCuts.Bite(Shape.Polygon(Square), Vector2.Zero, 2));

    [Fact]
    public void Shatter_Pieces_AddUpToTheWhole()
    {
        var pieces = PolygonCuts.Shatter(Shape.Polygon(Square), [new(-.5f, -.5f), new(.6f, -.2f), new(0, .7f)]);

        Assert.Equal(3, pieces.Count);
        Assert.Equal(4, pieces.Sum(p => PolygonCuts.Area(p.Piece.Parts[0].Points)), 3);
    }

    [Fact]
    public void Wedge_QuarterTurn_IsAQuarter()
    {
        Shape? wedge = PolygonCuts.Wedge(Shape.Polygon(Square), Vector2.Zero, 0, MathF.PI / 2);

        Assert.Equal(1, PolygonCuts.Area(wedge!.Parts[0].Points), 3);
        Assert.All(wedge.Parts[0].Points, p => Assert.True(p.X >= -1e-4f && p.Y >= -1e-4f));
    }

    [Fact]
    public void Hull_PointsWithinAndAround_KeepsTheCorners() =>
        Assert.Equal(4, PolygonCuts.Area(PolygonCuts.Hull([.. Square, Vector2.Zero, new(.5f, .2f)])), 4);

    [Fact]
    public void InnerDiscs_Square_LieInsideWithoutOverlap()
    {
        var discs = PolygonCuts.InnerDiscs(Square, 4, .6f);

        Assert.Equal(4, discs.Count);
        Assert.All(discs, d => Assert.True(PolygonCuts.DistanceTo(Square, d.Centre) >= d.Radius - 1e-4f));
        Assert.All(discs, d => Assert.All(discs.Where(o => o != d), o => Assert.True(Vector2.Distance(o.Centre, d.Centre) >= o.Radius + d.Radius - 1e-4f)));
    }

    [Fact]
    public void Resample_Closed_SpacesPointsEvenly()
    {
        Vector2[] even = PolygonCuts.Resample(Square, 16, closed: true);

        Assert.All(even.Select((p, i) => Vector2.Distance(p, even[(i + 1) % 16])), d => Assert.Equal(.5f, d, 3));
    }

    [Fact]
    public void Simplify_RoundOutline_KeepsWithinTheBudgetAndTheShape()
    {
        Shape disc = Shape.Polygon(PolygonCuts.Ellipse(Vector2.Zero, 1, 1, 200));

        Shape likeness = PolygonCuts.Simplify(disc, 16);

        Assert.InRange(likeness.Parts[0].Points.Length, 6, 16);
        Assert.InRange(PolygonCuts.Area(likeness.Parts[0].Points), 2.4f, 3.2f);
    }

    [Fact]
    public void Silhouette_OpenBody_IsAClosedAreaAroundIt() =>
        Assert.True(PolygonCuts.Area(PolygonCuts.Silhouette(Shape.Stroke(new(0, -1), new(0, 1)))) > .3f);
}
