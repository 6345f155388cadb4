using System.Globalization;
using System.Text.Json;
using Relsim.Datasets;
using Relsim.Scenes.Styles;
using Relsim.Scenes.Subjects;

namespace Relsim.Scenes;

/// <summary>
/// Scenes as files, in the published format: pictures named {image_hash}.png, scenes.jsonl with image_hash, caption and url_link
/// (ground truth in further columns), and groups.json with the pictures that share a relation.
/// </summary>
public static class SceneFiles
{
    /// <summary>Name of the caption file.</summary>
    public const string Captions = "scenes.jsonl";

    /// <summary>Name of the seed groups' file.</summary>
    public const string Groups = "groups.json";

    private const int LargestGroup = 19;

    /// <summary>
    /// Paints the recipes on all processors and writes pictures, captions and groups into <paramref name="folder"/>. Files are
    /// complete or absent; run again, it writes the same files. <paramref name="progress"/> is told done and total, from several
    /// threads. Returns the pictures' paths in the recipes' order.
    /// </summary>
    public static IReadOnlyList<string> Write(
        string folder, IReadOnlyList<SceneRecipe> recipes, int size, Action<int, int>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(recipes);
        Directory.CreateDirectory(folder);
        var records = new CaptionRecord[recipes.Count];
        int done = 0;
        Parallel.For(0, recipes.Count, new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Environment.ProcessorCount }, i =>
        {
            byte[] png = ImageEncoding.Png(recipes[i].Paint(size));
            string hash = CaptionRecord.HashOf(png);
            AtomicFile.Write(Path.Combine(folder, $"{hash}.png"), stream => stream.Write(png));
            records[i] = Record(recipes[i], hash);
            progress?.Invoke(Interlocked.Increment(ref done), recipes.Count);
        });
        CaptionRecord.WriteAll(Path.Combine(folder, Captions), records);
        SeedGroup.WriteAll(Path.Combine(folder, Groups), ToGroups(records, recipes));
        return [.. records.Select(record => Path.Combine(folder, $"{record.ImageHash}.png"))];
    }

    /// <summary>Whether a folder holds all files of a gallery of so many scenes: what <see cref="Write"/> leaves when it is not stopped.</summary>
    /// <exception cref="DatasetFormatException">The caption file cannot be read.</exception>
    public static bool IsComplete(string folder, int count)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        string captions = Path.Combine(folder, Captions);
        if (!File.Exists(captions) || !File.Exists(Path.Combine(folder, Groups)))
        {
            return false;
        }

        CaptionRecord[] records = [.. CaptionRecord.ReadAll(captions)];
        return records.Length == count && records.All(record => File.Exists(Path.Combine(folder, $"{record.ImageHash}.png")));
    }

    private static CaptionRecord Record(SceneRecipe recipe, string hash)
    {
        SceneTruth truth = recipe.Describe();
        return new CaptionRecord
        {
            ImageHash = hash,
            Caption = truth.Caption,
            UrlLink = $"{hash}.png",
            Extra = new Dictionary<string, JsonElement>
            {
                ["relation"] = Text(recipe.Relation?.Id ?? "clutter"),
                ["family"] = Text(recipe.Relation?.Family.Name ?? "clutter"),
                ["held_out"] = JsonSerializer.SerializeToElement(recipe.Relation?.HeldOut ?? false, SceneJson.Default.Boolean),
                ["subject"] = Text(SubjectCatalog.All[truth.MainSubject].Name),
                ["style"] = Text(StyleCatalog.All[truth.StyleKind].Name),
                ["palette"] = Text(truth.Palette),
                ["attribute_caption"] = Text(truth.AttributeCaption),
                ["split"] = Text(recipe.Split.ToString()),
                ["look_seed"] = Text(recipe.LookSeed.ToString(CultureInfo.InvariantCulture)),
            },
        };
    }

    private static IEnumerable<SeedGroup> ToGroups(CaptionRecord[] records, IReadOnlyList<SceneRecipe> recipes) =>
        from i in Enumerable.Range(0, records.Length)
        where recipes[i].Relation is not null
        group i by recipes[i].Relation!.Index into relation
        orderby relation.Key
        from chunk in relation.Chunk(LargestGroup)
        where chunk.Length > 1
        select new SeedGroup { AnonymousCaption = records[chunk[0]].Caption, ImageUrls = [.. chunk.Select(i => records[i].UrlLink!)] };

    private static JsonElement Text(string value) => JsonSerializer.SerializeToElement(value, SceneJson.Default.String);
}
