using Microsoft.Playwright;

namespace Relsim.Web.Tests.Browser;

/// <summary>Searching in a real browser, against the real server and model.</summary>
[Collection(nameof(AppSuite))]
[Trait("Kind", "Browser")]
public sealed class SearchPageTests(AppFixture app)
{
    private const string Logic = ".logic-column";
    private const string Looks = ".looks-column";
    private const string Blend = ".blend";

    [Theory]
    [InlineData("dropped")]
    [InlineData("pasted")]
    [InlineData("picked")]
    public async Task Search_APictureGiven_ShowsHitsByLogicBesideHitsByLooks(string how)
    {
        await using AppPage page = await AppPage.OpenAsync(app, "/");
        await page.Page.WaitForSelectorAsync("body[data-takes]");
        await (how switch
        {
            "dropped" => DropAsync(page.Page, app.Queries[0]),
            "pasted" => PasteAsync(page.Page, app.Queries[0]),
            _ => page.Page.SetInputFilesAsync("[data-pick]", app.Queries[0]),
        });

        await Assertions.Expect(page.Hits(Logic)).ToHaveCountAsync(12);
        await Assertions.Expect(page.Hits(Looks)).ToHaveCountAsync(12);
        Assert.Contains("image=u-", page.Page.Url, StringComparison.Ordinal);
        await AssertSortedAsync(page, Logic, 0);
        await AssertSortedAsync(page, Looks, 1);
        Assert.NotEqual(await page.HitsAsync(Logic), await page.HitsAsync(Looks));
        await Assertions.Expect(page.Page.Locator($"{Logic} .caption .caption-text")).ToHaveCountAsync(12);
        Assert.Empty(page.Complaints);
    }

