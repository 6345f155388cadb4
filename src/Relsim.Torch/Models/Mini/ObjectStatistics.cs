namespace Relsim.Torch.Models.Mini;

/// <summary>
/// What can be said of a picture's separate things without learning: how many there are, how large, full, long, round, dented and symmetric each is, what
/// lies within what, where they stand, and how alike they are. Numbers stay within about -3 to 3. Not thread-safe.
/// </summary>
/// <remarks>
/// Ink is what differs from the ground by more than <see cref="Threshold"/> of the strongest difference. At most <see cref="MostObjects"/> things count,
/// the largest first. S side of the picture in pixels.
/// </remarks>
internal sealed class ObjectStatistics(int side)
{
    private const float Threshold = .4f;
    private const int LeastFilled = 10; // pixels
    private const float LeastEdge = .3f;
    private const int MostObjects = 24;
    private const int MostCompared = 6;
    private const int CountBins = 9;
    private const int HoleBins = 4;
    private const int EndBins = 6;
    private const int ForkBins = 4;
    private const int Directions = 8;
    private const int Measures = 23;
    private const int Summaries = 6;
    private const int Global = 29;
    private const int Alike = 9;
    private const int Lines = EndBins + ForkBins + 3;
    private const int Edges = Directions + 2;
    private const int Regions = 6;
    private const int Nested = 5;

    private readonly ConnectedComponents _components = new(side);
    private readonly Skeleton _skeleton = new(side);
    private readonly bool[] _ink = new bool[side * side];
    private readonly bool[] _near = new bool[side * side]; // ink at a pixel or beside it
    private readonly List<int> _inked = [];

    /// <summary>Length of what <see cref="Describe"/> writes.</summary>
    public static int Length => (Measures * Summaries) + CountBins + HoleBins + Global + Alike + Lines + Edges + Regions + Nested;

    /// <summary>Writes the features of one picture, given its pixels' distance from the ground (that is <see cref="MiniInput.DistanceChannel"/>).</summary>
    public void Describe(ReadOnlySpan<float> distance, Span<float> features)
    {
        features.Clear();
        _inked.Clear();
        for (int i = 0; i < _ink.Length; i++)
        {
            _ink[i] = distance[i] > Threshold;
            if (_ink[i])
            {
                _inked.Add(i);
            }
        }

        Widen();
        _components.Find(_ink);
        Thing[] things =
        [
            .. _components.All.Select((component, label) => (component, label)).Where(c => c.component.IsInk && c.component.Filled >= LeastFilled)
                .OrderByDescending(c => c.component.Filled).ThenBy(c => c.label).Take(MostObjects).Select(c => new Thing(_components, c.label, side)),
        ];
        var writer = new Writer(features);
        int holes = _components.All.Count(c => !c.IsInk && c.Parent >= 0 && c.Area >= LeastFilled);
        writer.Bins(things.Length, CountBins);
        writer.Bins(holes, HoleBins);
        WriteMeasures(things, ref writer);
        WriteGlobal(things, holes, ref writer);
        WriteAlike(things, ref writer);
        WriteLines(ref writer);
        WriteEdges(distance, ref writer);
        WriteRegions(ref writer);
        WriteNested(things, ref writer);
    }

    private static void WriteMeasures(Thing[] things, ref Writer writer)
    {
        for (int m = 0; m < Measures; m++)
        {
            double sum = 0, squares = 0, least = double.MaxValue, most = double.MinValue;
            foreach (Thing thing in things)
            {
                double value = thing.Measures[m];
                sum += value;
                squares += value * value;
                least = Math.Min(least, value);
                most = Math.Max(most, value);
            }

            int count = Math.Max(1, things.Length);
            double mean = sum / count;
            writer.Add(mean);
            writer.Add(2 * Math.Sqrt(Math.Max(0, (squares / count) - (mean * mean))));
            writer.Add(things.Length == 0 ? 0 : least);
            writer.Add(things.Length == 0 ? 0 : most);
            writer.Add(things.Length == 0 ? 0 : things[0].Measures[m]);
            writer.Add(things.Length == 0 ? 0 : things[^1].Measures[m]);
        }
    }

