using Microsoft.Playwright;

namespace Relsim.Web.Tests.Browser;

/// <summary>A whole journey without a mouse.</summary>
[Collection(nameof(AppSuite))]
[Trait("Kind", "Browser")]
public sealed class KeyboardTests(AppFixture app)
{
    [Fact]
    public async Task Journey_WithKeysAlone_GoesFromWordsToAPictureAndBack()
    {
        await using AppPage page = await AppPage.OpenAsync(app, "/");
        IKeyboard keys = page.Page.Keyboard;
        await page.Page.WaitForSelectorAsync("body[data-takes]");
        await keys.PressAsync("Tab");
        await Assertions.Expect(page.Page.Locator(".skip")).ToBeFocusedAsync();
        await keys.PressAsync("Enter");
        await Assertions.Expect(page.Page.Locator("#main")).ToBeFocusedAsync();
        await keys.PressAsync("?");
        await Assertions.Expect(page.Page.Locator("#shortcuts")).ToBeVisibleAsync();
        await keys.PressAsync("Escape");
        await Assertions.Expect(page.Page.Locator("#shortcuts")).ToBeHiddenAsync();

        await keys.PressAsync("/");
        await keys.TypeAsync("{Subject} around a centre");
        await keys.PressAsync("Enter");
        await Assertions.Expect(page.Hits(".blend").First).ToBeVisibleAsync();
        await TabToAsync(page.Page, "[data-walk]");
        string first = await FocusedAsync(page.Page);
        await keys.PressAsync("ArrowRight");
        string right = await FocusedAsync(page.Page);
        await keys.PressAsync("ArrowDown");
        string below = await FocusedAsync(page.Page);
        Assert.Distinct([first, right, below]);
        await keys.PressAsync("ArrowUp");
        Assert.Equal(right, await FocusedAsync(page.Page));

        await keys.PressAsync("Enter");
        await page.Page.WaitForURLAsync("**/?image=**");
        await Assertions.Expect(page.Hits(".logic-column")).ToHaveCountAsync(12);
        await keys.PressAsync("Escape");
        await Assertions.Expect(page.Page.Locator(".start")).ToBeVisibleAsync();
        Assert.EndsWith("/", page.Page.Url, StringComparison.Ordinal);
        Assert.Empty(page.Complaints);
    }

    private static async Task TabToAsync(IPage page, string selector)
    {
        for (int i = 0; i < 30; i++)
        {
            await page.Keyboard.PressAsync("Tab");
            if (await page.EvaluateAsync<bool>("selector => document.activeElement.matches(selector)", selector))
            {
                return;
            }
        }

        Assert.Fail($"{selector} is not reached by Tab.");
    }

    private static Task<string> FocusedAsync(IPage page) => page.EvaluateAsync<string>("() => document.activeElement.href");
}
