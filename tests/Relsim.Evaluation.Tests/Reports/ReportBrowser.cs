using Microsoft.Playwright;

namespace Relsim.Evaluation.Tests.Reports;

/// <summary>The browser that reports are looked at with; a test skips where there is none.</summary>
internal static class ReportBrowser
{
    private static readonly string[] Browsers = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    /// <summary>A script: WCAG 2 contrast of every element's own text against the nearest opaque background; gives those below the limit. Charts have grounds of their own.</summary>
    public const string ContrastBelow = """
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
          for (const e of document.body.querySelectorAll('*:not(svg *)')) {
            if (![...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim())) continue;
            const [a, b] = [luminance(parse(getComputedStyle(e).color).slice(0, 3)), luminance(ground(e))];
            const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
            if (ratio < limit) faint.push(`${e.tagName}.${e.className} ${ratio.toFixed(2)}`);
          }
          return [...new Set(faint)];
        }
        """;

    public static Task<IBrowser> LaunchAsync(IPlaywright playwright)
    {
        string? browser = Browsers.FirstOrDefault(File.Exists);
        Assert.SkipWhen(browser is null, "Chromium is missing (Debian: apt-get install chromium).");
        return playwright.Chromium.LaunchAsync(new() { ExecutablePath = browser });
    }
}
