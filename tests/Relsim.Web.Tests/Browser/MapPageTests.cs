using System.Globalization;
using System.Text.Json;
using Microsoft.Playwright;

namespace Relsim.Web.Tests.Browser;

/// <summary>The joint map: of the small library, and of 10,000 pictures with the time that its frames take.</summary>
[Collection(nameof(AppSuite))]
[Trait("Kind", "Browser")]
public sealed class MapPageTests(AppFixture app)
{
    private const int Many = 10_000;

    // Wraps what draws: how long each frame's work takes, and when frames come.
    private const string FrameClock = """
        window.frames_ = { work: [], at: [] };
        const native = window.requestAnimationFrame.bind(window);
        window.requestAnimationFrame = callback => native(time => {
          const start = performance.now();
          callback(time);
          frames_.work.push(performance.now() - start);
          frames_.at.push(start);
        });
        """;

    [Fact]
    public async Task Map_TenThousandPictures_PansAndZooms()
    {
        string folder = Path.Combine(app.Cache, "big");
        Assert.NotNull(app.Browser);
        string library = BigLibrary.Write(app.Library, folder, Many);
        await using AppServer server = await AppServer.StartAsync(app.Cache, library, "--root", folder, "--root", app.Pictures);
        await using AppPage page = await AppPage.OpenAsync(app, "/map", new() { ViewportSize = new() { Width = 1440, Height = 900 } }, FrameClock, server.Address);
        await page.Page.Locator(".hit a").First.ClickAsync();
        await page.Page.WaitForSelectorAsync(".map-host[data-ready]");

        string all = await PaintedAsync(page.Page);
        await MeasureAsync(page.Page, "zoom in", async mouse =>
        {
            await mouse.MoveAsync(560, 480);
            for (int i = 0; i < 24; i++)
            {
                await mouse.WheelAsync(0, -120);
            }
        });
        Assert.NotEqual(all, await PaintedAsync(page.Page));
        await MeasureAsync(page.Page, "pan", DragAsync);
        await MeasureAsync(page.Page, "zoom out", async mouse =>
        {
            for (int i = 0; i < 30; i++)
            {
                await mouse.WheelAsync(0, 120);
            }
        });
        await MeasureAsync(page.Page, "pan over all", DragAsync);
        await page.Page.ClickAsync("[data-tool=fit]");
        Assert.Empty(page.Complaints);
    }

    [Fact]
    public async Task Map_Lasso_SelectsAndExports()
    {
        await using AppPage page = await OpenMapAsync();
        IMouse mouse = page.Page.Mouse;
        await page.Page.ClickAsync("[data-tool=lasso]");
        await mouse.MoveAsync(62, 170);
        await mouse.DownAsync();
        foreach ((float x, float y) in new (float, float)[] { (1270, 170), (1270, 850), (62, 850), (62, 180) })
        {
            await mouse.MoveAsync(x, y, new() { Steps = 6 });
        }

        await mouse.UpAsync();
        ILocator panel = page.Page.Locator("[data-selection]");
        await Assertions.Expect(panel).ToBeVisibleAsync();
        int selected = int.Parse((await panel.Locator("[data-count]").TextContentAsync())!.Split(' ')[0], CultureInfo.InvariantCulture);
        Assert.True(selected > 10, $"{selected} selected");

        IDownload json = await page.Page.RunAndWaitForDownloadAsync(() => panel.Locator("[data-export=json]").ClickAsync());
        JsonElement rows = JsonDocument.Parse(await File.ReadAllTextAsync(await json.PathAsync(), TestContext.Current.CancellationToken)).RootElement;
        Assert.Equal(selected, rows.GetArrayLength());
        Assert.All(rows.EnumerateArray(), row => Assert.True(File.Exists(row.GetProperty("path").GetString())));
        double[] logic = [.. rows.EnumerateArray().Select(row => row.GetProperty("relational").GetDouble())];
        Assert.Equal(logic.OrderDescending(), logic);
        IDownload csv = await page.Page.RunAndWaitForDownloadAsync(() => panel.Locator("[data-export=csv]").ClickAsync());
        Assert.Equal(selected + 1, (await File.ReadAllLinesAsync(await csv.PathAsync(), TestContext.Current.CancellationToken)).Length);

        await panel.GetByRole(AriaRole.Button, new() { Name = "Clear" }).ClickAsync();
        await Assertions.Expect(panel).ToBeHiddenAsync();
        Assert.Empty(page.Complaints);
    }

