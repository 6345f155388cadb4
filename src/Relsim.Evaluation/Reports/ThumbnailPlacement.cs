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
        foreach (int i in Enumerable.Range(0, centres.Count).OrderByDescending(i => weights[i]).ThenBy(i => i))
        {
            if (kept.TrueForAll(other => IsClear(centres[other], centres[i], distance)))
            {
                kept.Add(i);
            }
        }

        return kept;
    }

    private static bool IsClear(Vector2 left, Vector2 right, float distance) =>
        Math.Abs(left.X - right.X) >= distance || Math.Abs(left.Y - right.Y) >= distance;
}
