using System.Numerics;
using Relsim.Scenes.Relations;

namespace Relsim.Scenes;

/// <summary>Puts a relation, a look and a layout together: scene = relation x subjects x style, from seeds.</summary>
public static class SceneFactory
{
    /// <summary>
    /// The scene in which <paramref name="look"/>'s subjects stand in <paramref name="relation"/>, or in none at all (clutter)
    /// where it is null. The same arguments give the same scene on every run.
    /// </summary>
    public static Scene Compose(Relation? relation, Look look, ulong layoutSeed)
    {
        ArgumentNullException.ThrowIfNull(look);
        var layout = new SceneRandom(layoutSeed);
        IReadOnlyList<Element> elements = relation is null
            ? Clutter.Compose(look, layout)
            : relation.Family.Compose(relation.Variant, look, layout);
        return new Scene(look, Framed(elements, layout), layout.NextSeed());
    }

    // Nobody frames a picture exactly: a little zoom, shift and turn that change no relation.
    private static IReadOnlyList<Element> Framed(IReadOnlyList<Element> elements, SceneRandom layout)
    {
        float zoom = layout.Uniform(0.86f, 1.02f), turn = layout.Normal(0.03f);
        return Reframed(elements, zoom, turn, new Vector2(layout.Normal(0.02f), layout.Normal(0.02f)));
    }

    /// <summary>The elements zoomed and turned (clockwise, in radians) about the picture's middle, then shifted.</summary>
    internal static IReadOnlyList<Element> Reframed(IReadOnlyList<Element> elements, float zoom, float turn, Vector2 shift)
    {
        var centre = new Vector2(0.5f);
        (float sin, float cos) = MathF.SinCos(turn);
        return [.. elements.Select(Move)];

        Element Move(Element element)
        {
            Vector2 p = (element.Position - centre) * zoom;
            return element with
            {
                Position = new Vector2((p.X * cos) - (p.Y * sin), (p.X * sin) + (p.Y * cos)) + centre + shift,
                Size = element.Size * zoom,
                Rotation = element.Rotation + turn,
                ClipTo = element.ClipTo is null ? null : Move(element.ClipTo),
            };
        }
    }
}
