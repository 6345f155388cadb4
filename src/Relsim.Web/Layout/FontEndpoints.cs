using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Relsim.Evaluation.Reports;

namespace Relsim.Web.Layout;

/// <summary><c>GET /fonts/{name}</c>: the font that reports and maps carry (Inter, OFL), for the pages too.</summary>
internal static class FontEndpoints
{
    private static readonly string[] Fonts = ["Inter-Regular.otf", "Inter-SemiBold.otf"];

    public static void MapFonts(this IEndpointRouteBuilder routes) => routes.MapGet("/fonts/{name}", Read).AllowAnonymous().ExcludeFromDescription();

    private static IResult Read(string name, HttpContext context)
    {
        if (!Fonts.Contains(name) || typeof(JointMap).Assembly.GetManifestResourceStream(name) is not { } font)
        {
            return Results.NotFound();
        }

        context.Response.Headers.CacheControl = "public, max-age=604800";
        return Results.Stream(font, "font/otf");
    }
}
