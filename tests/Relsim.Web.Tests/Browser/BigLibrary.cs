using Relsim.Search;

namespace Relsim.Web.Tests.Browser;

/// <summary>A library of many pictures from few: each is a link to a real one, with its embedding pushed a little aside, so that the cloud has the shape of a real one.</summary>
internal static class BigLibrary
{
    private const float Push = 0.9f;

    /// <summary>Writes <paramref name="count"/> pictures into <paramref name="folder"/> and a library of them.</summary>
    public static string Write(string source, string folder, int count)
    {
        Directory.CreateDirectory(folder);
        string library = Path.Combine(folder, "big.db");
        using EmbeddingStore small = EmbeddingStore.OpenExisting(source);
        StoredImage[] real = [.. small.All()];
        using EmbeddingStore store = EmbeddingStore.Open(library, small.Identity);
        var random = new Random(11);
        store.Upsert(Enumerable.Range(0, count).Select(i =>
        {
            StoredImage image = real[i % real.Length];
            string path = Path.Combine(folder, $"picture-{i:D5}.png");
            File.CreateSymbolicLink(path, image.Path);
            // A hash of its own, so that each has a thumbnail of its own to be made and fetched.
            FileState file = image.File with { Sha256 = $"{i:x64}" };
            ImageEmbedding embedding = image.Embedding with { Relational = Pushed(image.Embedding.Relational, random), Attribute = Pushed(image.Embedding.Attribute, random) };
            return new StoredImage(path, file, embedding);
        }));
        return library;
    }

    private static float[] Pushed(float[] vector, Random random)
    {
        float scale = Push / MathF.Sqrt(vector.Length);
        float[] moved = Array.ConvertAll(vector, value => value + (scale * ((2 * random.NextSingle()) - 1)));
        float norm = MathF.Sqrt(moved.Sum(value => value * value));
        return Array.ConvertAll(moved, value => value / norm);
    }
}
