using Microsoft.Playwright;
using SkiaSharp;

namespace Relsim.Web.Tests.Browser;

/// <summary>
/// Pictures of the pages for the documentation, made where RELSIM_SCREENSHOTS names a folder (docs/images): light and dark in one, cut along a slant at a desk and side by side on a phone.
/// </summary>
[Collection(nameof(AppSuite))]
[Trait("Kind", "Browser")]
public sealed class Screenshots(AppFixture app)
{
    private const int Quality = 84;

    [Theory]
    [InlineData("desktop", 1440, 900)]
    [InlineData("phone", 390, 844)]
    public async Task Pages_Photographed_AreWrittenToTheFolder(string size, int width, int height)
    {
        string? folder = Environment.GetEnvironmentVariable(AppFixture.ScreenshotsVariable);
        Assert.SkipWhen(string.IsNullOrEmpty(folder), $"{AppFixture.ScreenshotsVariable} names no folder to write to.");
        Directory.CreateDirectory(folder!);
        await using AppPage page = await AppPage.OpenAsync(
            app, "/map", new() { ViewportSize = new() { Width = width, Height = height }, ReducedMotion = ReducedMotion.Reduce, HasTouch = size == "phone" });
        string image = (await page.Page.Locator(".hit a").First.GetAttributeAsync("href"))!.Split("image=")[1];
        await page.GotoAsync($"/?image={image}");
        string[] hits = await page.HitsAsync(".logic-column");
        (string Name, string Path)[] pages =
        [
            ("start", "/"), ("search", $"/?image={image}"), ("map", $"/map?image={image}"), ("library", "/library"), ("explain", $"/explain?a={image}&b={hits[0]}"), ("reports", "/reports"),
        ];
        foreach ((string name, string path) in pages)
        {
            using SKBitmap light = await TakeAsync(page, path, ColorScheme.Light);
            using SKBitmap dark = await TakeAsync(page, path, ColorScheme.Dark);
            using SKImage both = size == "phone" ? SideBySide(light, dark) : Slanted(light, dark);
            using SKData jpeg = both.Encode(SKEncodedImageFormat.Jpeg, Quality);
            await File.WriteAllBytesAsync(Path.Combine(folder!, $"app-{name}-{size}.jpg"), jpeg.ToArray(), TestContext.Current.CancellationToken);
        }
    }

    private static async Task<SKBitmap> TakeAsync(AppPage page, string path, ColorScheme scheme)
    {
        await page.Page.EmulateMediaAsync(new() { ColorScheme = scheme, ReducedMotion = ReducedMotion.Reduce });
        await page.GotoAsync(path);
        await page.Page.EvaluateAsync("() => document.fonts.ready.then(() => new Promise(done => setTimeout(done, 1000)))");
        return SKBitmap.Decode(await page.Page.ScreenshotAsync());
    }

    private static SKImage SideBySide(SKBitmap light, SKBitmap dark)
    {
        const int Gap = 24;
        using SKSurface surface = SKSurface.Create(new SKImageInfo((2 * light.Width) + Gap, light.Height));
        surface.Canvas.Clear(SKColors.White);
        surface.Canvas.DrawBitmap(light, 0, 0);
        surface.Canvas.DrawBitmap(dark, light.Width + Gap, 0);
        return surface.Snapshot();
    }

    private static SKImage Slanted(SKBitmap light, SKBitmap dark)
    {
        using SKSurface surface = SKSurface.Create(new SKImageInfo(light.Width, light.Height));
        surface.Canvas.DrawBitmap(light, 0, 0);
        using var right = new SKPath();
        right.AddPoly([new(light.Width * 0.58f, 0), new(light.Width, 0), new(light.Width, light.Height), new(light.Width * 0.46f, light.Height)]);
        surface.Canvas.ClipPath(right, antialias: true);
        surface.Canvas.DrawBitmap(dark, 0, 0);
        return surface.Snapshot();
    }
}
