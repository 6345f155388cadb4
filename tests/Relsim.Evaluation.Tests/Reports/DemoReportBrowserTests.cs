using Microsoft.Playwright;
using Relsim.Evaluation.Reports;

namespace Relsim.Evaluation.Tests.Reports;

/// <summary>The report in a real browser, at the widths of a desk and a phone.</summary>
[Trait("Kind", "Browser")]
public sealed class DemoReportBrowserTests
{
    [Theory]
    [InlineData(1280, 900, ColorScheme.Light)]
    [InlineData(390, 844, ColorScheme.Light)]
    [InlineData(390, 844, ColorScheme.Dark)]
    public async Task Report_InABrowser_ShowsAllAndAsksForNothing(int width, int height, ColorScheme scheme)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("relsim-browser-");
        try
        {
            string path = Path.Combine(folder.FullName, "report.html");
            DemoReport.Write(path, ReportSamples.Content());
            using IPlaywright playwright = await Playwright.CreateAsync();
            await using IBrowser browser = await ReportBrowser.LaunchAsync(playwright);
            IPage page = await browser.NewPageAsync(new() { ViewportSize = new() { Width = width, Height = height }, ColorScheme = scheme });
            var complaints = new List<string>();
            var requests = new List<string>();
            page.Console += (_, message) => complaints.Add(message.Text);
            page.PageError += (_, message) => complaints.Add(message);
            page.Request += (_, request) => requests.Add(request.Url);
            await page.GotoAsync(new Uri(path).AbsoluteUri, new() { WaitUntil = WaitUntilState.Load });

            Assert.Equal(23, await page.Locator("img").CountAsync());
            Assert.Equal(0, await page.EvaluateAsync<int>("() => [...document.images].filter(i => !i.complete || i.naturalWidth === 0).length"));
            Assert.Equal(width, await page.EvaluateAsync<int>("() => document.documentElement.scrollWidth"));
            Assert.Equal(0, await page.EvaluateAsync<int>("() => document.scripts.length"));
            Assert.Empty(complaints);
            Assert.Equal([new Uri(path).AbsoluteUri], requests.Where(url => !url.StartsWith("data:", StringComparison.Ordinal)));
            string map = await page.EvaluateAsync<string>("() => document.querySelector('.map img').currentSrc.slice(0, 15)");
            Assert.Equal(scheme == ColorScheme.Dark ? "data:image/png;" : "data:image/jpeg", map);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task Report_InABrowser_HasReadableContrast(ColorScheme scheme)
    {
        using IPlaywright playwright = await Playwright.CreateAsync();
        await using IBrowser browser = await ReportBrowser.LaunchAsync(playwright);
        IPage page = await browser.NewPageAsync(new() { ColorScheme = scheme });
        await page.SetContentAsync(DemoReport.Render(ReportSamples.Content()));
        string[] faint = await page.EvaluateAsync<string[]>(ReportBrowser.ContrastBelow, 4.5);
        Assert.Empty(faint);
    }
}
