using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Relsim.Torch.Native;
using Relsim.Web.Api;
using Relsim.Web.Fetching;
using Relsim.Web.Pictures;
using Relsim.Web.Search;
using Relsim.Web.Uploads;

namespace Relsim.Web.Library;

/// <summary>What answers, whoever asks: pages, API and MCP alike.</summary>
internal static class LibraryServices
{
    public static void AddRelsimLibrary(this IServiceCollection services, ServeOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton<LibrarySession>();
        services.AddHostedService(provider => provider.GetRequiredService<LibrarySession>());
        services.AddSingleton<UploadStore>();
        services.AddSingleton<PictureFetcher>();
        services.AddSingleton<PictureResolver>();
        services.AddSingleton<LibrarySearch>();
        services.AddSingleton<Answers>();
        services.AddSingleton(provider => new ThumbnailCache(options.CacheFolder ?? UserCache.Folder("thumbnails"), provider.GetRequiredService<ILogger<ThumbnailCache>>()));
    }
}
