using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Relsim.Web.Api;
using Relsim.Web.Safety;

namespace Relsim.Web.Reports;

/// <summary><c>GET /reports/{id}/report.html</c>: a report as it was written, shut off from the app.</summary>
internal static class ReportEndpoints
{
    // Reports carry their styles, fonts and pictures in themselves; whatever else one may hold, it can neither run nor ask for anything.
    private const string Policy = "sandbox allow-popups; default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; frame-ancestors 'self'";

    public static void MapReports(this IEndpointRouteBuilder routes) =>
        routes.MapGet($"/reports/{{id}}/{ReportCatalog.FileName}", Read).WithMetadata(new FramedContent(Policy)).ExcludeFromDescription();

    private static IResult Read(string id, ReportCatalog reports, HttpContext context)
    {
        if (reports.Find(id) is not { } report || reports.TryOpen(report) is not { } stream)
        {
            return Problems.Of(StatusCodes.Status404NotFound, "There is no such report (any more).");
        }

        context.Response.Headers.CacheControl = "private, no-cache";
        return Results.Stream(stream, "text/html; charset=utf-8");
    }
}
