using Relsim.Search;

namespace Relsim.Web.Search;

/// <summary>Which pictures a search may return, and from which hit on; the same for pages and programs.</summary>
public abstract record SearchFilters
{
    /// <summary>Only pictures whose path matches (<see cref="LibraryFilter.PathPattern"/>).</summary>
    public string? Folder { get; init; }

    /// <summary>Only files changed on this day (UTC) or later.</summary>
    public DateOnly? Since { get; init; }

    /// <summary>Only files changed on this day (UTC) or before.</summary>
    public DateOnly? Until { get; init; }

    /// <summary>Least pixels of the shorter side.</summary>
    public int MinSide { get; init; }

    /// <summary>Least joint score.</summary>
    public float? MinScore { get; init; }

    /// <summary>Least probability, 0 to 1, of showing a relation at all.</summary>
    public float MinInterest { get; init; }

    /// <summary>Hits to leave out at the top.</summary>
    public int Offset { get; init; }

    /// <summary>The filter of the library.</summary>
    public LibraryFilter ToFilter() => new()
    {
        PathPattern = string.IsNullOrWhiteSpace(Folder) ? null : Folder.Trim(),
        ModifiedFrom = Since is { } since ? new DateTimeOffset(since, TimeOnly.MinValue, TimeSpan.Zero) : null,
        ModifiedTo = Until is { } until ? new DateTimeOffset(until, TimeOnly.MaxValue, TimeSpan.Zero) : null,
        MinimumSide = MinSide,
        MinimumInterest = MinInterest,
        MinimumScore = MinScore,
    };
}
