using Microsoft.Playwright;
using Relsim.Evaluation.Reports;

namespace Relsim.Evaluation.Tests.Reports;

/// <summary>The report of a run in a real browser, at the widths of a desk and a phone.</summary>
[Trait("Kind", "Browser")]
public sealed class EvaluationReportBrowserTests
{
    [Theory]
    [InlineData(1280, ColorScheme.Light)]
    [InlineData(1280, ColorScheme.Dark)]
    [InlineData(390, ColorScheme.Light)]
    [InlineData(390, ColorScheme.Dark)]
    public async Task Report_InABrowser_FitsAndAsksForNothing(int width, ColorScheme scheme)
    {
        using TemporaryRun run = TemporaryRun.Full();
        string path = EvaluationReport.Write(run.Folder);
        using IPlaywright playwright = await Playwright.CreateAsync();
        await using IBrowser browser = await ReportBrowser.LaunchAsync(playwright);
        IPage page = await browser.NewPageAsync(new() { ViewportSize = new() { Width = width, Height = 900 }, ColorScheme = scheme });
        var complaints = new List<string>();
        var requests = new List<string>();
        page.Console += (_, message) => complaints.Add(message.Text);
        page.PageError += (_, message) => complaints.Add(message);
        page.Request += (_, request) => requests.Add(request.Url);
        await page.GotoAsync(new Uri(path).AbsoluteUri, new() { WaitUntil = WaitUntilState.Load });

        Assert.Equal(width, await page.EvaluateAsync<int>("() => document.documentElement.scrollWidth"));
        Assert.Equal(0, await page.EvaluateAsync<int>("() => [...document.images].filter(i => !i.complete || i.naturalWidth === 0).length"));
        Assert.Empty(complaints);
        Assert.Equal([new Uri(path).AbsoluteUri], requests.Where(url => !url.StartsWith("data:", StringComparison.Ordinal)));
        Assert.True(await page.EvaluateAsync<bool>("() => document.fonts.check('600 14px Inter')"));
    }

    [Theory]
    [InlineData(1280, ColorScheme.Light)]
    [InlineData(390, ColorScheme.Dark)]
    public async Task Charts_InABrowser_ShowOneOfTheirTwoWidthsAndKeepLettersInside(int width, ColorScheme scheme)
    {
        using TemporaryRun run = TemporaryRun.Full();
        using IPlaywright playwright = await Playwright.CreateAsync();
        await using IBrowser browser = await ReportBrowser.LaunchAsync(playwright);
        IPage page = await browser.NewPageAsync(new() { ViewportSize = new() { Width = width, Height = 900 }, ColorScheme = scheme });
        await page.SetContentAsync(EvaluationReport.Render(run.Folder));
        int charts = await page.Locator(".plot").CountAsync();
        Assert.Equal(6, charts); // bars, recall, precision, judge, study, calibration
        Assert.Equal(charts, await page.EvaluateAsync<int>("() => [...document.querySelectorAll('.plot svg')].filter(s => s.getBoundingClientRect().width > 0).length"));
        string[] outside = await page.EvaluateAsync<string[]>("""
            () => [...document.querySelectorAll('.plot svg')].filter(s => s.getBoundingClientRect().width > 0).flatMap(s => {
              const box = s.getBoundingClientRect();
              return [...s.querySelectorAll('text')].filter(t => {
                const r = t.getBoundingClientRect();
                return r.left < box.left - 1 || r.right > box.right + 1 || r.top < box.top - 3 || r.bottom > box.bottom + 3;
              }).map(t => t.textContent);
            })
            """);
        Assert.Empty(outside);
    }

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task Report_InABrowser_HasReadableContrast(ColorScheme scheme)
    {
        using TemporaryRun run = TemporaryRun.Full();
        using IPlaywright playwright = await Playwright.CreateAsync();
        await using IBrowser browser = await ReportBrowser.LaunchAsync(playwright);
        IPage page = await browser.NewPageAsync(new() { ColorScheme = scheme });
        await page.SetContentAsync(EvaluationReport.Render(run.Folder));
        Assert.Empty(await page.EvaluateAsync<string[]>(ReportBrowser.ContrastBelow, 4.5));
    }
}