    [Fact]
    public async Task Search_ABrokenFileDropped_SaysWhyAndKeepsTheSearch()
    {
        await using AppPage page = await AppPage.OpenAsync(app, "/");
        string broken = Path.Combine(app.Cache, "broken.png");
        await File.WriteAllTextAsync(broken, "This is no picture.", TestContext.Current.CancellationToken);
        await page.Page.WaitForSelectorAsync("body[data-takes]");
        await DropAsync(page.Page, broken);

        await Assertions.Expect(page.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("known image format");
        await Assertions.Expect(page.Page.Locator("[data-search-text]")).ToBeVisibleAsync();
        // The browser itself notes the refused request.
        Assert.All(page.Complaints, complaint => Assert.Contains("400", complaint, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Search_WordsWritten_FindPicturesOfTheRelation()
    {
        await using AppPage page = await AppPage.OpenAsync(app, "/");
        await page.Page.Keyboard.PressAsync("/");
        await page.Page.Keyboard.TypeAsync("{Subject} growing step by step");
        await page.Page.Keyboard.PressAsync("Enter");

        await Assertions.Expect(page.Hits(Blend).First).ToBeVisibleAsync();
        await Assertions.Expect(page.Page.Locator(".slider")).ToHaveCountAsync(0);
        await AssertSortedAsync(page, Blend, 0);
        await page.Page.FillAsync("[data-search-text]", "-{Subject} lined up by size");
        string[] before = await page.HitsAsync(Blend);
        await page.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Page.Locator(".part.minus")).ToBeVisibleAsync();
        await Assertions.Expect(page.Page.Locator(".results")).ToHaveAttributeAsync("aria-busy", "false");
        Assert.NotEqual(before, await page.HitsAsync(Blend));
        Assert.Empty(page.Complaints);
    }

    [Fact]
    public async Task Slider_Moved_ChangesTheOrderAndTheAddress()
    {
        await using AppPage page = await OpenSearchAsync();
        string[] logic = await page.HitsAsync(Logic);
        string[] looks = await page.HitsAsync(Looks);
        Assert.Equal(logic, (await page.HitsAsync(Blend)).Take(logic.Length));

        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Looks alike", Exact = true }).ClickAsync();
        await page.Page.WaitForURLAsync("**blend=1**");
        await Assertions.Expect(page.Hits(Blend).First).ToHaveAttributeAsync("href", new System.Text.RegularExpressions.Regex(looks[0]));
        Assert.Equal(looks, (await page.HitsAsync(Blend)).Take(looks.Length));

        await page.Page.Locator(".slider input").FocusAsync();
        await page.Page.Keyboard.PressAsync("Home");
        await page.Page.WaitForURLAsync("**blend=-1**");
        await Assertions.Expect(page.Page.Locator(".results")).ToHaveAttributeAsync("aria-busy", "false");
        Assert.NotEqual(logic, (await page.HitsAsync(Blend)).Take(logic.Length));
        Assert.Empty(page.Complaints);
    }

    [Fact]
    public async Task Link_OpenedElsewhere_ShowsTheSameSearch()
    {
        await using AppPage page = await OpenSearchAsync("&blend=0.5&side=100");
        await using AppPage other = await AppPage.OpenAsync(app, page.Page.Url);

        Assert.Equal(await page.HitsAsync(Blend), await other.HitsAsync(Blend));
        await Assertions.Expect(other.Page.Locator(".slider input")).ToHaveValueAsync("0.5");
        await Assertions.Expect(other.Page.Locator("#filter-side")).ToHaveValueAsync("100");
        Assert.Empty(other.Complaints);
    }

    [Fact]
    public async Task Hit_Clicked_IsSearchedFromAndTheBackButtonReturns()
    {
        await using AppPage page = await OpenSearchAsync();
        string[] before = await page.HitsAsync(Logic);
        string address = page.Page.Url;
        await page.Hits(Logic).First.ClickAsync();
        await page.Page.WaitForURLAsync($"**image={before[0]}**");
        await Assertions.Expect(page.Page.Locator($"{Logic} .hit > a[data-walk][href*='{before[0]}']")).ToHaveCountAsync(0);
        Assert.NotEqual(before, await page.HitsAsync(Logic));

        await page.Page.GoBackAsync();
        await page.Page.WaitForURLAsync(address);
        await Assertions.Expect(page.Hits(Logic).First).ToHaveAttributeAsync("href", new System.Text.RegularExpressions.Regex(before[0]));
        Assert.Equal(before, await page.HitsAsync(Logic));
        Assert.Empty(page.Complaints);
    }

    [Fact]
    public async Task Filters_ThatNothingPasses_SayWhatToDo()
    {
        await using AppPage page = await OpenSearchAsync("&side=5000");
        await Assertions.Expect(page.Page.GetByRole(AriaRole.Heading, new() { Name = "Nothing found" })).ToBeVisibleAsync();
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Clear the filters" }).ClickAsync();
        await Assertions.Expect(page.Hits(Logic)).ToHaveCountAsync(12);
        Assert.DoesNotContain("side=", page.Page.Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Link_ToAPictureThatIsGone_SaysSo()
    {
        await using AppPage page = await AppPage.OpenAsync(app, "/?image=u-00000000000000000000000000000000");
        await Assertions.Expect(page.Page.Locator(".state")).ToContainTextAsync("send it again");
    }

    [Fact]
    public async Task Blend_ScrolledToTheEnd_HoldsAllPicturesAndFewOfThemAtOnce()
    {
        await using AppPage page = await OpenSearchAsync();
        string last = "";
        int most = 0;
        await Assertions.Expect(page.Hits(Blend).First).ToBeVisibleAsync();
        for (int step = 0; step < 60 && last != "end"; step++)
        {
            await page.Page.Mouse.WheelAsync(0, 900);
            most = Math.Max(most, await page.Hits(Blend).CountAsync());
            last = await page.Page.EvaluateAsync<string>(
                "() => { const all = [...document.querySelectorAll('.blend li')].at(-1); return all.ariaPosInSet === all.ariaSetSize ? 'end' : all.ariaPosInSet }");
            await page.Page.EvaluateAsync("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))");
        }

        Assert.Equal("end", last);
        Assert.InRange(most, 12, 75);
        Assert.Empty(page.Complaints);
    }

    private static async Task PasteAsync(IPage page, string path) => await page.EvaluateAsync(
        """
        ([name, base64]) => {
          const data = new DataTransfer();
          data.items.add(new File([Uint8Array.from(atob(base64), c => c.charCodeAt(0))], name, { type: 'image/png' }));
          document.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
        }
        """,
        Encoded(path));

    private static async Task DropAsync(IPage page, string path) => await page.EvaluateAsync(
        """
        ([name, base64]) => {
          const bytes = Uint8Array.from(atob(base64), c => c.charCodeAt(0));
          const data = new DataTransfer();
          data.items.add(new File([bytes], name, { type: 'image/png' }));
          for (const type of ['dragenter', 'dragover', 'drop']) document.dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }));
        }
        """,
        Encoded(path));

    private static string[] Encoded(string path) => [Path.GetFileName(path), Convert.ToBase64String(File.ReadAllBytes(path))];

    private static async Task AssertSortedAsync(AppPage page, string list, int score)
    {
        double[] shown = await page.Page.EvaluateAsync<double[]>(
            "([list, at]) => [...document.querySelectorAll(list + ' .hit')].map(hit => parseFloat(hit.querySelectorAll('.number')[at].textContent.replace('\\u2212', '-')))", new object[] { list, score });
        Assert.NotEmpty(shown);
        Assert.Equal(shown.OrderDescending(), shown);
    }

    private async Task<AppPage> OpenSearchAsync(string more = "")
    {
        await using AppPage start = await AppPage.OpenAsync(app, "/map");
        string image = (await start.Page.Locator(".hit a").First.GetAttributeAsync("href"))!.Split("image=")[1];
        AppPage page = await AppPage.OpenAsync(app, $"/?image={image}{more}");
        await page.Page.WaitForSelectorAsync(".results:not(.busy), .state");
        return page;
    }
}
