using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Relsim.Web.Search;

namespace Relsim.Web.Map;

/// <summary>The points of the joint map, a list for each column: 10,000 of them are less than a megabyte.</summary>
/// <param name="Ids">Names of the pictures.</param>
/// <param name="Paths">Paths of their files.</param>
/// <param name="Relational">Relational scores, to four places.</param>
/// <param name="Attribute">Attribute scores, to four places.</param>
public sealed record MapData(IReadOnlyList<string> Ids, IReadOnlyList<string> Paths, IReadOnlyList<double> Relational, IReadOnlyList<double> Attribute)
{
    private const int Places = 4;

    /// <summary>Of points that all have both scores.</summary>
    public static MapData Of(IReadOnlyList<MapPoint> points)
    {
        ArgumentNullException.ThrowIfNull(points);
        return new MapData(
            [.. points.Select(point => point.Picture.Id)],
            [.. points.Select(point => point.Picture.Ranked.Path)],
            [.. points.Select(point => Math.Round(point.Relational, Places))],
            [.. points.Select(point => Math.Round(point.Attribute!.Value, Places))]);
    }
}

/// <summary><c>GET /map/data</c>: both scores of every picture of the library, for a query as in the page's address.</summary>
internal static class MapEndpoints
{
    public static void MapJointMap(this IEndpointRouteBuilder routes) => routes.MapGet("/map/data", ReadAsync).ExcludeFromDescription();

    private static async Task<IResult> ReadAsync(HttpContext context, LibrarySearch search)
    {
        WebQuery query = WebQuery.Parse(context.Request.QueryString.Value);
        IReadOnlyList<MapPoint> points = await search.MapAsync(query, context.RequestAborted).ConfigureAwait(false);
        return points.Any(point => point.Attribute is null)
            ? Api.Problems.Of(StatusCodes.Status400BadRequest, "The map needs a picture and a model that says something of looks: one axis is looks, and words have none.")
            : Results.Json(MapData.Of(points));
    }
}
