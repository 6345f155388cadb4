using System.Globalization;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace Relsim.Web.Search;

/// <summary>How much relation and looks count in the order of hits.</summary>
/// <param name="Relational">Weight of the relational score.</param>
/// <param name="Attribute">Weight of the attribute score; negative asks for unlike looks.</param>
public readonly record struct SearchWeights(float Relational, float Attribute)
{
    /// <summary>Relation alone.</summary>
    public static SearchWeights RelationAlone { get; } = new(1, 0);

    /// <summary>Looks alone.</summary>
    public static SearchWeights LooksAlone { get; } = new(0, 1);

    /// <summary>
    /// From a slider: -1 = same logic, unlike looks (1, -0.5); 0 = same logic, whatever the looks (1, 0); 1 = looks alike (0, 1); straight lines in between.
    /// </summary>
    public static SearchWeights OfBlend(float blend) => blend <= 0 ? new SearchWeights(1, blend / 2) : new SearchWeights(1 - blend, blend);
}

/// <summary>What a person or a program searches for; it can be written into a link and read back.</summary>
public sealed record WebQuery : SearchFilters
{
    /// <summary>Most pictures, and most texts of each kind.</summary>
    public const int MostParts = 16;

    /// <summary>Most hits of one search.</summary>
    public const int MostHits = 500;

    /// <summary>Longest text.</summary>
    public const int LongestText = 2000;

    private const int DefaultLimit = 40;
    private const int LargestOffset = 10_000_000;
    private const string DateFormat = "yyyy-MM-dd";

    /// <summary>Pictures to search from: names of library or uploaded pictures; from programs also data URIs, and addresses where fetching is on.</summary>
    public IReadOnlyList<string> Images { get; init; } = [];

    /// <summary>Texts to add.</summary>
    public IReadOnlyList<string> Texts { get; init; } = [];

    /// <summary>Texts to turn away from.</summary>
    public IReadOnlyList<string> MinusTexts { get; init; } = [];

    /// <summary>The slider, -1 to 1 (<see cref="SearchWeights.OfBlend"/>). Default 0. Without pictures looks do not count.</summary>
    public float Blend { get; init; }

    /// <summary>Hits wanted, 1 to <see cref="MostHits"/>. Default 40.</summary>
    public int Limit { get; init; } = DefaultLimit;

    /// <summary>Whether there is nothing to search for.</summary>
    public bool IsEmpty => Images.Count == 0 && Texts.Count == 0 && MinusTexts.Count == 0;

    /// <summary>The query as that of a link, with its question mark; empty where all is default. Equal queries give equal texts.</summary>
    public string ToQueryString()
    {
        var builder = new QueryBuilder();
        builder.Add("image", Images);
        builder.Add("text", Texts);
        builder.Add("not", MinusTexts);
        Add("blend", Blend, 0);
        Add("folder", string.IsNullOrWhiteSpace(Folder) ? null : Folder.Trim(), null);
        Add("since", Since?.ToString(DateFormat, CultureInfo.InvariantCulture), null);
        Add("until", Until?.ToString(DateFormat, CultureInfo.InvariantCulture), null);
        Add("side", MinSide, 0);
        Add("score", MinScore, null);
        Add("interest", MinInterest, 0f);
        Add("offset", Offset, 0);
        Add("limit", Limit, DefaultLimit);
        return builder.ToQueryString().ToUriComponent();

        void Add<T>(string name, T value, T standard)
        {
            if (!EqualityComparer<T>.Default.Equals(value, standard))
            {
                builder.Add(name, Convert.ToString(value, CultureInfo.InvariantCulture)!);
            }
        }
    }

    /// <summary>Reads a link's query. What it does not know or cannot read is left out, and numbers are brought into their ranges: a link must not break a page.</summary>
    public static WebQuery Parse(string? queryString)
    {
        Dictionary<string, StringValues> parts = QueryHelpers.ParseQuery(queryString);
        return new WebQuery
        {
            Images = Texts("image"),
            Texts = Texts("text"),
            MinusTexts = Texts("not"),
            Blend = Number("blend", -1, 1) ?? 0,
            Folder = Text("folder"),
            Since = Date("since"),
            Until = Date("until"),
            MinSide = (int)(Number("side", 0, 1_000_000) ?? 0),
            MinScore = Number("score", -10, 10),
            MinInterest = Number("interest", 0, 1) ?? 0,
            Offset = Whole("offset", 0, LargestOffset, 0),
            Limit = Whole("limit", 1, MostHits, DefaultLimit),
        };

        string? Text(string name) => parts.TryGetValue(name, out StringValues values) && values[^1] is { Length: > 0 and <= LongestText } text ? text : null;

        string[] Texts(string name) => parts.TryGetValue(name, out StringValues values)
            ? [.. values.Where(value => value is { Length: > 0 and <= LongestText }).OfType<string>().Take(MostParts)]
            : [];

        float? Number(string name, float least, float most) =>
            float.TryParse(Text(name), NumberStyles.Float, CultureInfo.InvariantCulture, out float number) && float.IsFinite(number) ? Math.Clamp(number, least, most) : null;

        int Whole(string name, int least, int most, int standard) =>
            int.TryParse(Text(name), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) ? Math.Clamp(number, least, most) : standard;

        DateOnly? Date(string name) => DateOnly.TryParseExact(Text(name), DateFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly date) ? date : null;
    }
}
