using NetVips;
using Relsim.Imaging;
using Relsim.Scenes;
using Relsim.Scenes.Relations;

namespace Relsim.Benchmarks.EndToEnd;

/// <summary>One-megapixel JPEG files on disk: painted scenes under grain, about as many bytes as photographs of that size.</summary>
internal static class JpegFiles
{
    private const int Side = 1024;
    private const int Drawings = 20;

    /// <summary>Writes <paramref name="count"/> different files and gives their paths.</summary>
    public static string[] Write(string folder, int count)
    {
        Directory.CreateDirectory(folder);
        Relation[] relations = [.. RelationCatalog.Trained.Take(Drawings)];
        RgbImage[] scenes = [.. relations.AsParallel().AsOrdered().Select((relation, i) => new SceneRecipe(relation, Split.Train, (ulong)i, (ulong)i).Paint(Side))];
        string[] paths = [.. Enumerable.Range(0, count).Select(i => Path.Combine(folder, $"{i:D4}.jpg"))];
        Parallel.For(0, count, i => WriteOne(paths[i], scenes[i % scenes.Length], i));
        return paths;
    }

    private static void WriteOne(string path, RgbImage scene, int seed)
    {
        using Image drawing = Image.NewFromMemory(scene.Pixels, scene.Width, scene.Height, 3, Enums.BandFormat.Uchar);
        using Image detail = Image.Gaussnoise(Side / 4, Side / 4, mean: 0, sigma: 16, seed: seed).Resize(4);
        using Image grain = Image.Gaussnoise(Side, Side, mean: 0, sigma: 5, seed: seed + 100_000);
        using Image photo = (drawing + detail + grain).Cast(Enums.BandFormat.Uchar).Copy(interpretation: Enums.Interpretation.Srgb);
        photo.Jpegsave(path, q: 88);
    }
}