    private void WriteGlobal(Thing[] things, int holes, ref Writer writer)
    {
        writer.Add(Math.Log(1 + things.Length));
        writer.Add(Math.Log(1 + holes));
        writer.Add(2 * Math.Sqrt(_inked.Count / (double)_ink.Length));
        if (things.Length == 0)
        {
            writer.Skip(Global - 3);
            return;
        }

        double[] x = [.. things.Select(t => t.X)], y = [.. things.Select(t => t.Y)], size = [.. things.Select(t => t.Measures[0])], full = [.. things.Select(t => t.Measures[1])];
        double meanX = x.Average(), meanY = y.Average();
        double xx = x.Average(v => (v - meanX) * (v - meanX)), yy = y.Average(v => (v - meanY) * (v - meanY)), xy = x.Zip(y, (a, b) => (a - meanX) * (b - meanY)).Average();
        writer.Add(meanX);
        writer.Add(meanY);
        writer.Add(2 * Math.Sqrt(xx + yy));
        Axis places = Axis.Of(xx, yy, xy);
        writer.Add(things.Length > 2 ? places.Elongation : 0);
        writer.Add(things.Length > 1 ? places.Cos * places.Elongation : 0);
        writer.Add(things.Length > 1 ? places.Sin * places.Elongation : 0);

        // Nearest neighbours, measured between the middles.
        double[] nearest = things.Length < 2 ? [0] : [.. things.Select(a => things.Where(b => b != a).Min(b => Math.Sqrt(((a.X - b.X) * (a.X - b.X)) + ((a.Y - b.Y) * (a.Y - b.Y)))))];
        double near = nearest.Average();
        writer.Add(near);
        writer.Add(nearest.Min());
        writer.Add(near > 0 ? Math.Sqrt(nearest.Average(d => (d - near) * (d - near))) / near : 0);

        writer.Add(Correlation(size, x));
        writer.Add(Correlation(size, y));
        writer.Add(Correlation(full, x));
        writer.Add(Correlation(full, y));
        writer.Add(Correlation(size, full));
        writer.Add(Correlation(size, [.. things.Select(t => (double)t.Depth)]));
        writer.Add(things.Max(t => t.Depth) / 2.0);
        writer.Add(2 * things.Count(t => t.Depth > 0) / (double)things.Length);
        writer.Add(things.Length > 1 ? Math.Log(things[0].Measures[0] / things[1].Measures[0]) : 0);
        writer.Add(things[0].X - meanX);
        writer.Add(things[0].Y - meanY);
        writer.Add(things[^1].X - meanX);
        writer.Add(things[^1].Y - meanY);
        int left = things.Min(t => t.Left), right = things.Max(t => t.Right), top = things.Min(t => t.Top), bottom = things.Max(t => t.Bottom);
        writer.Add(Overlap(left + right, -1));
        writer.Add(Overlap(-1, top + bottom));
        writer.Add(Overlap(left + right, top + bottom));
        writer.Add(things.Count(t => t.TouchesFrame) / (double)things.Length);
    }

    // How alike the largest things are in form, as they stand and at best after a turn or a mirror, and how like mirror images.
    private static void WriteAlike(Thing[] things, ref Writer writer)
    {
        int count = Math.Min(MostCompared, things.Length);
        if (count < 2)
        {
            writer.Skip(Alike);
            return;
        }

        var same = new List<double>();
        var best = new List<double>();
        var mirrored = new List<double>();
        for (int a = 0; a < count; a++)
        {
            for (int b = a + 1; b < count; b++)
            {
                double[] likeness = [.. Enumerable.Range(0, Thing.Maps).Select(map => things[a].Likeness(things[b], map))];
                same.Add(likeness[0]);
                best.Add(likeness.Max());
                mirrored.Add(likeness[Thing.MirrorMap]);
            }
        }

        foreach (List<double> likeness in new[] { same, best, mirrored })
        {
            writer.Add(likeness.Min());
            writer.Add(likeness.Average());
            writer.Add(likeness.Max());
        }
    }

