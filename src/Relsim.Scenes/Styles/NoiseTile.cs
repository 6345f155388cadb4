namespace Relsim.Scenes.Styles;

/// <summary>
/// A field of 256 x 256 values in [-127, 127] that repeats without a seam. Made once a process from fixed seeds; pictures
/// read it at random offsets, which costs no random number a pixel.
/// </summary>
internal sealed class NoiseTile
{
    public const int Side = 256;
    private const int Mask = Side - 1;

    private readonly sbyte[] _values;
    private readonly Lazy<sbyte[]> _expanded;

    private NoiseTile(float[] field)
    {
        float greatest = field.Max(MathF.Abs);
        _values = [.. field.Select(v => (sbyte)MathF.Round(127 * v / greatest))];
        _expanded = new Lazy<sbyte[]>(Expand);
    }

    /// <summary>Independent normal deviates, 42 to a deviation.</summary>
    public static NoiseTile Grain { get; } = new(White(1));

    /// <summary>Smooth, about four bumps across.</summary>
    public static NoiseTile Light { get; } = new(Fractal(2, (3, 3, 1), (6, 6, 0.3f)));

    /// <summary>Smooth, bumps of about 14 values: the stray of a hand, x.</summary>
    public static NoiseTile WarpX { get; } = new(Fractal(3, (18, 18, 1), (43, 43, 0.25f)));

    /// <summary>The stray of a hand, y.</summary>
    public static NoiseTile WarpY { get; } = new(Fractal(4, (18, 18, 1), (43, 43, 0.25f)));

    public static NoiseTile Cloud { get; } = new(Fractal(5, (5, 5, 1), (11, 11, 0.5f), (23, 23, 0.25f)));

    public static NoiseTile Wood { get; } = new(MakeWood());

    public static NoiseTile Cloth { get; } = new(MakeCloth());

    public static NoiseTile Grass { get; } = new(Fractal(8, (96, 20, 1), (64, 10, 0.7f), (7, 7, 0.7f)));

    public static NoiseTile Stone { get; } = new(MakeStone());

    public static NoiseTile Paper { get; } = new(Fractal(10, (128, 128, 0.6f), (61, 61, 0.6f), (9, 9, 0.35f)));

    /// <summary>The tooth of the paper that crayons and chalk leave bare.</summary>
    public static NoiseTile Wax { get; } = new(Fractal(11, (128, 128, 1), (85, 100, 0.6f)));

    /// <summary>Thresholds of a halftone screen at 45 degrees, 4 pixels a dot.</summary>
    public static NoiseTile Screen { get; } = new(Make((x, y) => 0.5f * (MathF.Cos((x + y) * MathF.Tau * 45 / Side) + MathF.Cos((x - y) * MathF.Tau * 45 / Side))));

    /// <summary>The value at a place taken modulo the side.</summary>
    public int this[int x, int y] => _values[((y & Mask) * Side) + (x & Mask)];

    /// <summary>A row with each value repeated for the four channels.</summary>
    public ReadOnlySpan<sbyte> ExpandedRow(int y) => _expanded.Value.AsSpan((y & Mask) * Side * 4, Side * 4);

    private static float[] Make(Func<int, int, float> value)
    {
        var field = new float[Side * Side];
        for (int i = 0; i < field.Length; i++)
        {
            field[i] = value(i & Mask, i / Side);
        }

        return field;
    }

    private static float[] White(ulong seed)
    {
        var random = new SceneRandom(seed);
        return Make((_, _) => Math.Clamp(random.Normal(1), -3, 3));
    }

    /// <summary>A sum of value noises, each given by its cells across, cells down and weight.</summary>
    private static float[] Fractal(ulong seed, params (int X, int Y, float Weight)[] layers)
    {
        var sum = new float[Side * Side];
        for (int layer = 0; layer < layers.Length; layer++)
        {
            (int cellsX, int cellsY, float weight) = layers[layer];
            var random = new SceneRandom(SceneRandom.Combine(seed, (ulong)layer));
            float[] lattice = [.. Enumerable.Range(0, cellsX * cellsY).Select(_ => random.Uniform(-1, 1))];
            for (int i = 0; i < sum.Length; i++)
            {
                sum[i] += weight * Smooth(lattice, cellsX, cellsY, (i & Mask) * cellsX / (float)Side, i / Side * cellsY / (float)Side);
            }
        }

        return sum;
    }

    private static float Smooth(float[] lattice, int cellsX, int cellsY, float x, float y)
    {
        (int left, int top) = ((int)x, (int)y);
        (int right, int below) = ((left + 1) % cellsX, (top + 1) % cellsY);
        float u = Ease(x - left);
        float v = Ease(y - top);
        float upper = float.Lerp(lattice[(top * cellsX) + left], lattice[(top * cellsX) + right], u);
        float lower = float.Lerp(lattice[(below * cellsX) + left], lattice[(below * cellsX) + right], u);
        return float.Lerp(upper, lower, v);
    }

    private static float Ease(float t) => t * t * (3 - (2 * t));

    private static float[] MakeWood()
    {
        float[] bend = Fractal(6, (4, 2, 1), (9, 4, 0.4f));
        float[] streaks = Fractal(60, (5, 96, 1), (8, 128, 0.7f));
        return Make((x, y) => MathF.Sin(((y / 256f * 9) + (1.2f * bend[(y * Side) + x])) * MathF.Tau) + (0.8f * streaks[(y * Side) + x]));
    }

    private static float[] MakeCloth()
    {
        float[] grain = White(7);
        return Make((x, y) => (((x >> 1) + (y >> 1)) % 2 == 0 ? MathF.Sin(x * MathF.PI / 2) : MathF.Cos(y * MathF.PI / 2)) + (0.3f * grain[(y * Side) + x]));
    }

    private static float[] MakeStone()
    {
        float[] veins = Fractal(9, (6, 6, 1), (13, 13, 0.5f), (29, 29, 0.25f));
        return Make((x, y) => 0.5f - MathF.Sqrt(MathF.Abs(veins[(y * Side) + x])));
    }

    private sbyte[] Expand()
    {
        var expanded = new sbyte[_values.Length * 4];
        for (int i = 0; i < _values.Length; i++)
        {
            expanded.AsSpan(i * 4, 4).Fill(_values[i]);
        }

        return expanded;
    }
}
