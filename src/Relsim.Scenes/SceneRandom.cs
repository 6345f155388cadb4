namespace Relsim.Scenes;

/// <summary>A seeded source of random numbers: the same seed gives the same scene on every run and machine. Not thread-safe.</summary>
public sealed class SceneRandom
{
    private readonly Random _random;

    /// <summary>Starts the sequence that belongs to <paramref name="seed"/>.</summary>
    public SceneRandom(ulong seed) => _random = new Random(unchecked((int)(Mix(seed) >> 32)));

    /// <summary>Joins a seed and a number to a new, unrelated seed (SplitMix64's finaliser).</summary>
    public static ulong Combine(ulong seed, ulong number) => Mix(seed + (0x9E3779B97F4A7C15UL * (number + 1)));

    /// <summary>A real number in [low, high).</summary>
    public float Uniform(float low, float high) => low + ((high - low) * _random.NextSingle());

    /// <summary>A draw from the normal distribution with mean 0 and the given deviation.</summary>
    public float Normal(float deviation)
    {
        double radius = Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble()));
        return (float)(deviation * radius * Math.Cos(2 * Math.PI * _random.NextDouble()));
    }

    /// <summary>An angle in radians, [0, 2 pi).</summary>
    public float Angle() => Uniform(0, MathF.Tau);

    /// <summary>A whole number from low to high, both included.</summary>
    public int Whole(int low, int high) => _random.Next(low, high + 1);

    /// <summary>True with the given probability.</summary>
    public bool Chance(float probability) => _random.NextSingle() < probability;

    /// <summary>-1 or 1.</summary>
    public int Sign() => _random.Next(2) == 0 ? -1 : 1;

    /// <summary>One of the items, all equally likely.</summary>
    public T Pick<T>(IReadOnlyList<T> items)
    {
        ArgumentNullException.ThrowIfNull(items);
        return items[_random.Next(items.Count)];
    }

    /// <summary>The numbers 0 .. count-1 in random order.</summary>
    public int[] Permutation(int count)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        _random.Shuffle(order);
        return order;
    }

    /// <summary>A seed for another source.</summary>
    public ulong NextSeed() => (ulong)_random.NextInt64(long.MaxValue);

    private static ulong Mix(ulong x)
    {
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9UL;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EBUL;
        return x ^ (x >> 31);
    }
}
