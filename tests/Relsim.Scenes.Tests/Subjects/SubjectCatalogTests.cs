using System.Numerics;
using Relsim.Scenes.Subjects;
using SkiaSharp;

namespace Relsim.Scenes.Tests.Subjects;

public sealed class SubjectCatalogTests
{
    private const int Individuals = 20;

    [Fact]
    public void All_Names_AreUniqueAndMany()
    {
        string[] names = [.. SubjectCatalog.All.Select(kind => kind.Name)];
        Assert.True(names.Length >= 150, $"{names.Length} kinds");
        Assert.Equal(names.Length, names.Distinct().Count());
    }

    [Fact]
    public void IndexOf_EveryKind_IsItsPlaceInAll()
    {
        for (int i = 0; i < SubjectCatalog.All.Count; i++)
        {
            Assert.Equal(i, SubjectCatalog.IndexOf(SubjectCatalog.All[i]));
        }
    }

    [Fact]
    public void IndexOf_KindOutsideTheCatalog_Throws() =>
        Assert.Throws<ArgumentException>(() => SubjectCatalog.IndexOf(new SubjectKind("unheard-of", "abstract", SubjectTraits.None, _ => Shape.Polygon(new(0, -1), new(1, 1), new(-1, 1)))));

    [Fact]
    public void Draw_EveryKind_FillsItsFrameWithFinitePoints()
    {
        foreach (SubjectKind kind in SubjectCatalog.All)
        {
            for (ulong seed = 0; seed < Individuals; seed++)
            {
                Shape shape = kind.Draw(new SceneRandom(seed));
                Vector2[] points = [.. shape.Parts.SelectMany(part => part.Points)];
                Assert.True(Array.TrueForAll(points, p => MathF.Abs(p.X) <= 1 && MathF.Abs(p.Y) <= 1), $"{kind.Name}, seed {seed} leaves its frame");
                float extent = MathF.Max(points.Max(p => p.X) - points.Min(p => p.X), points.Max(p => p.Y) - points.Min(p => p.Y));
                Assert.True(extent >= 1, $"{kind.Name}, seed {seed}: extent {extent}");
                Assert.True(points.Length <= 240, $"{kind.Name}, seed {seed}: {points.Length} points");
                Assert.True(shape.Parts.All(part => part.Points.Length >= (part.Closed ? 3 : 2) && part.Ink is >= 0 and < 4), kind.Name);
            }
        }
    }

    [Fact]
    public void Draw_SameSeed_GivesTheSameIndividual()
    {
        foreach (SubjectKind kind in SubjectCatalog.All)
        {
            Assert.Equal(Points(kind, 7), Points(kind, 7));
            Assert.NotEqual(Points(kind, 7), Points(kind, 8));
        }
    }

    [Fact]
    public void Of_Splits_AreDisjointAndCoverAll()
    {
        SubjectKind[] joined = [.. Enum.GetValues<Split>().SelectMany(SubjectCatalog.Of)];
        Assert.Equal(SubjectCatalog.All.Count, joined.Length);
        Assert.Equal(SubjectCatalog.All.Select(kind => kind.Name).Order(), joined.Select(kind => kind.Name).Order());
        Assert.Same(SubjectCatalog.Of(Split.Test), SubjectCatalog.Of(Split.Test));
    }

    [Fact]
    public void HeldOut_EveryName_IsInTheCatalog() =>
        Assert.Empty(SubjectSplits.HeldOut.Except(SubjectCatalog.All.Select(kind => kind.Name)));

    [Theory]
    [InlineData(Split.Train, .6, .75)]
    [InlineData(Split.Validation, .07, .13)]
    [InlineData(Split.Test, .17, .27)]
    public void Of_Split_HoldsItsShareOfKindsTraitsAndCategories(Split split, double low, double high)
    {
        IReadOnlyList<SubjectKind> kinds = SubjectCatalog.Of(split);
        Assert.InRange(kinds.Count / (double)SubjectCatalog.All.Count, low, high);
        Assert.True(Count(kinds, SubjectTraits.Simple) >= 3);
        Assert.True(Count(kinds, SubjectTraits.Directed) >= 5);
        Assert.True(Count(kinds, SubjectTraits.Chiral) >= 5);
        Assert.True(kinds.Select(kind => kind.Category).Distinct().Count() >= 10);
    }

    [Fact]
    public void All_Traits_AreCommonEnough()
    {
        Assert.True(Count(SubjectCatalog.All, SubjectTraits.Simple) >= 18);
        Assert.True(Count(SubjectCatalog.All, SubjectTraits.Directed) >= 30);
        Assert.True(Count(SubjectCatalog.All, SubjectTraits.Chiral) >= 30);
    }

