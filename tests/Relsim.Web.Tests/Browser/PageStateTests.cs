using Microsoft.Playwright;

namespace Relsim.Web.Tests.Browser;

/// <summary>What pages say where there is nothing to show, and how they look as a person wishes.</summary>
[Collection(nameof(AppSuite))]
[Trait("Kind", "Browser")]
public sealed class PageStateTests(AppFixture app)
{
    [Fact]
    public async Task EmptyLibrary_ThenALostConnection_SayWhatToDo()
    {
        Assert.NotNull(app.Browser);
        string library = Path.Combine(app.Cache, "empty.db");
        await using AppServer server = await AppServer.StartAsync(app.Cache, library, "--root", app.More);
        await using AppPage page = await AppPage.OpenAsync(app, "/", address: server.Address);
        await Assertions.Expect(page.Page.GetByRole(AriaRole.Heading, new() { Name = "The library is empty" })).ToBeVisibleAsync();
        await page.Page.GetByRole(AriaRole.Link, new() { Name = "Add a folder" }).ClickAsync();
        await page.Page.WaitForURLAsync("**/library");
        Assert.Empty(page.Complaints);

        await server.KillAsync();
        ILocator dialog = page.Page.Locator("#components-reconnect-modal");
        await Assertions.Expect(dialog).ToBeVisibleAsync(new() { Timeout = 30_000 });
        await Assertions.Expect(dialog).ToContainTextAsync("The connection is lost");
    }

    [Fact]
    public async Task MissingModel_SaysWhyOnEveryPage()
    {
        Assert.NotNull(app.Browser);
        string library = Path.Combine(app.Cache, "no-model.db");
        await using AppServer server = await AppServer.StartAsync(app.Cache, library, "--root", app.More, "--model", Path.Combine(app.Cache, "no-such-model"));
        await using AppPage page = await AppPage.OpenAsync(app, "/", address: server.Address);
        foreach (string path in new[] { "/", "/map", "/library", "/explain?a=x" })
        {
            await page.GotoAsync(path);
            await Assertions.Expect(page.Page.Locator(".state")).ToContainTextAsync("no-such-model");
        }
    }

    [Fact]
    public async Task UnknownAddress_IsANotFoundPage()
    {
        await using AppPage page = await AppPage.OpenAsync(app, "/nowhere");
        await Assertions.Expect(page.Page.GetByRole(AriaRole.Heading, new() { Name = "There is no such page" })).ToBeVisibleAsync();
        IAPIResponse bare = await page.Page.APIRequest.GetAsync("/nowhere", new() { Headers = new Dictionary<string, string> { ["Accept"] = "application/json" } });
        Assert.Equal(404, bare.Status);
        Assert.Empty(await bare.BodyAsync());
    }

    [Fact]
    public async Task Theme_Switched_IsKept()
    {
        await using AppPage page = await AppPage.OpenAsync(app, "/", new() { ColorScheme = ColorScheme.Light });
        string light = await GroundAsync(page.Page);
        await page.Page.ClickAsync("[data-theme-toggle]");
        string dark = await GroundAsync(page.Page);
        Assert.NotEqual(light, dark);
        await page.GotoAsync("/library");
        Assert.Equal(dark, await GroundAsync(page.Page));
        Assert.Equal("dark", await page.Page.Locator("html").GetAttributeAsync("data-theme"));
        Assert.Empty(page.Complaints);
    }

    private static Task<string> GroundAsync(IPage page) => page.EvaluateAsync<string>("() => getComputedStyle(document.body).backgroundColor");
}
