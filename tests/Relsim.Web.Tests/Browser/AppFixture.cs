using Microsoft.Playwright;

namespace Relsim.Web.Tests.Browser;

/// <summary>One browser, and one server of a folder of painted scenes, for all tests of the pages.</summary>
public sealed class AppFixture : IAsyncLifetime
{
    /// <summary>Names the folder that <see cref="Screenshots"/> writes to; the library is then larger and finer.</summary>
    public const string ScreenshotsVariable = "RELSIM_SCREENSHOTS";

    private static readonly bool IsForScreenshots = !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(ScreenshotsVariable));
    private static readonly string Scenes = IsForScreenshots ? "400" : "90";
    private static readonly string Size = IsForScreenshots ? "448" : "224";
    private static readonly string[] Browsers = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    private readonly DirectoryInfo _folder = IsForScreenshots
        ? Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), "studio"))
        : Directory.CreateTempSubdirectory("relsim-app-");
    private IPlaywright? _playwright;
    private IBrowser? _browser;
    private AppServer? _server;

    public Uri Address => _server!.Address;

    /// <summary>The served pictures; also a root, below which tests make folders of their own.</summary>
    public string Pictures => Path.Combine(_folder.FullName, "pictures");

    /// <summary>A second root, empty at first.</summary>
    public string More => Path.Combine(_folder.FullName, "more");

    public string Library => Path.Combine(_folder.FullName, "library.db");

    public string Cache => Path.Combine(_folder.FullName, "cache");

    public string Reports => Path.Combine(_folder.FullName, "reports");

    /// <summary>Pictures that no library holds, to search with.</summary>
    public string[] Queries { get; private set; } = [];

    public IBrowser Browser
    {
        get
        {
            Assert.SkipWhen(_browser is null, "Chromium is missing (Debian: apt-get install chromium).");
            return _browser!;
        }
    }

    public async ValueTask InitializeAsync()
    {
        if (Browsers.FirstOrDefault(File.Exists) is not { } path)
        {
            return;
        }

        foreach (string folder in new[] { Pictures, More, Cache, Reports })
        {
            Directory.CreateDirectory(folder);
        }

        await AppServer.RunAsync(Cache, "scenes", "generate", "--output", Pictures, "--count", Scenes, "--size", Size, "--seed", "5");
        string queries = Path.Combine(_folder.FullName, "queries");
        await AppServer.RunAsync(Cache, "scenes", "generate", "--output", queries, "--count", "3", "--size", "224", "--seed", "77", "--clutter", "0");
        Queries = [.. Directory.GetFiles(queries, "*.png").Order(StringComparer.Ordinal)];
        File.Copy(Directory.GetFiles(Pictures, "*.png")[0], Path.Combine(Pictures, "a-copy.png"));
        foreach ((string folder, string title) in new[] { ("first", "Retrieval, first run"), ("second", "Retrieval, second run"), ("judged", "Pairs, judged") })
        {
            Directory.CreateDirectory(Path.Combine(Reports, folder));
            await File.WriteAllTextAsync(
                Path.Combine(Reports, folder, "report.html"),
                $"<!DOCTYPE html><html lang=en><title>{title}</title><style>h1{{color:#5140cf}}</style><h1>A report</h1><script>document.title='ran'</script>");
        }

        await AppServer.RunAsync(Cache, "library", "add", Library, Pictures);
        _server = await AppServer.StartAsync(Cache, Library, "--root", Pictures, "--root", More, "--reports", Reports);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = path });
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        _folder.Delete(recursive: true);
    }
}

[CollectionDefinition(nameof(AppSuite))]
public sealed class AppSuite : ICollectionFixture<AppFixture>;
