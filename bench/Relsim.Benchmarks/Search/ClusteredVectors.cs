using System.Runtime.InteropServices;

namespace Relsim.Benchmarks.Search;

/// <summary>Unit vectors around 2,000 random centres, as embeddings of a collection with recurring motifs are.</summary>
internal static class ClusteredVectors
{
    private const int Centres = 2000;
    private const float Spread = 0.8f;

    public static void Write(string file, int count, int dimension)
    {
        Random random = new(384);
        float[][] centres = [.. Enumerable.Range(0, Centres).Select(_ => Gaussian(random, dimension))];
        using FileStream stream = new(file + ".tmp", FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20);
        for (int i = 0; i < count; i++)
        {
            float[] centre = centres[random.Next(Centres)];
            float[] vector = Gaussian(random, dimension);
            for (int j = 0; j < dimension; j++)
            {
                vector[j] = centre[j] + (Spread * vector[j]);
            }

            float norm = MathF.Sqrt(vector.Sum(value => value * value));
            for (int j = 0; j < dimension; j++)
            {
                vector[j] /= norm;
            }

            stream.Write(MemoryMarshal.AsBytes(vector.AsSpan()));
        }

        stream.Close();
        File.Move(file + ".tmp", file, overwrite: true);
    }

    /// <summary>Sums of three uniform numbers: near enough to normal, and fast.</summary>
    private static float[] Gaussian(Random random, int dimension)
    {
        float[] vector = new float[dimension];
        for (int j = 0; j < dimension; j++)
        {
            vector[j] = 2 * (random.NextSingle() + random.NextSingle() + random.NextSingle() - 1.5f);
        }

        return vector;
    }
}
