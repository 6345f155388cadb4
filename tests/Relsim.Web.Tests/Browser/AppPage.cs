using Microsoft.Playwright;

namespace Relsim.Web.Tests.Browser;

/// <summary>A page in a context of its own, and everything it complained of: console errors, exceptions, breaches of the content policy.</summary>
internal sealed class AppPage : IAsyncDisposable
{
    private readonly IBrowserContext _context;

    private AppPage(IBrowserContext context, IPage page) => (_context, Page) = (context, page);

    public IPage Page { get; }

    public List<string> Complaints { get; } = [];

    public static async Task<AppPage> OpenAsync(AppFixture app, string path, BrowserNewContextOptions? options = null, string? initScript = null, Uri? address = null)
    {
        options ??= new();
        options.BaseURL = (address ?? app.Address).ToString();
        options.ViewportSize ??= new() { Width = 1280, Height = 860 };
        IBrowserContext context = await app.Browser.NewContextAsync(options);
        if (initScript is not null)
        {
            await context.AddInitScriptAsync(initScript);
        }

        IPage page = await context.NewPageAsync();
        page.SetDefaultTimeout(30_000);
        var opened = new AppPage(context, page);
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                opened.Complaints.Add($"{message.Text} ({message.Location})");
            }
        };
        page.PageError += (_, message) => opened.Complaints.Add(message);
        await opened.GotoAsync(path);
        return opened;
    }

    /// <summary>Goes to an address and waits until the page answers to clicks and keys.</summary>
    public async Task GotoAsync(string path)
    {
        await Page.GotoAsync(path);
        await Page.WaitForSelectorAsync("main[data-interactive]", new() { State = WaitForSelectorState.Attached });
        await Page.WaitForLoadStateAsync(LoadState.NetworkIdle);
    }

    /// <summary>Names of the pictures of a list, in order.</summary>
    public Task<string[]> HitsAsync(string list) =>
        Page.EvaluateAsync<string[]>("selector => [...document.querySelectorAll(selector + ' .hit > a[data-walk]')].map(a => new URL(a.href).searchParams.get('image'))", list);

    public ILocator Hits(string list) => Page.Locator($"{list} .hit > a[data-walk]");

    public async ValueTask DisposeAsync() => await _context.DisposeAsync();
}
