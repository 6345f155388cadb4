namespace Relsim.Torch.Models.Mini;

/// <summary>The outer outline of a component, pixel by pixel, and how it turns.</summary>
internal static class Contour
{
    private const double CornerTurn = .6;   // radians over the reach
    private const double StraightTurn = .16;

    private static readonly (int X, int Y)[] Around = [(1, 0), (1, 1), (0, 1), (-1, 1), (-1, 0), (-1, -1), (0, -1), (1, -1)];

    /// <summary>Corners that point outwards and inwards, the share of the outline that is straight, and its whole turning in full circles (1 where it is convex).</summary>
    public static (int Outward, int Inward, double Straight, double Turning) Describe(ConnectedComponents components, int label, int side)
    {
        List<(int X, int Y)> points = Trace(components, label, side);
        int count = points.Count, reach = Math.Max(3, count / 36);
        if (count < 4 * reach)
        {
            return (0, 0, 0, 1);
        }

        // A running mean takes the stairs out of the line.
        var smooth = new (double X, double Y)[count];
        for (int i = 0; i < count; i++)
        {
            for (int k = -1; k <= 1; k++)
            {
                (int x, int y) = points[(i + k + count) % count];
                smooth[i] = (smooth[i].X + (x / 3.0), smooth[i].Y + (y / 3.0));
            }
        }

        double[] turn = new double[count];
        for (int i = 0; i < count; i++)
        {
            (double X, double Y) before = smooth[(i - reach + count) % count], here = smooth[i], after = smooth[(i + reach) % count];
            double ax = here.X - before.X, ay = here.Y - before.Y, bx = after.X - here.X, by = after.Y - here.Y;
            turn[i] = Math.Atan2((ax * by) - (ay * bx), (ax * bx) + (ay * by));
        }

        int outward = 0, inward = 0, straight = 0;
        double turning = 0;
        for (int i = 0; i < count; i++)
        {
            double size = Math.Abs(turn[i]);
            straight += size < StraightTurn ? 1 : 0;
            turning += size / reach;
            if (size > CornerTurn && IsPeak(turn, i, reach))
            {
                outward += turn[i] > 0 ? 1 : 0;
                inward += turn[i] < 0 ? 1 : 0;
            }
        }

        return (outward, inward, straight / (double)count, turning / (2 * Math.PI));
    }

    private static bool IsPeak(double[] turn, int at, int reach)
    {
        for (int k = 1; k <= reach; k++)
        {
            // Of equal neighbours the first one counts.
            if (Math.Abs(turn[(at + k) % turn.Length]) > Math.Abs(turn[at]) || Math.Abs(turn[(at - k + turn.Length) % turn.Length]) >= Math.Abs(turn[at]))
            {
                return false;
            }
        }

        return true;
    }

    // Moore's neighbour tracing, clockwise (y down) from the component's first pixel.
    private static List<(int X, int Y)> Trace(ConnectedComponents components, int label, int side)
    {
        Component component = components[label];
        int x = component.Left;
        while (components.Labels[(component.Top * side) + x] != label)
        {
            x++;
        }

        (int X, int Y) start = (x, component.Top), at = start;
        var points = new List<(int X, int Y)>();
        int from = 5; // where the search begins: above and left of the pixel is ground
        int most = 4 * component.Area + 8;
        do
        {
            points.Add(at);
            int found = -1;
            for (int k = 0; k < 8; k++)
            {
                int way = (from + k) % 8;
                (int u, int v) = (at.X + Around[way].X, at.Y + Around[way].Y);
                if (u >= 0 && v >= 0 && u < side && v < side && components.Labels[(v * side) + u] == label)
                {
                    found = way;
                    break;
                }
            }

            if (found < 0)
            {
                break;
            }

            at = (at.X + Around[found].X, at.Y + Around[found].Y);
            from = (found + 6) % 8;
        }
        while (at != start && points.Count < most);

        return points;
    }
}