    private void WriteLines(ref Writer writer)
    {
        (int ends, int forks, int length) = _skeleton.Describe(_ink);
        writer.Bins(ends, EndBins);
        writer.Bins(forks, ForkBins);
        writer.Add(Math.Log(1 + ends));
        writer.Add(Math.Log(1 + forks));
        writer.Add(4.0 * length / side / 8);
    }

    // Which ways edges run, as shares of all edges, and how evenly. An edge and its other side count for one direction.
    private void WriteEdges(ReadOnlySpan<float> distance, ref Writer writer)
    {
        Span<double> shares = stackalloc double[Directions];
        double all = 1e-6;
        for (int y = 1; y < side - 1; y++)
        {
            for (int x = 1; x < side - 1; x++)
            {
                int at = (y * side) + x;
                float dx = distance[at + 1] - distance[at - 1], dy = distance[at + side] - distance[at - side];
                float squared = (dx * dx) + (dy * dy);
                if (squared > LeastEdge * LeastEdge)
                {
                    float strength = MathF.Sqrt(squared);
                    shares[DirectionOf(dx, dy)] += strength;
                    all += strength;
                }
            }
        }

        double entropy = 0, most = 0;
        foreach (double strength in shares)
        {
            double share = strength / all;
            writer.Add(2 * share);
            entropy -= share > 0 ? share * Math.Log(share) : 0;
            most = Math.Max(most, share);
        }

        writer.Add(entropy / Math.Log(Directions));
        writer.Add(2 * most);
    }

    // Which eighth of half a circle a direction is nearest to: 0 along x, 4 along y. By tangents, an eighth of the time of an arc tangent.
    private static int DirectionOf(float dx, float dy)
    {
        const float sixteenth = .19891237f, threeSixteenths = .66817864f; // tangents of pi / 16 and 3 pi / 16
        float x = Math.Abs(dx), y = Math.Abs(dy);
        int within = y < x * sixteenth ? 0 : y < x * threeSixteenths ? 1 : x > y * threeSixteenths ? 2 : x > y * sixteenth ? 3 : 4;
        return (dx < 0) == (dy < 0) ? within : (Directions - within) % Directions;
    }

    // Regions of ground that ink encloses.
    private void WriteRegions(ref Writer writer)
    {
        Component[] regions = [.. _components.All.Where(c => !c.IsInk && c.Parent >= 0 && c.Area >= LeastFilled)];
        if (regions.Length == 0)
        {
            writer.Skip(Regions);
            return;
        }

        double[] sizes = [.. regions.Select(r => 2 * Math.Sqrt(r.Filled) / side)];
        double mean = sizes.Average();
        writer.Add(mean);
        writer.Add(sizes.Max());
        writer.Add(2 * Math.Sqrt(sizes.Average(s => (s - mean) * (s - mean))));
        writer.Add(regions.Average(r => Math.Log((r.Right - r.Left + 1.0) / (r.Bottom - r.Top + 1))));
        writer.Add(regions.Average(r => ((r.Left + r.Right) / (double)side) - 1));
        writer.Add(regions.Average(r => ((r.Top + r.Bottom) / (double)side) - 1));
    }

    // How things differ from those that enclose them.
    private void WriteNested(Thing[] things, ref Writer writer)
    {
        var pairs = new List<(Thing Inner, Thing Outer)>();
        foreach (Thing inner in things.Where(t => t.Depth > 0))
        {
            int outer = _components[_components[inner.Label].Parent].Parent;
            if (things.FirstOrDefault(t => t.Label == outer) is { } enclosing)
            {
                pairs.Add((inner, enclosing));
            }
        }

        foreach (int measure in (ReadOnlySpan<int>)[0, 1, 4, 8, 19])
        {
            writer.Add(pairs.Count == 0 ? 0 : pairs.Average(p => p.Inner.Measures[measure] - p.Outer.Measures[measure]));
        }
    }

