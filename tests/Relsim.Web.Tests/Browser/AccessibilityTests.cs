using System.Text.Json;
using Microsoft.Playwright;

namespace Relsim.Web.Tests.Browser;

/// <summary>axe-core finds no serious violation on any page, light and dark, at a desk and on a phone; and no page scrolls sideways.</summary>
[Collection(nameof(AppSuite))]
[Trait("Kind", "Browser")]
public sealed class AccessibilityTests(AppFixture app)
{
    private const string Run = """
        async () => JSON.stringify((await axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'], resultTypes: ['violations'] })).violations
          .map(violation => ({ id: violation.id, impact: violation.impact, nodes: violation.nodes.slice(0, 3).map(node => node.html.slice(0, 160) + ' ' + node.any.map(check => check.message).join(' ')) })))
        """;

    [Theory]
    [InlineData(1280, 860)]
    [InlineData(360, 740)]
    public async Task Pages_CheckedByAxe_HaveNoSeriousViolation(int width, int height)
    {
        string axe = AxeSource();
        await using AppPage page = await AppPage.OpenAsync(
            app, "/map", new() { ViewportSize = new() { Width = width, Height = height }, ReducedMotion = ReducedMotion.Reduce, BypassCSP = true });
        string[] images = await page.Page.EvaluateAsync<string[]>("() => [...document.querySelectorAll('.hit a')].slice(0, 2).map(a => a.href.split('image=')[1])");
        string[] pages =
        [
            "/", $"/?image={images[0]}&text=a%20row&not=a%20circle&side=10", "/?text=%7BSubject%7D%20growing", $"/?image={images[0]}&side=9000", "/map", $"/map?image={images[0]}", $"/map/list?image={images[0]}",
            "/library", $"/explain?a={images[0]}&b={images[1]}", $"/explain?a={images[0]}", "/explain", "/reports", "/nowhere", "/?image=u-00000000000000000000000000000000",
        ];
        var serious = new List<string>();
        foreach (string address in pages)
        {
            await page.GotoAsync(address);
            int wide = await page.Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth");
            if (wide > width)
            {
                serious.Add($"{address} is {wide} pixels wide");
            }

            await page.Page.EvaluateAsync(axe);
            foreach (ColorScheme scheme in new[] { ColorScheme.Dark, ColorScheme.Light })
            {
                await page.Page.EmulateMediaAsync(new() { ColorScheme = scheme });
                serious.AddRange(await CheckAsync(page.Page, $"{address}, {scheme}"));
            }
        }

        Assert.True(serious.Count == 0, string.Join('\n', serious));
    }

    // What is less than serious is told, not asserted.
    private static async Task<List<string>> CheckAsync(IPage page, string where)
    {
        List<string> serious = [];
        foreach (JsonElement violation in JsonDocument.Parse(await page.EvaluateAsync<string>(Run)).RootElement.EnumerateArray())
        {
            if (violation.GetProperty("impact").GetString() is "serious" or "critical")
            {
                serious.Add($"{where}: {violation}");
            }
            else
            {
                TestContext.Current.TestOutputHelper!.WriteLine($"{where}: {violation}");
            }
        }

        return serious;
    }

    // ./test puts it there by npm; it is no part of the program.
    private static string AxeSource()
    {
        string path = Path.Combine(new DirectoryInfo(AppContext.BaseDirectory).Parent!.Parent!.Parent!.FullName, "axe-core", "axe.min.js");
        Assert.SkipUnless(File.Exists(path), $"{path} is missing: npm is needed to get it (./test does).");
        return File.ReadAllText(path);
    }
}
