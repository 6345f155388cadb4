using System.Numerics;

namespace Relsim.Evaluation.Reports;

/// <summary>Chooses which pictures of a crowded map are drawn, so that none covers another.</summary>
internal static class ThumbnailPlacement
{
    /// <summary>
    /// Takes pictures in order of <paramref name="weights"/> (highest first, then by number) and keeps each that stays
    /// <paramref name="distance"/> clear, along x or along y, of all kept before.
    /// </summary>
    /// <returns>Numbers of the kept pictures, in the order taken.</returns>
    public static IReadOnlyList<int> Choose(IReadOnlyList<Vector2> centres, IReadOnlyList<double> weights, float distance)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(distance);
        var kept = new List<int>();
        var byCell = new Dictionary<(int X, int Y), Vector2>(); // a cell is as wide as the distance, so it holds one at most
        foreach (int i in Enumerable.Range(0, centres.Count).OrderByDescending(i => weights[i]).ThenBy(i => i))
        {
            (int X, int Y) cell = ((int)MathF.Floor(centres[i].X / distance), (int)MathF.Floor(centres[i].Y / distance));
            if (IsClear(byCell, cell, centres[i], distance))
            {
                byCell[cell] = centres[i];
                kept.Add(i);
            }
        }

        return kept;
    }

    private static bool IsClear(Dictionary<(int X, int Y), Vector2> byCell, (int X, int Y) cell, Vector2 centre, float distance)
    {
        for (int y = cell.Y - 1; y <= cell.Y + 1; y++)
        {
            for (int x = cell.X - 1; x <= cell.X + 1; x++)
            {
                if (byCell.TryGetValue((x, y), out Vector2 other)
                    && Math.Abs(other.X - centre.X) < distance && Math.Abs(other.Y - centre.Y) < distance)
                {
                    return false;
                }
            }
        }

        return true;
    }
}
