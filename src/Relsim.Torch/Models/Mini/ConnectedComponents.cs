namespace Relsim.Torch.Models.Mini;

/// <summary>
/// The separate things of a square picture: its ink parted into components (eight neighbours), its ground into regions (four neighbours), and what
/// encloses what. One instance serves one thread and may be used again and again.
/// </summary>
internal sealed class ConnectedComponents
{
    private readonly int _side;
    private readonly int[] _stack;
    private readonly List<Component> _components = [];

    public ConnectedComponents(int side)
    {
        _side = side;
        Labels = new int[side * side];
        _stack = new int[side * side];
    }

    /// <summary>For every pixel, row by row, the place of its component in <see cref="All"/>.</summary>
    public int[] Labels { get; }

    /// <summary>Components of ink and regions of ground, in the order of their first pixel.</summary>
    public IReadOnlyList<Component> All => _components;

    /// <summary>Parts a picture; <paramref name="ink"/> says of every pixel whether it is ink.</summary>
    public void Find(ReadOnlySpan<bool> ink)
    {
        _components.Clear();
        Array.Fill(Labels, -1);
        for (int start = 0; start < Labels.Length; start++)
        {
            if (Labels[start] >= 0)
            {
                continue;
            }

            // Rows are read from above, so what encloses a component lies right above its first pixel, and is known.
            var component = new Component { IsInk = ink[start], Parent = start >= _side ? Labels[start - _side] : -1 };
            Flood(ink, start, _components.Count, component);
            _components.Add(component);
        }

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

    private void Flood(ReadOnlySpan<bool> ink, int start, int label, Component component)
    {
        int top = 0;
        _stack[top++] = start;
        Labels[start] = label;
        while (top > 0)
        {
            int at = _stack[--top], x = at % _side, y = at / _side;
            component.Add(x, y);
            component.TouchesFrame |= x == 0 || y == 0 || x == _side - 1 || y == _side - 1;
            for (int dy = y > 0 ? -1 : 0; dy <= 1 && y + dy < _side; dy++)
            {
                for (int dx = x > 0 ? -1 : 0; dx <= 1 && x + dx < _side; dx++)
                {
                    int next = at + (dy * _side) + dx;
                    if (ink[next] != component.IsInk)
                    {
                        component.Edges += dx == 0 || dy == 0 ? 1 : 0;
                    }
                    else if (Labels[next] < 0 && (component.IsInk || dx == 0 || dy == 0))
                    {
                        Labels[next] = label;
                        _stack[top++] = next;
                    }
                }
            }
        }
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

    public double SumX { get; private set; }

    public double SumY { get; private set; }

    public double SumXX { get; private set; }

    public double SumYY { get; private set; }

    public double SumXY { get; private set; }

    public void Add(int x, int y)
    {
        Area++;
        Left = Math.Min(Left, x);
        Right = Math.Max(Right, x);
        Top = Math.Min(Top, y);
        Bottom = Math.Max(Bottom, y);
        SumX += x;
        SumY += y;
        SumXX += (double)x * x;
        SumYY += (double)y * y;
        SumXY += (double)x * y;
    }
}
