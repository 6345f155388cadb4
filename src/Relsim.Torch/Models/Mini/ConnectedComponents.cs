namespace Relsim.Torch.Models.Mini;

/// <summary>
/// The separate things of a square picture: its ink parted into components (eight neighbours), its ground into regions (four neighbours), and what
/// encloses what. One instance serves one thread and may be used again and again.
/// </summary>
/// <remarks>Rows are cut into runs of one kind, and runs that touch those above are joined (Rosenfeld and Pfaltz 1966), so that time goes with the number of runs, not of pixels.</remarks>
internal sealed class ConnectedComponents(int side)
{
    private readonly List<Run> _runs = [];
    private readonly List<Component> _components = [];

    /// <summary>For every pixel, row by row, the place of its component in <see cref="All"/>.</summary>
    public int[] Labels { get; } = new int[side * side];

    /// <summary>Components of ink and regions of ground, in the order of their first pixel.</summary>
    public IReadOnlyList<Component> All => _components;

    /// <summary>One of <see cref="All"/>.</summary>
    public Component this[int label] => _components[label];

    /// <summary>Parts a picture; <paramref name="ink"/> says of every pixel whether it is ink.</summary>
    public void Find(ReadOnlySpan<bool> ink)
    {
        Cut(ink);
        Label();

        // What a component fills: its own pixels and all that it encloses. Children come after their parents.
        for (int i = _components.Count - 1; i >= 0; i--)
        {
            Component component = _components[i];
            component.Filled += component.Area;
            if (component.Parent >= 0 && !component.TouchesFrame)
            {
                Component parent = _components[component.Parent];
                parent.Filled += component.Filled;
                parent.Enclosed++;
            }
            else
            {
                component.Parent = -1;
            }
        }

        foreach (Component component in _components)
        {
            component.Depth = component.Parent < 0 ? 0 : _components[component.Parent].Depth + 1;
        }
    }

    private void Cut(ReadOnlySpan<bool> ink)
    {
        _runs.Clear();
        int above = 0;
        for (int y = 0; y < side; y++)
        {
            int first = _runs.Count;
            ReadOnlySpan<bool> row = ink.Slice(y * side, side);
            for (int x = 0; x < side;)
            {
                int length = row[x..].IndexOf(!row[x]);
                int end = length < 0 ? side : x + length;
                _runs.Add(new Run { Y = y, From = x, To = end - 1, IsInk = row[x], Root = _runs.Count, Edges = (x > 0 ? 1 : 0) + (end < side ? 1 : 0) });
                x = end;
            }

            Join(above, first);
            above = first;
        }
    }

    // Joins the runs of the newest row to those of the row above that they touch, also over a corner where they are ink; counts the edges between the two rows.
    private void Join(int above, int first)
    {
        int start = above;
        for (int i = first; i < _runs.Count; i++)
        {
            Run run = _runs[i];
            while (start < first && _runs[start].To < run.From - 1)
            {
                start++;
            }

            for (int j = start; j < first && _runs[j].From <= run.To + 1; j++)
            {
                Run other = _runs[j];
                int shared = Math.Min(run.To, other.To) - Math.Max(run.From, other.From) + 1;
                if (run.IsInk != other.IsInk)
                {
                    run.Edges += Math.Max(0, shared);
                    other.Edges += Math.Max(0, shared);
                }
                else if (shared > 0 || run.IsInk)
                {
                    int a = Root(i), b = Root(j);
                    _runs[Math.Max(a, b)].Root = Math.Min(a, b);
                }
            }
        }
    }

    private int Root(int run)
    {
        while (_runs[run].Root != run)
        {
            run = _runs[run].Root = _runs[_runs[run].Root].Root;
        }

        return run;
    }

    // A root is its component's first run, so components come in the order of their first pixels. What encloses a component lies right above that pixel.
    private void Label()
    {
        _components.Clear();
        for (int i = 0; i < _runs.Count; i++)
        {
            Run run = _runs[i];
            int root = Root(i);
            if (root == i)
            {
                run.Label = _components.Count;
                _components.Add(new Component { IsInk = run.IsInk, Parent = run.Y > 0 ? Labels[((run.Y - 1) * side) + run.From] : -1 });
            }

            run.Label = _runs[root].Label;
            Component component = _components[run.Label];
            component.Add(run.Y, run.From, run.To);
            component.Edges += run.Edges;
            component.TouchesFrame |= run.Y == 0 || run.Y == side - 1 || run.From == 0 || run.To == side - 1;
            Labels.AsSpan((run.Y * side) + run.From, run.To - run.From + 1).Fill(run.Label);
        }
    }

    /// <summary>Neighbouring pixels of one kind in a row.</summary>
    private sealed class Run
    {
        public required int Y { get; init; }

        public required int From { get; init; }

        public required int To { get; init; }

        public required bool IsInk { get; init; }

        /// <summary>An earlier run of the same component, or this one where it is the first.</summary>
        public required int Root { get; set; }

        public required int Edges { get; set; }

        public int Label { get; set; }
    }
}

/// <summary>One component: sums over its pixels, and its place in the order of enclosure.</summary>
internal sealed class Component
{
    public required bool IsInk { get; init; }

    /// <summary>The component that encloses this one, or -1.</summary>
    public int Parent { get; set; }

    /// <summary>How many components enclose this one.</summary>
    public int Depth { get; set; }

    /// <summary>Components that lie directly within this one.</summary>
    public int Enclosed { get; set; }

    public bool TouchesFrame { get; set; }

    /// <summary>Pixels.</summary>
    public int Area { get; private set; }

    /// <summary>Pixels, those of everything enclosed included.</summary>
    public int Filled { get; set; }

    /// <summary>Sides of pixels that border on the other kind.</summary>
    public int Edges { get; set; }

    public int Left { get; private set; } = int.MaxValue;

    public int Right { get; private set; } = -1;

    public int Top { get; private set; } = int.MaxValue;

    public int Bottom { get; private set; } = -1;

    public long SumX { get; private set; }

    public long SumY { get; private set; }

    public long SumXX { get; private set; }

    public long SumYY { get; private set; }

    public long SumXY { get; private set; }

    /// <summary>Adds the pixels of a row from one column to another, both included.</summary>
    public void Add(int y, int from, int to)
    {
        long count = to - from + 1, sum = (from + to) * count / 2;
        Area += (int)count;
        Left = Math.Min(Left, from);
        Right = Math.Max(Right, to);
        Top = Math.Min(Top, y);
        Bottom = Math.Max(Bottom, y);
        SumX += sum;
        SumY += y * count;
        SumXX += Squares(to) - Squares(from - 1);
        SumYY += y * y * count;
        SumXY += y * sum;
    }

    // 0 + 1 + 4 + ... + n n; of n = -1 it is 0.
    private static long Squares(long n) => n * (n + 1) * ((2 * n) + 1) / 6;
}