    // A line a pixel off still counts as its own mirror image.
    private void Widen()
    {
        ReadOnlySpan<bool> ink = _ink;
        int last = ink.Length - 1;
        for (int i = 0; i <= last; i++)
        {
            _near[i] = ink[i] | (i > 0 && ink[i - 1]) | (i < last && ink[i + 1]) | (i >= side && ink[i - side]) | (i <= last - side && ink[i + side]);
        }
    }

    // Share of the ink that mirroring the picture brings onto ink; a sum of coordinates places the axis, and -1 leaves the coordinate as it is.
    private double Overlap(int sumX, int sumY)
    {
        int met = 0;
        foreach (int at in _inked)
        {
            (int y, int x) = Math.DivRem(at, side);
            (x, y) = (sumX < 0 ? x : sumX - x, sumY < 0 ? y : sumY - y);
            met += (uint)x < (uint)side && (uint)y < (uint)side && _near[(y * side) + x] ? 1 : 0;
        }

        return _inked.Count == 0 ? 0 : met / (double)_inked.Count;
    }

    private static double Correlation(double[] a, double[] b)
    {
        double meanA = a.Average(), meanB = b.Average();
        double ab = a.Zip(b, (x, y) => (x - meanA) * (y - meanB)).Sum(), aa = a.Sum(x => (x - meanA) * (x - meanA)), bb = b.Sum(y => (y - meanB) * (y - meanB));
        return aa < 1e-6 || bb < 1e-6 ? 0 : ab / Math.Sqrt(aa * bb);
    }

    private ref struct Writer(Span<float> features)
    {
        private readonly Span<float> _features = features;
        private int _next;

        public void Add(double value) => _features[_next++] = (float)Math.Clamp(value, -3, 3);

        public void Skip(int count) => _next += count;

        // One at the number's place, the last place for all larger ones.
        public void Bins(int number, int bins)
        {
            _features[_next + Math.Min(number, bins - 1)] = 1;
            _next += bins;
        }
    }

    /// <summary>The main axis of a cloud of points.</summary>
    private readonly record struct Axis(double Elongation, double Cos, double Sin, double Spread)
    {
        /// <summary>From variances and covariance; Cos and Sin are of twice the angle, so that an axis has no front.</summary>
        public static Axis Of(double xx, double yy, double xy)
        {
            double root = Math.Sqrt(((xx - yy) * (xx - yy) / 4) + (xy * xy)), middle = (xx + yy) / 2;
            double major = Math.Sqrt(middle + root), minor = Math.Sqrt(Math.Max(0, middle - root));
            return new Axis(major < 1e-6 ? 0 : 1 - (minor / major), root < 1e-9 ? 0 : (xx - yy) / 2 / root, root < 1e-9 ? 0 : xy / root, Math.Sqrt(middle));
        }
    }

    /// <summary>One thing and its measures.</summary>
    private sealed class Thing
    {
        public const int Maps = 8;
        public const int MirrorMap = 4;
        private const int Grid = 12;
        private const double Reach = 2.4; // half the grid's side, in spreads

        private static readonly int[][] MapPlaces = [.. Enumerable.Range(0, Maps).Select(PlacesOf)];

        private readonly float[] _grid = new float[Grid * Grid];