    [Fact]
    public void Draw_SimpleKind_IsOneClosedNearlyConvexOutline()
    {
        foreach (SubjectKind kind in With(SubjectTraits.Simple))
        {
            ShapePart part = Assert.Single(kind.Draw(new SceneRandom(3)).Parts);
            Assert.True(part.Closed, kind.Name);
            Assert.True(Area(part.Points) >= .8 * Area(Hull(part.Points)), $"{kind.Name} is not compact");
        }
    }

    [Fact]
    public void Draw_ChiralKind_DiffersFromItsMirrorImageAtEveryTurn()
    {
        var weak = new List<string>();
        foreach (SubjectKind kind in With(SubjectTraits.Chiral))
        {
            Shape shape = kind.Draw(new SceneRandom(5));
            byte[] own = Raster(shape);
            Shape mirror = shape.Map(p => new Vector2(-p.X, p.Y));
            double least = Enumerable.Range(0, 24).Min(i => Difference(own, Raster(mirror, i * 15)));
            if (least < .1)
            {
                weak.Add($"{kind.Name} {least:F3}");
            }
        }

        Assert.Empty(weak);
    }

    private static IEnumerable<SubjectKind> With(SubjectTraits trait) => SubjectCatalog.All.Where(kind => kind.Traits.HasFlag(trait));

    private static int Count(IReadOnlyList<SubjectKind> kinds, SubjectTraits trait) => kinds.Count(kind => kind.Traits.HasFlag(trait));

    private static Vector2[] Points(SubjectKind kind, ulong seed) => [.. kind.Draw(new SceneRandom(seed)).Parts.SelectMany(part => part.Points)];

    // All ink in one colour on a small grid, turned about the middle of what is inked so that only form counts.
    private static byte[] Raster(Shape shape, float degrees = 0)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(48, 48, SKColorType.Gray8, SKAlphaType.Opaque));
        using var canvas = new SKCanvas(bitmap);
        using var paint = new SKPaint { Color = SKColors.White, StrokeWidth = .12f, IsAntialias = true };
        canvas.Clear(SKColors.Black);
        Vector2[] hull = Hull([.. shape.Parts.SelectMany(part => part.Points)]);
        var middle = Centroid(hull);
        canvas.Translate(24, 24);
        canvas.Scale(16);
        canvas.RotateDegrees(degrees);
        canvas.Translate(-middle.X, -middle.Y);
        foreach (ShapePart part in shape.Parts)
        {
            using var path = new SKPath();
            path.AddPoly([.. part.Points.Select(p => new SKPoint(p.X, p.Y))], part.Closed);
            paint.IsStroke = !part.Closed;
            canvas.DrawPath(path, paint);
        }

        return bitmap.GetPixelSpan().ToArray();
    }

    private static double Difference(byte[] a, byte[] b) =>
        a.Zip(b, (x, y) => Math.Abs(x - y)).Sum() / (double)a.Sum(x => x);

    private static Vector2 Centroid(Vector2[] polygon)
    {
        Vector2 sum = Vector2.Zero;
        float area = 0;
        for (int i = 0; i < polygon.Length; i++)
        {
            Vector2 p = polygon[i], q = polygon[(i + 1) % polygon.Length];
            float cross = (p.X * q.Y) - (p.Y * q.X);
            sum += (p + q) * cross;
            area += 3 * cross;
        }

        return sum / area;
    }

    private static float Area(Vector2[] polygon) =>
        MathF.Abs(polygon.Select((p, i) => (p.X * polygon[(i + 1) % polygon.Length].Y) - (p.Y * polygon[(i + 1) % polygon.Length].X)).Sum()) / 2;

    private static Vector2[] Hull(Vector2[] points)
    {
        Vector2[] sorted = [.. points.Distinct().OrderBy(p => p.X).ThenBy(p => p.Y)];
        return [.. Half(sorted), .. Half([.. sorted.Reverse()])];
    }

    private static List<Vector2> Half(Vector2[] sorted)
    {
        var chain = new List<Vector2>();
        foreach (Vector2 point in sorted)
        {
            while (chain.Count > 1 && Turn(chain[^2], chain[^1], point) <= 0)
            {
                chain.RemoveAt(chain.Count - 1);
            }

            chain.Add(point);
        }

        chain.RemoveAt(chain.Count - 1);
        return chain;
    }

    private static float Turn(Vector2 a, Vector2 b, Vector2 c) => ((b.X - a.X) * (c.Y - a.Y)) - ((b.Y - a.Y) * (c.X - a.X));
}