    [Fact]
    public async Task Map_ByKeyboard_MovesAndOpensAPicture()
    {
        await using AppPage page = await OpenMapAsync();
        await page.Page.FocusAsync("canvas");
        string before = await PaintedAsync(page.Page);
        foreach (string key in new[] { "+", "+", "ArrowLeft", "ArrowUp" })
        {
            await page.Page.Keyboard.PressAsync(key);
        }

        await SettleAsync(page.Page);
        Assert.NotEqual(before, await PaintedAsync(page.Page));
        await page.Page.Keyboard.PressAsync("0");
        await page.Page.Keyboard.PressAsync("n");
        await Assertions.Expect(page.Page.Locator(".map-card")).ToBeVisibleAsync();
        await Assertions.Expect(page.Page.Locator(".map-host [role=status]")).ToContainTextAsync("logic");
        await page.Page.Keyboard.PressAsync("Enter");
        await page.Page.Keyboard.PressAsync("Enter");
        await page.Page.WaitForURLAsync("**/?image=**");
        Assert.Empty(page.Complaints);
    }

    [Fact]
    public async Task Map_AsAList_HoldsTheSameScoresSorted()
    {
        await using AppPage page = await OpenMapAsync();
        await page.Page.ClickAsync("a[aria-label='As a list']");
        await page.Page.WaitForURLAsync("**/map/list**");
        await Assertions.Expect(page.Page.Locator("tbody tr")).ToHaveCountAsync(50);
        string[] logic = await page.Page.EvaluateAsync<string[]>("() => [...document.querySelectorAll('td.logic')].map(cell => cell.textContent.replace('\\u2212', '-'))");
        double[] scores = [.. logic.Select(score => double.Parse(score, CultureInfo.InvariantCulture))];
        Assert.Equal(scores.OrderDescending(), scores);
        Assert.Empty(page.Complaints);
    }

    private static async Task DragAsync(IMouse mouse)
    {
        await mouse.MoveAsync(900, 600);
        await mouse.DownAsync();
        for (int i = 0; i < 4; i++)
        {
            await mouse.MoveAsync(500, 300, new() { Steps = 20 });
            await mouse.MoveAsync(900, 600, new() { Steps = 20 });
        }

        await mouse.UpAsync();
    }

    private static Task<string> PaintedAsync(IPage page) => page.EvaluateAsync<string>("() => document.querySelector('canvas').toDataURL('image/jpeg', 0.3)");

    private static async Task SettleAsync(IPage page) => await page.EvaluateAsync("() => new Promise(done => { let n = 0; const next = () => ++n < 30 ? requestAnimationFrame(next) : done(); next(); })");

    // Reported, not asserted: it says how fast this machine is, and on a shared one little of the code.
    private static async Task MeasureAsync(IPage page, string name, Func<IMouse, Task> move)
    {
        await page.EvaluateAsync("() => { frames_.work.length = 0; frames_.at.length = 0; }");
        await move(page.Mouse);
        await page.WaitForTimeoutAsync(300);
        double[] work = await page.EvaluateAsync<double[]>("() => frames_.work");
        double[] at = await page.EvaluateAsync<double[]>("() => frames_.at");
        double[] apart = [.. at.Zip(at.Skip(1), (a, b) => b - a).Order()];
        Array.Sort(work);
        Assert.NotEmpty(work);
        TestContext.Current.TestOutputHelper!.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Many:N0} pictures, {name}: {work.Length} frames; work of a frame median {At(work, 0.5):0.0} ms, 95% {At(work, 0.95):0.0} ms; between frames median {At(apart, 0.5):0.0} ms, 95% {At(apart, 0.95):0.0} ms"));
    }

    private static double At(double[] sorted, double share) => sorted.Length == 0 ? 0 : sorted[(int)(share * (sorted.Length - 1))];

    private async Task<AppPage> OpenMapAsync()
    {
        AppPage page = await AppPage.OpenAsync(app, "/map", new() { ReducedMotion = ReducedMotion.Reduce });
        await page.Page.Locator(".hit a").First.ClickAsync();
        await page.Page.WaitForSelectorAsync(".map-host[data-ready]");
        await SettleAsync(page.Page);
        return page;
    }
}