        public Thing(ConnectedComponents components, int label, int side)
        {
            Component c = components[label];
            Label = label;
            double area = c.Area, filled = c.Filled, wide = c.Right - c.Left + 1, high = c.Bottom - c.Top + 1;
            double meanX = c.SumX / area, meanY = c.SumY / area;
            Axis axis = Axis.Of((c.SumXX / area) - (meanX * meanX), (c.SumYY / area) - (meanY * meanY), (c.SumXY / area) - (meanX * meanY));
            (Left, Right, Top, Bottom, Depth, TouchesFrame) = (c.Left, c.Right, c.Top, c.Bottom, c.Depth / 2, c.TouchesFrame);
            X = ((c.Left + c.Right) / (double)(side - 1)) - 1;
            Y = ((c.Top + c.Bottom) / (double)(side - 1)) - 1;
            (double hullArea, double hullLength) = Hull(components, label, side);
            Walk walk = Pixels(components, label, side, meanX, meanY, Math.Max(.5, axis.Spread));
            int holes = components.All.Count(h => h.Parent == label && h.Area >= LeastFilled);
            (int outward, int inward, double straight, double turning) = Contour.Describe(components, label, side);
            double outer = walk.OuterEdges * .8; // sides of pixels are longer than the line they approximate
            Measures =
            [
                2 * Math.Sqrt(filled) / side,
                area / filled,
                filled / (wide * high),
                Math.Log(wide / high),
                axis.Elongation,
                axis.Cos * axis.Elongation,
                axis.Sin * axis.Elongation,
                Math.Min(1.2, filled / hullArea),
                4 * Math.PI * hullArea / (hullLength * hullLength),
                Math.Log(1 + holes),
                Math.Min(3, outer / hullLength),
                walk.SkewX,
                walk.SkewY,
                walk.MirrorX,
                walk.MirrorY,
                walk.HalfTurn,
                Depth / 2.0,
                Math.Log(1 + c.Enclosed),
                Math.Min(3, 16 * area / Math.Max(1, c.Edges) / side * 2),
                Math.Log(1 + outward),
                Math.Log(1 + inward),
                straight,
                Math.Min(3, turning - 1),
            ];
        }

        /// <summary>Its place among the picture's components.</summary>
        public int Label { get; }

        public double X { get; }

        public double Y { get; }

        public int Left { get; }

        public int Right { get; }

        public int Top { get; }

        public int Bottom { get; }

        /// <summary>Things that enclose this one (regions of ground between them not counted).</summary>
        public int Depth { get; }

        public bool TouchesFrame { get; }

        public double[] Measures { get; }

        /// <summary>Cosine of the two forms, both brought to one size about their centres, the other one turned or mirrored by one of the eight maps of a square.</summary>
        public double Likeness(Thing other, int map)
        {
            int[] places = MapPlaces[map];
            double sum = 0;
            for (int i = 0; i < _grid.Length; i++)
            {
                sum += _grid[i] * other._grid[places[i]];
            }

            return sum;
        }

        // Where each cell of the grid goes under a map of the square: quarter turns, then those of the mirror image.
        private static int[] PlacesOf(int map) =>
        [
            .. Enumerable.Range(0, Grid * Grid).Select(i =>
            {
                (int u, int v) = map < MirrorMap ? (i % Grid, i / Grid) : (Grid - 1 - (i % Grid), i / Grid);
                for (int turn = 0; turn < map % MirrorMap; turn++)
                {
                    (u, v) = (Grid - 1 - v, u);
                }

                return (v * Grid) + u;
            }),
        ];

        // Convex hull of the pixels' squares (Andrew's monotone chain over the ends of each row).
        private static (double Area, double Length) Hull(ConnectedComponents components, int label, int side)
        {
            Component c = components[label];
            var points = new List<(double X, double Y)>();
            for (int y = c.Top; y <= c.Bottom; y++)
            {
                int from = c.Left, to = c.Right;
                while (components.Labels[(y * side) + from] != label)
                {
                    from++;
                    if (from > c.Right)
                    {
                        break;
                    }
                }

                if (from > c.Right)
                {
                    continue;
                }

                while (components.Labels[(y * side) + to] != label)
                {
                    to--;
                }

                points.AddRange([(from, y), (from, y + 1), (to + 1, y), (to + 1, y + 1)]);
            }

            points.Sort();
            List<(double X, double Y)> hull = [.. Chain(points)];
            hull.RemoveAt(hull.Count - 1);
            points.Reverse();
            hull.AddRange(Chain(points));
            double area = 0, length = 0;
            for (int i = 0; i + 1 < hull.Count; i++)
            {
                area += (hull[i].X * hull[i + 1].Y) - (hull[i + 1].X * hull[i].Y);
                length += Math.Sqrt(((hull[i + 1].X - hull[i].X) * (hull[i + 1].X - hull[i].X)) + ((hull[i + 1].Y - hull[i].Y) * (hull[i + 1].Y - hull[i].Y)));
            }

            return (Math.Abs(area) / 2, length);
        }

