using Relsim.Search;
using Relsim.Web.Library;

namespace Relsim.Web.Search;

/// <summary>A picture that a search found.</summary>
/// <param name="Picture">The picture.</param>
/// <param name="Score">The joint score that the order comes from.</param>
/// <param name="RelationalScore">Cosine of the relational embeddings, in [-1, 1].</param>
/// <param name="AttributeScore">Cosine of the attribute embeddings, in [-1, 1]; null where query or model has none.</param>
/// <param name="Caption">The anonymous caption that query and picture share most; null where the model has no captions.</param>
public sealed record WebHit(LibraryPicture Picture, float Score, float RelationalScore, float? AttributeScore, CaptionMatch? Caption);

/// <summary>A page of hits, best first.</summary>
/// <param name="Hits">From <see cref="SearchFilters.Offset"/> on.</param>
/// <param name="Shortfall">Why there are fewer than asked for; null when there are not. It counts the hits before the offset too.</param>
/// <param name="LibraryCount">Pictures in the library.</param>
public sealed record WebSearchResult(IReadOnlyList<WebHit> Hits, Shortfall? Shortfall, int LibraryCount);

/// <summary>The lists of the search page, from one query.</summary>
/// <param name="Relational">By shared logic alone.</param>
/// <param name="Attribute">By looks alone; null where query or model says nothing of looks.</param>
/// <param name="Blended">By the slider.</param>
public sealed record SearchColumns(WebSearchResult Relational, WebSearchResult? Attribute, WebSearchResult Blended);

/// <summary>A point of the map.</summary>
/// <param name="Picture">The picture.</param>
/// <param name="Relational">Its relational score.</param>
/// <param name="Attribute">Its attribute score; null where query or model has none.</param>
public readonly record struct MapPoint(LibraryPicture Picture, float Relational, float? Attribute);
