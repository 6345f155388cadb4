using System.Numerics;
using Relsim.Scenes.Subjects;

namespace Relsim.Scenes.Relations;

/// <summary>Picks subjects with a body: a mere stroke cannot melt, be bitten, cut open or filled so that it shows.</summary>
internal static class Bodies
{
    private const float LeastArea = .45f;
    private const float LeastRoom = .3f;

    /// <summary>The look's subject of that index where it has a body, else one of its simple ones; indices 0 and 1 never fall together.</summary>
    public static Shape Of(Look look, int index)
    {
        Subject wanted = look.Any[index];
        bool solid = wanted.Shape.Parts[0].Closed && PolygonCuts.Area(PolygonCuts.Contour(PolygonCuts.Fit(wanted.Shape))) > LeastArea;
        return PolygonCuts.Fit((solid ? wanted : look.Simple[index + 1]).Shape);
    }

    /// <summary>The silhouette of the main subject where it has room inside, else that of the roomiest of the simple ones.</summary>
    public static Vector2[] Roomy(Look look)
    {
        Vector2[] main = PolygonCuts.Silhouette(PolygonCuts.Fit(look.Any[0].Shape));
        return Room(main) > LeastRoom ? main : look.Simple.Take(4).Select(simple => PolygonCuts.Silhouette(PolygonCuts.Fit(simple.Shape))).MaxBy(Room)!;
    }

    private static float Room(Vector2[] outline) => PolygonCuts.InnerDiscs(outline, 1, 1) is [var disc] ? disc.Radius : 0;
}
