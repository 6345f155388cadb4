namespace Relsim.Evaluation.Reports;

/// <summary>Everything that a demo report shows.</summary>
public sealed record DemoReportContent
{
    /// <summary>The heading. Default "Same logic, different looks".</summary>
    public string Title { get; init; } = "Same logic, different looks";

    /// <summary>How many pictures were searched.</summary>
    public required int GallerySize { get; init; }

    /// <summary>What the gallery is, as the end of "searched among 600 pictures ...": one clause.</summary>
    public string Gallery { get; init; } = string.Empty;

    /// <summary>The queries, in the order shown.</summary>
    public required IReadOnlyList<DemoQuery> Queries { get; init; }

    /// <summary>How often each head agrees with the truth; null (the default) counts it over <see cref="Queries"/>.</summary>
    public IReadOnlyList<DemoAgreement>? Agreement { get; init; }

    /// <summary>Joint maps.</summary>
    public IReadOnlyList<DemoMap> Maps { get; init; } = [];

    /// <summary>What to type next.</summary>
    public IReadOnlyList<NextStep> NextSteps { get; init; } = [];

    /// <summary>How the report came to be.</summary>
    public required DemoProvenance Provenance { get; init; }
}

/// <summary>A query and its neighbours.</summary>
/// <param name="Thumbnail">A PNG, JPEG or WebP file.</param>
/// <param name="Caption">The anonymous caption of the query.</param>
/// <param name="Relation">Name of its true relation; empty where nobody knows.</param>
/// <param name="Relational">Nearest in the relational space, best first.</param>
/// <param name="Attribute">Nearest in the attribute space, best first.</param>
public sealed record DemoQuery(
    byte[] Thumbnail, string Caption, string Relation, IReadOnlyList<DemoHit> Relational, IReadOnlyList<DemoHit> Attribute);

/// <summary>A neighbour.</summary>
/// <param name="Thumbnail">A PNG, JPEG or WebP file.</param>
/// <param name="Score">Cosine, higher is closer.</param>
/// <param name="Description">What the picture shows, in a few words, for those who do not see it.</param>
/// <param name="SharedCaption">The anonymous caption that query and hit share most, where one was looked up.</param>
/// <param name="SameRelation">Whether the truth agrees that the relation is the same; null where nobody knows.</param>
/// <param name="SameLook">Whether the truth agrees that the look is the same; null where nobody knows.</param>
public sealed record DemoHit(
    byte[] Thumbnail, double Score, string Description, string? SharedCaption = null, bool? SameRelation = null, bool? SameLook = null);

/// <summary>Share of a head's hits that the truth agrees with.</summary>
/// <param name="Name">"Same logic" or "Same look".</param>
/// <param name="SameRelation">Share of hits, 0 to 1, with the query's relation; NaN where nobody knows.</param>
/// <param name="SameLook">Share of hits, 0 to 1, with the query's look; NaN where nobody knows.</param>
/// <param name="Hits">How many hits were counted.</param>
public sealed record DemoAgreement(string Name, double SameRelation, double SameLook, int Hits)
{
    /// <summary>Counts over queries: one line for the relational hits, one for the attribute hits.</summary>
    public static IReadOnlyList<DemoAgreement> Of(IReadOnlyList<DemoQuery> queries)
    {
        ArgumentNullException.ThrowIfNull(queries);
        return
        [
            Count("Same logic", [.. queries.SelectMany(query => query.Relational)]),
            Count("Same look", [.. queries.SelectMany(query => query.Attribute)]),
        ];
    }

    private static DemoAgreement Count(string name, DemoHit[] hits) =>
        new(name, Share(hits.Select(hit => hit.SameRelation)), Share(hits.Select(hit => hit.SameLook)), hits.Length);

    private static double Share(IEnumerable<bool?> answers)
    {
        bool[] known = [.. answers.OfType<bool>()];
        return known.Length == 0 ? double.NaN : known.Count(answer => answer) / (double)known.Length;
    }
}

/// <summary>A joint map.</summary>
/// <param name="Image">A PNG, JPEG or WebP file.</param>
/// <param name="Caption">What the map shows.</param>
/// <param name="DarkImage">The same map for readers who prefer dark pages; null shows <paramref name="Image"/> to all.</param>
public sealed record DemoMap(byte[] Image, string Caption, byte[]? DarkImage = null);

/// <summary>A command to try.</summary>
/// <param name="Purpose">What it does.</param>
/// <param name="Command">What to type.</param>
public sealed record NextStep(string Purpose, string Command);

/// <summary>How the report's numbers came to be.</summary>
/// <param name="Command">The command line.</param>
/// <param name="Seed">The seed of gallery and queries.</param>
/// <param name="ModelId">The model's name.</param>
/// <param name="Fingerprint">The fingerprint of weights and preprocessing.</param>
/// <param name="Profile">The preprocessing profile.</param>
/// <param name="Version">This program's version.</param>
/// <param name="Machine">Processor, system and runtime.</param>
/// <param name="Made">When.</param>
public sealed record DemoProvenance(
    string Command, ulong Seed, string ModelId, string Fingerprint, string Profile, string Version, string Machine, DateTimeOffset Made);
