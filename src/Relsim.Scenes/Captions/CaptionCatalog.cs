using System.Collections.Frozen;
using System.Text.Json;

namespace Relsim.Scenes.Captions;

/// <summary>
/// The anonymous captions of all relations: wordings that describe the logic of a scene with placeholders in braces and never name what it shows.
/// Read once from the assembly's own resources. Thread-safe.
/// </summary>
public static class CaptionCatalog
{
    /// <summary>Wordings that every relation has: the first seven train, the eighth validates, the last two test.</summary>
    public const int WordingsPerRelation = 10;

    private static readonly Lazy<FrozenDictionary<string, string[]>> Relations = new(() => ReadCaptions("relations-a.json", "relations-b.json"));
    private static readonly Lazy<FrozenDictionary<string, string[]>> Transformations = new(() => ReadCaptions("transformations.json"));
    private static readonly Lazy<string[]> Ids = new(() => [.. Relations.Value.Keys.Order(StringComparer.Ordinal)]);
    private static readonly Lazy<CaptionParaphraser> Paraphraser = new(() => new CaptionParaphraser(ReadSynonyms()));

    private static readonly Lazy<FrozenDictionary<Split, string[]>> Everything = new(() =>
        Enum.GetValues<Split>().ToFrozenDictionary(split => split, split => Ids.Value.SelectMany(id => For(id, split)).ToArray()));

    /// <summary>Every relation that has captions, as family/variant, in ordinal order.</summary>
    public static IReadOnlyList<string> RelationIds => Ids.Value;

    /// <summary>The wordings of one relation or transformation in one split; the three splits are disjoint.</summary>
    /// <param name="relationId">Family and variant, e.g. "size-order/ascending" or "turned/half".</param>
    /// <param name="split">Which wordings.</param>
    /// <exception cref="ArgumentException">The relation has no captions; the message names it.</exception>
    public static IReadOnlyList<string> For(string relationId, Split split)
    {
        ArgumentNullException.ThrowIfNull(relationId);
        return Relations.Value.TryGetValue(relationId, out string[]? captions) || Transformations.Value.TryGetValue(relationId, out captions)
            ? new ArraySegment<string>(captions)[RangeOf(split)]
            : throw new ArgumentException($"No captions for relation '{relationId}'. Names are family/variant; add ten wordings to a file of src/Relsim.Scenes/Captions.", nameof(relationId));
    }

    /// <summary>All wordings of a split, relation after relation. Families that are kept out of training are included: whoever trains leaves them out by relation.</summary>
    public static IReadOnlyList<string> All(Split split) => Everything.Value.TryGetValue(split, out string[]? captions)
        ? captions
        : throw new ArgumentOutOfRangeException(nameof(split), split, "Not a split.");

    /// <summary>Says the same in other words: up to three phrases swapped for synonyms, sometimes without articles, with other placeholder names, in lower case or without its last clause. Same seed, same words; never empty.</summary>
    /// <param name="caption">An anonymous caption, not blank.</param>
    /// <param name="random">Decides what changes.</param>
    public static string Paraphrase(string caption, SceneRandom random)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(caption);
        ArgumentNullException.ThrowIfNull(random);
        return Paraphraser.Value.Paraphrase(caption, random);
    }

    /// <summary>A caption of what a scene looks like, the opposite of an anonymous one: it names subject, style and palette and says nothing about their relation.</summary>
    /// <param name="subject">A common noun in the singular, e.g. "pear".</param>
    /// <param name="style">An adjective or noun that can stand before "picture", e.g. "blueprint".</param>
    /// <param name="palette">An adjective that can stand before "colours", e.g. "warm".</param>
    /// <param name="random">Decides the wording.</param>
    public static string Attributes(string subject, string style, string palette, SceneRandom random)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(subject);
        ArgumentException.ThrowIfNullOrWhiteSpace(style);
        ArgumentException.ThrowIfNullOrWhiteSpace(palette);
        ArgumentNullException.ThrowIfNull(random);
        return AttributeCaptions.Write(subject, style, palette, random);
    }

    /// <summary>The groups of interchangeable words and phrases behind <see cref="Paraphrase"/>.</summary>
    internal static string[][] ReadSynonyms()
    {
        using JsonDocument document = ReadResource("synonyms.json");
        return [.. document.RootElement.EnumerateArray().Select(Strings)];
    }

    private static FrozenDictionary<string, string[]> ReadCaptions(params string[] files)
    {
        Dictionary<string, string[]> relations = new(StringComparer.Ordinal);
        foreach (string file in files)
        {
            using JsonDocument document = ReadResource(file);
            foreach (JsonProperty relation in document.RootElement.EnumerateObject())
            {
                string[] captions = Strings(relation.Value);
                if (captions.Length != WordingsPerRelation || !relations.TryAdd(relation.Name, captions))
                {
                    throw new InvalidDataException($"{file}: relation '{relation.Name}' must stand once with {WordingsPerRelation} captions, found {captions.Length}.");
                }
            }
        }

        return relations.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private static Range RangeOf(Split split) => split switch
    {
        Split.Train => ..7,
        Split.Validation => 7..8,
        Split.Test => 8..,
        _ => throw new ArgumentOutOfRangeException(nameof(split), split, "Not a split."),
    };

    private static JsonDocument ReadResource(string file)
    {
        using Stream stream = typeof(CaptionCatalog).Assembly.GetManifestResourceStream("Relsim.Scenes.Captions." + file)
            ?? throw new InvalidDataException($"The assembly lacks its resource {file}; see EmbeddedResource in Relsim.Scenes.csproj.");
        return JsonDocument.Parse(stream);
    }

    private static string[] Strings(JsonElement array) =>
        [.. array.EnumerateArray().Select(item => item.GetString() ?? throw new InvalidDataException("A caption or synonym is null."))];
}
