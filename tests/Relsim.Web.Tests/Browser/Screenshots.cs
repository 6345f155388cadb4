using Microsoft.Playwright;
using SkiaSharp;

namespace Relsim.Web.Tests.Browser;

/// <summary>Pictures of the pages for the documentation, made where RELSIM_SCREENSHOTS names a folder (docs/images).</summary>
[Collection(nameof(AppCollection))]
[Trait("Kind", "Browser")]
public sealed class Screenshots(AppFixture app)
{
    private const string Variable = "RELSIM_SCREENSHOTS";

    [Theory]
    [InlineData("desktop", 1440, 900, ColorScheme.Light)]
    [InlineData("desktop", 1440, 900, ColorScheme.Dark)]
    [InlineData("phone", 390, 844, ColorScheme.Light)]
    [InlineData("phone", 390, 844, ColorScheme.Dark)]
    public async Task Pages_Photographed_AreWrittenToTheFolder(string size, int width, int height, ColorScheme scheme)
    {
        string? folder = Environment.GetEnvironmentVariable(Variable);
        Assert.SkipWhen(string.IsNullOrEmpty(folder), $"{Variable} names no folder to write to.");
        Directory.CreateDirectory(folder!);
        await using AppPage page = await AppPage.OpenAsync(
            app, "/map", new() { ViewportSize = new() { Width = width, Height = height }, ColorScheme = scheme, ReducedMotion = ReducedMotion.Reduce });
        string[] images = await page.Page.EvaluateAsync<string[]>("() => [...document.querySelectorAll('.hit a')].map(a => a.href.split('image=')[1])");
        await page.GotoAsync($"/?image={images[0]}");
        string[] hits = await page.HitsAsync(".logic-column");
        (string Name, string Path)[] pages =
        [
            ("start", "/"), ("search", $"/?image={images[0]}"), ("map", $"/map?image={images[0]}"), ("library", "/library"), ("explain", $"/explain?a={images[0]}&b={hits[0]}"), ("reports", "/reports"),
        ];
        foreach ((string name, string path) in pages)
        {
            await page.GotoAsync(path);
            await page.Page.EvaluateAsync("() => document.fonts.ready.then(() => new Promise(done => setTimeout(done, 500)))");
            byte[] png = await page.Page.ScreenshotAsync();
            using SKBitmap bitmap = SKBitmap.Decode(png);
            using SKData jpeg = bitmap.Encode(SKEncodedImageFormat.Jpeg, 86);
            await File.WriteAllBytesAsync(Path.Combine(folder!, $"app-{name}-{size}-{scheme.ToString().ToLowerInvariant()}.jpg"), jpeg.ToArray(), TestContext.Current.CancellationToken);
        }
    }
}
