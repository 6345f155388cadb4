using System.Security.Cryptography;
using Relsim.Search;

namespace Relsim.Tests.Search;

/// <summary>Stored images whose every field follows from a number, so that a mixed-up row shows.</summary>
internal static class StoreSamples
{
    public static StoredImage Image(string path, int seed, StoreIdentity identity)
    {
        Random random = new(seed);
        FileState file = new(random.Next(), new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero).AddTicks(seed), Convert.ToHexStringLower(SHA256.HashData(BitConverter.GetBytes(seed))));
        return new StoredImage(path, file, Embedding(seed, identity));
    }

    public static ImageEmbedding Embedding(int seed, StoreIdentity identity)
    {
        Random random = new(seed);
        return new ImageEmbedding(Unit(random, identity.RelationalDimension), Unit(random, identity.AttributeDimension), random.NextSingle(), random.Next(1, 999), random.Next(1, 999));
    }

    public static float[] Unit(Random random, int dimension)
    {
        float[] vector = [.. Enumerable.Range(0, dimension).Select(_ => (2 * random.NextSingle()) - 1)];
        DotProduct.Normalize(vector, vector);
        return vector;
    }
}
