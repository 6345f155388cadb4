using Relsim.Imaging;

namespace Relsim.Evaluation.Reports;

/// <summary>Why a picture stands out on a map.</summary>
public enum MapMark
{
    /// <summary>It does not.</summary>
    None,

    /// <summary>It is among the query's nearest in the relational space.</summary>
    RelationalNeighbor,

    /// <summary>It is among the query's nearest in the attribute space.</summary>
    AttributeNeighbor,
}

/// <summary>One picture of a map.</summary>
/// <param name="Thumbnail">Gives the picture, of any size; asked only for pictures that are drawn. Null, for one that cannot be read, leaves a dot.</param>
/// <param name="Attribute">Attribute similarity to the query; finite.</param>
/// <param name="Relational">Relational similarity to the query; finite.</param>
/// <param name="Mark">Why it stands out; marked pictures are drawn first and framed.</param>
public sealed record JointMapItem(Func<RgbImage?> Thumbnail, double Attribute, double Relational, MapMark Mark = MapMark.None);

/// <summary>What a map shows.</summary>
/// <param name="Query">The picture that all others are compared with.</param>
/// <param name="Items">The others.</param>
/// <param name="Caption">A line under the title, such as the query's anonymous caption; Latin letters.</param>
public sealed record JointMapContent(RgbImage Query, IReadOnlyList<JointMapItem> Items, string Caption = "");

/// <summary>Colours of a map.</summary>
public enum MapTheme
{
    /// <summary>Dark on light.</summary>
    Light,

    /// <summary>Light on dark.</summary>
    Dark,
}

/// <summary>Options of <see cref="JointMap"/>.</summary>
public sealed record JointMapOptions
{
    /// <summary>Pixels; 640 or more. Default 1600.</summary>
    public int Width { get; init; } = 1600;

    /// <summary>Pixels; 0.6 to 1.5 times the width. Default 1200.</summary>
    public int Height { get; init; } = 1200;

    /// <summary>Side of a thumbnail where the map is 1600 wide; 24 to 240. Default 70.</summary>
    public int ThumbnailSide { get; init; } = 70;

    /// <summary>Colours. Default light.</summary>
    public MapTheme Theme { get; init; } = MapTheme.Light;

    /// <summary>The heading. Default "Same logic, same look?".</summary>
    public string Title { get; init; } = "Same logic, same look?";

    /// <summary>What lies to the right. Default "look alike: attribute similarity".</summary>
    public string AttributeTitle { get; init; } = "look alike: attribute similarity";

    /// <summary>What lies to the top. Default "share a logic: relational similarity".</summary>
    public string RelationalTitle { get; init; } = "share a logic: relational similarity";

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Width, 640);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Width, 16_384);
        ArgumentOutOfRangeException.ThrowIfLessThan(Height, Width * 0.6, nameof(Height));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Height, Width * 1.5, nameof(Height));
        ArgumentOutOfRangeException.ThrowIfLessThan(ThumbnailSide, 24);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(ThumbnailSide, 240);
    }
}
