namespace Relsim.Torch.Models.Mini;

/// <summary>Thins ink to lines of one pixel at half the picture's side (Zhang and Suen 1984) and counts where they end and fork. Not thread-safe.</summary>
internal sealed class Skeleton(int side)
{
    private readonly int _half = side / 2;
    private readonly bool[] _ink = new bool[side / 2 * (side / 2)];
    private readonly List<int> _inked = [];
    private readonly List<int> _removed = [];

    /// <summary>Free ends, forks (neighbouring forks count once) and pixels of the thinned ink.</summary>
    public (int Ends, int Forks, int Length) Describe(ReadOnlySpan<bool> ink)
    {
        _inked.Clear();
        for (int y = 0; y < _half; y++)
        {
            for (int x = 0; x < _half; x++)
            {
                int at = 2 * ((y * side) + x);
                bool on = ink[at] || ink[at + 1] || ink[at + side] || ink[at + side + 1];
                // The rim stays empty, so that every pixel has eight neighbours.
                _ink[(y * _half) + x] = on && x > 0 && y > 0 && x < _half - 1 && y < _half - 1;
                if (_ink[(y * _half) + x])
                {
                    _inked.Add((y * _half) + x);
                }
            }
        }

        while (Peel(first: true) | Peel(first: false))
        {
        }

        int ends = 0, forks = 0;
        foreach (int at in _inked)
        {
            (int neighbours, int crossings, _) = Around(at);
            ends += neighbours == 1 ? 1 : 0;
            // Pixels are in order of rows: a fork is counted where none was before, above or to the left.
            forks += crossings >= 3 && !(IsFork(at - 1) || IsFork(at - _half) || IsFork(at - _half - 1) || IsFork(at - _half + 1)) ? 1 : 0;
        }

        return (ends, forks, _inked.Count);
    }

    private bool IsFork(int at) => _ink[at] && Around(at).Crossings >= 3;

    private bool Peel(bool first)
    {
        _removed.Clear();
        foreach (int at in _inked)
        {
            (int neighbours, int crossings, int ring) = Around(at);
            if (neighbours is >= 2 and <= 6 && crossings == 1)
            {
                // Bits clockwise from above: 0 up, 2 right, 4 down, 6 left.
                bool up = (ring & 1) != 0, right = (ring & 4) != 0, down = (ring & 16) != 0, left = (ring & 64) != 0;
                if (first ? !(up && right && down) && !(right && down && left) : !(up && right && left) && !(up && down && left))
                {
                    _removed.Add(at);
                }
            }
        }

        foreach (int at in _removed)
        {
            _ink[at] = false;
        }

        _inked.RemoveAll(at => !_ink[at]);
        return _removed.Count > 0;
    }

    private (int Neighbours, int Crossings, int Ring) Around(int at)
    {
        int ring = 0;
        ReadOnlySpan<int> steps = [-_half, 1 - _half, 1, _half + 1, _half, _half - 1, -1, -_half - 1];
        for (int k = 0; k < 8; k++)
        {
            int next = at + steps[k];
            ring |= (uint)next < (uint)_ink.Length && _ink[next] ? 1 << k : 0;
        }

        int turned = ((ring << 1) | (ring >> 7)) & 255;
        return (System.Numerics.BitOperations.PopCount((uint)ring), System.Numerics.BitOperations.PopCount((uint)(ring & ~turned)), ring);
    }
}
