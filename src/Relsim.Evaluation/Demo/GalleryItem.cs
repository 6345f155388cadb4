using Relsim.Evaluation.Reports;

namespace Relsim.Evaluation.Demo;

/// <summary>A picture of a demo's gallery and what is true of it.</summary>
/// <param name="Path">The picture's full path.</param>
/// <param name="Family">Its relation's family; null where it has none.</param>
/// <param name="Relation">Its fine relation; null where it has none.</param>
/// <param name="Caption">An anonymous caption; empty where it has no relation.</param>
/// <param name="Description">What it looks like, in words.</param>
/// <param name="Look">Pictures of one look share subjects and style.</param>
public sealed record GalleryItem(string Path, string? Family, string? Relation, string Caption, string Description, ulong Look);

/// <summary>Options of <see cref="GalleryDemo"/>.</summary>
public sealed record GalleryDemoOptions
{
    /// <summary>Queries shown. Default 8.</summary>
    public int Queries { get; init; } = 8;

    /// <summary>Neighbours shown of each kind. Default 5.</summary>
    public int Neighbors { get; init; } = 5;

    /// <summary>Queries with a joint map in the report. Default 2; the first is also map.png.</summary>
    public int Maps { get; init; } = 2;

    /// <summary>Seed of the choice of queries.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>What the reader could type next.</summary>
    public IReadOnlyList<NextStep> NextSteps { get; init; } = [];
}
