using Microsoft.Playwright;
using Relsim.Evaluation.Reports;

namespace Relsim.Evaluation.Tests.Reports;

/// <summary>The report in a real browser, at the widths of a desk and a phone.</summary>
[Trait("Kind", "Browser")]
public sealed class DemoReportBrowserTests
{
    private static readonly string[] Browsers = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

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
            await using IBrowser browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = Browser() });
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
        await using IBrowser browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = Browser() });
        IPage page = await browser.NewPageAsync(new() { ColorScheme = scheme });
        await page.SetContentAsync(DemoReport.Render(ReportSamples.Content()));
        string[] faint = await page.EvaluateAsync<string[]>(ContrastBelow, 4.5);
        Assert.Empty(faint);
    }

    private static string Browser()
    {
        string? browser = Browsers.FirstOrDefault(File.Exists);
        Assert.SkipWhen(browser is null, "Chromium is missing (Debian: apt-get install chromium).");
        return browser!;
    }

    // WCAG 2 contrast of every element's own text against the nearest opaque background; gives those below the limit.
    private const string ContrastBelow = """
        limit => {
          const parse = c => c.match(/[\d.]+/g).map(Number);
          const luminance = c => {
            const [r, g, b] = c.map(v => v / 255).map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
            return 0.2126 * r + 0.7152 * g + 0.0722 * b;
          };
          const ground = e => {
            for (; e; e = e.parentElement) {
              const c = parse(getComputedStyle(e).backgroundColor);
              if (c.length === 3 || c[3] === 1) return c.slice(0, 3);
            }
            return [255, 255, 255];
          };
          const faint = [];
          for (const e of document.body.querySelectorAll('*')) {
            if (![...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim())) continue;
            const [a, b] = [luminance(parse(getComputedStyle(e).color).slice(0, 3)), luminance(ground(e))];
            const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
            if (ratio < limit) faint.push(`${e.tagName}.${e.className} ${ratio.toFixed(2)}`);
          }
          return [...new Set(faint)];
        }
        """;
}