        private static List<(double X, double Y)> Chain(List<(double X, double Y)> points)
        {
            var chain = new List<(double X, double Y)>();
            foreach ((double X, double Y) p in points)
            {
                while (chain.Count >= 2 && ((chain[^1].X - chain[^2].X) * (p.Y - chain[^2].Y)) - ((chain[^1].Y - chain[^2].Y) * (p.X - chain[^2].X)) <= 0)
                {
                    chain.RemoveAt(chain.Count - 1);
                }

                chain.Add(p);
            }

            return chain;
        }

        private Walk Pixels(ConnectedComponents components, int label, int side, double meanX, double meanY, double spread)
        {
            Component c = components[label];
            int[] labels = components.Labels;
            double cubeX = 0, cubeY = 0;
            int outer = 0, mirrorX = 0, mirrorY = 0, turned = 0;
            for (int y = c.Top; y <= c.Bottom; y++)
            {
                int row = y * side, flippedRow = (c.Top + c.Bottom - y) * side;
                double dy = (y - meanY) / spread, cube = dy * dy * dy;
                int v = (int)((dy / Reach * Grid / 2) + (Grid / 2.0));
                for (int x = c.Left; x <= c.Right; x++)
                {
                    if (labels[row + x] != label)
                    {
                        continue;
                    }

                    double dx = (x - meanX) / spread;
                    cubeX += dx * dx * dx;
                    cubeY += cube;
                    outer += Outside(x - 1, y) + Outside(x + 1, y) + Outside(x, y - 1) + Outside(x, y + 1);
                    int flippedX = c.Left + c.Right - x;
                    mirrorX += Own(flippedX, row);
                    mirrorY += Own(x, flippedRow);
                    turned += Own(flippedX, flippedRow);
                    int u = (int)((dx / Reach * Grid / 2) + (Grid / 2.0));
                    if (u >= 0 && v >= 0 && u < Grid && v < Grid)
                    {
                        _grid[(v * Grid) + u]++;
                    }
                }
            }

            double norm = Math.Sqrt(_grid.Sum(g => (double)g * g));
            for (int i = 0; i < _grid.Length; i++)
            {
                _grid[i] /= (float)Math.Max(1e-6, norm);
            }

            double area = c.Area;
            return new Walk(outer, cubeX / area, cubeY / area, mirrorX / area, mirrorY / area, turned / area);

            // What surrounds a thing is the region that encloses it, or the frame.
            int Outside(int x, int y)
            {
                if (x < 0 || y < 0 || x >= side || y >= side)
                {
                    return 1;
                }

                int other = labels[(y * side) + x];
                return other != label && (other == c.Parent || (c.Parent < 0 && components[other].Parent < 0)) && !components[other].IsInk ? 1 : 0;
            }

            // Its own pixel there or beside; what lies within its box lies within the picture.
            int Own(int x, int row)
            {
                int at = row + x;
                return labels[at] == label || (x > 0 && labels[at - 1] == label) || (x < side - 1 && labels[at + 1] == label)
                    || (row > 0 && labels[at - side] == label) || (at + side < labels.Length && labels[at + side] == label) ? 1 : 0;
            }
        }

        private readonly record struct Walk(int OuterEdges, double SkewX, double SkewY, double MirrorX, double MirrorY, double HalfTurn);
    }
}
