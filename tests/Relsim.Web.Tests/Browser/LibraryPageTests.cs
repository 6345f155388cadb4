using Microsoft.Playwright;

namespace Relsim.Web.Tests.Browser;

/// <summary>The library's page, reports and comparison.</summary>
[Collection(nameof(AppSuite))]
[Trait("Kind", "Browser")]
public sealed class LibraryPageTests(AppFixture app)
{
    [Fact]
    public async Task Library_FolderWithABrokenFileAdded_ListsItWithTheReason()
    {
        await using AppPage page = await AppPage.OpenAsync(app, "/library");
        string folder = Path.Combine(app.More, "posters");
        Directory.CreateDirectory(folder);
        File.Copy(app.Queries[1], Path.Combine(folder, "good.png"), overwrite: true);
        await File.WriteAllTextAsync(Path.Combine(folder, "broken.png"), "This is no picture.", TestContext.Current.CancellationToken);

        await page.Page.FillAsync("#folder", folder);
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Add folder" }).ClickAsync();
        await Assertions.Expect(page.Page.Locator(".job").First).ToContainTextAsync("Done: 1 new, 1 not readable");
        ILocator row = page.Page.Locator(".errors tr", new() { HasText = "broken.png" });
        await Assertions.Expect(row).ToContainTextAsync("known image format");

        File.Copy(app.Queries[2], Path.Combine(folder, "broken.png"), overwrite: true);
        await page.Page.FillAsync("#folder", folder);
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Add folder" }).ClickAsync();
        await Assertions.Expect(row).ToHaveCountAsync(0);
        Assert.Empty(page.Complaints);
    }

    [Fact]
    public async Task Library_FolderOutsideTheRoots_IsRefusedWithTheRemedy()
    {
        await using AppPage page = await AppPage.OpenAsync(app, "/library");
        await page.Page.FillAsync("#folder", "/etc");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Add folder" }).ClickAsync();
        await Assertions.Expect(page.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("--root");
        Assert.Empty(page.Complaints);
    }

    [Fact]
    public async Task Library_Shown_NamesModelAndDuplicates()
    {
        await using AppPage page = await AppPage.OpenAsync(app, "/library");
        await Assertions.Expect(page.Page.Locator(".duplicates")).ToContainTextAsync("a-copy.png");
        await Assertions.Expect(page.Page.GetByRole(AriaRole.Heading, new() { Name = "Embeddings" })).ToBeVisibleAsync();
        await Assertions.Expect(page.Page.Locator(".table").Last).ToContainTextAsync("relational");
    }

    [Fact]
    public async Task Explain_OpenedFromAHit_ShowsScoresAndCaptions()
    {
        await using AppPage page = await AppPage.OpenAsync(app, "/map");
        string image = (await page.Page.Locator(".hit a").First.GetAttributeAsync("href"))!.Split("image=")[1];
        await page.GotoAsync($"/?image={image}");
        await page.Hits(".logic-column").First.FocusAsync();
        string logic = (await page.Page.Locator(".logic-column .hit").First.Locator(".number").First.TextContentAsync())!;
        await page.Page.Keyboard.PressAsync("e");

        await page.Page.WaitForURLAsync($"**/explain?a={image}&b=*");
        await Assertions.Expect(page.Page.Locator(".verdict .logic .value")).ToHaveTextAsync(logic);
        await Assertions.Expect(page.Page.Locator(".captions.shared li")).ToHaveCountAsync(5);
        await Assertions.Expect(page.Page.Locator(".differences section")).ToHaveCountAsync(2);
        Assert.Empty(page.Complaints);
    }

    [Fact]
    public async Task Report_Opened_IsShownAndRunsNothing()
    {
        await using AppPage page = await AppPage.OpenAsync(app, "/reports");
        await page.Page.GetByRole(AriaRole.Link, new() { Name = "Retrieval, first run" }).ClickAsync();
        IFrameLocator frame = page.Page.FrameLocator("iframe");
        await Assertions.Expect(frame.GetByRole(AriaRole.Heading, new() { Name = "A report" })).ToBeVisibleAsync();
        await Assertions.Expect(frame.Locator("h1")).ToHaveCSSAsync("color", "rgb(81, 64, 207)");
        Assert.Equal("Retrieval, first run", await page.Page.Frames[1].TitleAsync());
        // The script that the report holds was kept from running, and the browser says so.
        Assert.All(page.Complaints, complaint => Assert.Contains("Blocked script execution", complaint, StringComparison.Ordinal));
    }
}
