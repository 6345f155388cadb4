using System.Numerics;
using static Relsim.Scenes.Relations.GuideLines;
using static Relsim.Scenes.Relations.PolygonCuts;

namespace Relsim.Scenes.Relations;

/// <summary>What lies within a thing: layers, cut faces, contents seen through its outline.</summary>
internal static class Layers
{
    /// <summary>The families of this theme.</summary>
    public static IReadOnlyList<RelationFamily> Families { get; } =
    [
        new("concentric-layers", ["nested-outlines", "cut-open-wedge", "off-centre-nest"], Concentric),
        new("cross-section", ["halved", "cut-face"], CrossSection),
        new("x-ray", ["inside-the-outline", "skeleton-lines"], XRay),
    ];

    private static List<Element> Concentric(int variant, Look look, SceneRandom layout)
    {
        Vector2[] outline = Silhouette(Fit(look.Simple[0].Shape));
        int count = layout.Whole(4, 6);
        float turn = layout.Chance(.5f) ? layout.Uniform(-.5f, .5f) : 0;
        float size = layout.Uniform(.28f, turn == 0 ? .42f : .37f);
        float margin = (turn == 0 ? 1 : 1.2f) * size;
        var centre = new Vector2(layout.Uniform(margin + .04f, .96f - margin), layout.Uniform(margin + .04f, .96f - margin));
        (Vector2 heart, float room) = InnerDiscs(outline, 1, 1).Append((Vector2.Zero, .3f)).First();
        Shape body = Shape.Polygon([.. outline.Select(p => p - heart)]);
        Element whole = new(body, centre + (size * Turn(heart, turn)), size) { Rotation = turn };
        if (variant == 1)
        {
            return CutOpen(whole, count, layout);
        }

        bool tones = layout.Chance(.5f);
        Vector2 aside = variant == 0 ? Vector2.Zero : .92f * room * Ray(layout.Angle());
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            float share = 1 - (i / (float)count);
            Element layer = whole with { Size = size * share, Position = whole.Position + (size * (1 - share) * aside) };
            return tones ? layer with { Fill = Fill.Solid, Tone = i / (count - 1f) } : layer with { Fill = Fill.Outline };
        })];
    }

    private static List<Element> CutOpen(Element whole, int count, SceneRandom layout)
    {
        float from = layout.Angle();
        float opening = layout.Uniform(1.2f, 2.2f);
        Element wedge = Element.Area(whole.Position, whole.Position + (2 * Ray(from)), whole.Position + (2 * Ray(from + (opening / 2))), whole.Position + (2 * Ray(from + opening)));
        var scene = new List<Element> { whole with { Fill = Fill.Solid } };
        for (int i = 1; i < count + 1; i++)
        {
            Element layer = whole with { Size = whole.Size * (1 - ((i - .5f) / (count + .5f))), Fill = Fill.Solid, Tone = i % 2 == 0 ? .1f : .9f, ClipTo = wedge };
            scene.AddRange([layer, layer with { Fill = Fill.Outline, Tone = null, Stroke = .7f }]);
        }

        scene.AddRange(new[] { from, from + opening }.Select(side => Element.Line(whole.Position, whole.Position + (3 * whole.Size * Ray(side))) with { ClipTo = whole, Ink = 3, Stroke = 1.3f }));
        return scene;
    }

    private static List<Element> CrossSection(int variant, Look look, SceneRandom layout)
    {
        Vector2[] outline = Silhouette(Fit(look.Simple[0].Shape));
        float turn = layout.Uniform(-.4f, .4f);
        return variant == 0 ? Halved(outline, turn, layout) : CutFace(outline, turn, layout);
    }

    private static List<Element> Halved(Vector2[] outline, float turn, SceneRandom layout)
    {
        float size = layout.Uniform(.25f, .3f);
        float gap = layout.Uniform(.06f, .1f);
        float across = layout.Chance(.6f) ? 0 : MathF.PI / 2;
        float lean = layout.Uniform(.05f, .2f);
        (Vector2 heart, float room) = InnerDiscs(outline, 1, 1).Append((Vector2.Zero, .3f)).First();
        Vector2[] flesh = [.. outline.Select(p => heart + (.8f * (p - heart)))];
        Vector2[] core = Ellipse(heart, .36f * room, .36f * room, 20);
        var scene = new List<Element>();
        foreach (int side in (int[])[-1, 1])
        {
            Vector2 outward = Ray(across) * side;
            Element Half(Vector2[] layer) => new(
                Shape.Polygon(Clip(layer, heart, -outward) is { Length: > 0 } half ? half : core),
                new Vector2(.5f) + ((gap + .02f) * Turn(outward, turn)) - (size * Turn(heart, turn)), size)
            { Rotation = turn + (side * lean) };
            scene.Add(Half(outline) with { Fill = Fill.Outline, Stroke = 1.6f });
            scene.Add(Half(flesh) with { Fill = Fill.Solid, Fade = .55f });
            scene.Add(Half(flesh) with { Fill = Fill.Outline, Stroke = .7f });
            scene.Add(Half(core) with { Fill = Fill.Solid, Ink = 2 });
        }

        return scene;
    }

    // Seen from above the cut: an ellipse with rings and a core on what is left of the body.
    private static List<Element> CutFace(Vector2[] outline, float turn, SceneRandom layout)
    {
        float size = layout.Uniform(.34f, .42f);
        float height = Enumerable.Range(0, 4).Select(_ => layout.Uniform(-.25f, .15f)).MaxBy(y => Widest(outline, y) is var run ? run.Y - run.X : 0);
        Vector2[] below = Clip(outline, new(0, height), -Vector2.UnitY);
        Vector2[] edge = [.. below.Where(p => p.Y < height + .02f)];
        (float left, float right) = edge.Length > 1 ? (edge.Min(p => p.X), edge.Max(p => p.X)) : (-.5f, .5f);
        var middle = new Vector2((left + right) / 2, height);
        float half = MathF.Max(.25f, (right - left) / 2);
        float tilt = layout.Uniform(.32f, .5f);
        var place = new Vector2(layout.Uniform(.45f, .55f), layout.Uniform(.4f, .46f));
        Element On(Vector2[] points) => new(Shape.Polygon(points), place, size) { Rotation = turn };
        Element Face(float share) => On(Ellipse(middle, half * share, half * share * tilt, 30));
        int rings = layout.Whole(2, 3);
        Vector2[] face = Ellipse(middle, half, half * tilt, 30);
        Shape? side = Subtract(Shape.Polygon(below.Length > 0 ? below : outline), face);
        List<Element> scene = [Face(1) with { Fill = Fill.Solid, Fade = .75f }, Face(1) with { Fill = Fill.Outline }];
        scene.AddRange(side is null ? [] : [On(outline) with { Shape = side, Fill = Fill.Solid }]);
        scene.AddRange(Enumerable.Range(1, rings).Select(i => Face(1 - (.62f * i / rings)) with { Fill = Fill.Outline, Stroke = .8f }));
        scene.Add(Face(.2f) with { Fill = Fill.Solid, Ink = 2 });
        return scene;
    }

    private static List<Element> XRay(int variant, Look look, SceneRandom layout)
    {
        Vector2[] outline = Bodies.Roomy(look);
        float size = layout.Uniform(.38f, .44f);
        var place = new Vector2(layout.Uniform(.47f, .53f), layout.Uniform(.47f, .53f));
        Element body = new(Shape.Polygon(outline), place, size);
        List<Element> scene = [body with { Fill = Fill.Solid, Fade = .8f }, body with { Fill = Fill.Outline }];
        if (variant == 0)
        {
            scene.AddRange(InnerDiscs(outline, layout.Whole(2, 3), .5f).Select((disc, i) =>
                new Element(Fit(look.Any[1 + i].Shape), place + (size * disc.Centre), size * disc.Radius * .88f) { Ink = i % 3 }));
            return scene;
        }

        scene.AddRange(Skeleton(outline, layout).Select(bone => new Element(bone, place, size) { Ink = 3, Stroke = 1.2f }));
        return scene;
    }

    private static List<Shape> Skeleton(Vector2[] outline, SceneRandom layout)
    {
        Vector2 extent = new(outline.Max(p => p.X) - outline.Min(p => p.X), outline.Max(p => p.Y) - outline.Min(p => p.Y));
        bool tall = extent.Y >= extent.X;
        Vector2 Swap(Vector2 p) => tall ? p : new(p.Y, p.X);
        Vector2[] upright = [.. outline.Select(Swap)];
        (float top, float bottom) = (upright.Min(p => p.Y), upright.Max(p => p.Y));
        int count = layout.Whole(6, 9);
        var ribs = Enumerable.Range(0, count)
            .Select(i => top + ((bottom - top) * (i + .7f) / (count + .4f)))
            .Select(y => Widest(upright, y)).Where(rib => rib.Y - rib.X > .08f).ToList();
        float[] heights = [.. ribs.Select(rib => rib.Z)];
        var bones = new List<Shape>();
        var spine = new List<Vector2>();
        for (int i = 0; i < ribs.Count; i++)
        {
            var middle = new Vector2((ribs[i].X + ribs[i].Y) / 2, heights[i]);
            float reach = (ribs[i].Y - ribs[i].X) * .38f;
            bones.Add(Shape.Stroke(Swap(middle + new Vector2(-reach, .07f)), Swap(middle), Swap(middle + new Vector2(reach, .07f))));
            bones.Add(Shape.Polygon(Ellipse(Swap(middle), .045f, .045f, 8)));
            spine.Add(Swap(middle));
        }

        if (spine.Count > 1)
        {
            bones.Add(Shape.Stroke([.. spine]));
        }

        return bones;
    }

    // The widest run of the inside at a height: left, right, height.
    private static Vector3 Widest(Vector2[] outline, float y)
    {
        float[] crossings = [.. Enumerable.Range(0, outline.Length)
            .Select(i => (A: outline[i], B: outline[(i + 1) % outline.Length]))
            .Where(edge => edge.A.Y > y != edge.B.Y > y)
            .Select(edge => edge.A.X + ((edge.B.X - edge.A.X) * (y - edge.A.Y) / (edge.B.Y - edge.A.Y))).Order()];
        var widest = new Vector3(0, 0, y);
        for (int i = 0; i + 1 < crossings.Length; i += 2)
        {
            if (crossings[i + 1] - crossings[i] > widest.Y - widest.X)
            {
                widest = new Vector3(crossings[i], crossings[i + 1], y);
            }
        }

        return widest;
    }
}
