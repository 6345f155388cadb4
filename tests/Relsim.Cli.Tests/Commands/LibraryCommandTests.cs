using System.Text.Json;
using Relsim.Search;

namespace Relsim.Cli.Tests.Commands;

/// <summary>library and search.</summary>
public sealed class LibraryCommandTests(TinyModel model) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Add_Twice_EmbedsNothingAgain()
    {
        string pictures = Pictures.WriteFolder(_folder, "p", 20), library = _folder["l.db"];

        CliResult first = await RunAsync("library", "add", library, pictures, "--json");
        CliResult second = await RunAsync("library", "add", library, pictures, "--json");

        Assert.Equal((ExitCodes.Ok, ExitCodes.Ok), (first.ExitCode, second.ExitCode));
        Assert.Equal((20, 20), (Number(first, "added"), Number(first, "pictures")));
        Assert.Equal((0, 0, 20), (Number(second, "added"), Number(second, "updated"), Number(second, "unchanged")));
        CliResult info = await Cli.RunAsync("library", "info", library, "--check", "--json");
        Assert.Equal(20, Number(info, "pictures"));
        Assert.Equal("ok", info.Json.GetProperty("integrity").GetString());
        Assert.StartsWith("tiny-1-", info.Json.GetProperty("model").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Add_BrokenPicture_IsListedAndExitsThree()
    {
        _folder.Write("p/a.png", Pictures.Png(1));
        string half = _folder.Write("p/b.jpg", Pictures.HalfJpeg(2)), library = _folder["l.db"];

        Assert.Equal(ExitCodes.PartlyDone, (await RunAsync("library", "add", library, _folder["p"])).ExitCode);

        JsonElement unreadable = (await Cli.RunAsync("library", "info", library, "--json")).Json.GetProperty("unreadable");
        Assert.Equal(half, Assert.Single(unreadable.EnumerateArray()).GetProperty("path").GetString());
    }

    [Fact]
    public async Task Rescan_ChangedFolder_FollowsIt()
    {
        string pictures = Pictures.WriteFolder(_folder, "p", 5), library = _folder["l.db"];
        await RunAsync("library", "add", library, pictures);
        File.Delete(_folder["p/00000.png"]);
        File.Move(_folder["p/00001.png"], _folder["p/moved.png"]);
        _folder.Write("p/00002.png", Pictures.Png(102));
        _folder.Write("p/new.png", Pictures.Png(103));

        CliResult known = await RunAsync("library", "rescan", library, "--json");
        CliResult folder = await RunAsync("library", "rescan", library, pictures, "--json");

        Assert.Equal((0, 1, 2, 3), (Number(known, "added"), Number(known, "updated"), Number(known, "removed"), Number(known, "pictures")));
        Assert.Equal((2, 0, 0, 5), (Number(folder, "added"), Number(folder, "updated"), Number(folder, "removed"), Number(folder, "pictures")));
    }

    [Fact]
    public async Task Remove_PicturesAndFolders_ForgetsThem()
    {
        Pictures.WriteFolder(_folder, "p", 3);
        Pictures.WriteFolder(_folder, "q", 4);
        string library = _folder["l.db"];
        await RunAsync("library", "add", library, _folder["p"], _folder["q"]);

        CliResult result = await Cli.RunAsync("library", "remove", library, _folder["p"], _folder["q/00001.png"], "--json");
        CliResult again = await Cli.RunAsync("library", "remove", library, _folder["p"], _folder["q/00002.png"]);
        CliResult none = await Cli.RunAsync("library", "remove", library, _folder["p"]);

        Assert.Equal((4, 3), (Number(result, "removed"), Number(result, "pictures")));
        Assert.Equal((ExitCodes.Ok, ExitCodes.PartlyDone, ExitCodes.Failed), (result.ExitCode, again.ExitCode, none.ExitCode));
        Assert.True(File.Exists(_folder["p/00000.png"]));
    }

    [Fact]
    public async Task Open_AnotherModelsLibrary_IsRefused()
    {
        string pictures = Pictures.WriteFolder(_folder, "p", 2), library = _folder["l.db"];
        await RunAsync("library", "add", library, pictures);
        string other = model.CopyWithOtherId();

        foreach (string[] args in new string[][] { ["library", "add", library, pictures], ["library", "rescan", library], ["search", library, "--text", "x"] })
        {
            CliResult result = await Cli.RunAsync([.. args, "--model", other]);

            Assert.Equal(ExitCodes.Failed, result.ExitCode);
            Assert.Contains("the two cannot be compared", result.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Open_NoLibrary_SaysSo()
    {
        string text = _folder.Write("text.db", "this is a text of some length and no library at all"), picture = _folder.Write("a.png", Pictures.Png(1));
        (string[] Args, string Reason)[] bad =
        [
            (["library", "info", _folder["gone.db"]], "there is no such library"),
            (["library", "info", text], "not a library file"),
            (["library", "remove", _folder["gone.db"], "x"], "there is no such library"),
            (["library", "rescan", _folder["gone.db"], "--model", model.Folder], "there is no such library"),
            (["library", "add", text, picture, "--model", model.Folder], "not a library file"),
            (["library", "add", _folder["no/such/folder.db"], picture, "--model", model.Folder], "there is no such folder"),
            (["library", "add", _folder["l.db"], _folder["gone.png"], "--model", model.Folder], "neither a file nor a folder"),
            (["search", _folder["gone.db"], "--text", "x", "--model", model.Folder], "there is no such library"),
        ];
        foreach ((string[] args, string reason) in bad)
        {
            CliResult result = await Cli.RunAsync(args);

            Assert.Equal(ExitCodes.Failed, result.ExitCode);
            Assert.Contains(reason, result.Error, StringComparison.Ordinal);
        }

        Assert.False(File.Exists(_folder["l.db"]));
    }

    [Fact]
    public async Task Search_Folder_KeepsItsOwnLibraryUpToDate()
    {
        string pictures = Pictures.WriteFolder(_folder, "p", 6), query = _folder["p/00003.png"];

        CliResult first = await RunAsync("search", pictures, "--image", query, "--top-k", "3", "--json");
        _folder.Write("p/copy.png", Pictures.Png(3));
        _folder.Write("p/new.png", Pictures.Png(9));
        CliResult second = await RunAsync("search", pictures, "--image", query, "--json");

        Assert.Equal(3, Hits(first).Length);
        Assert.True(File.Exists(Path.Combine(pictures, ".relsim.db")));
        Assert.Equal(6, Hits(second).Length);
        Assert.Contains(_folder["p/new.png"], Hits(second).Select(PathOf));
        Assert.DoesNotContain(Hits(second).Select(PathOf), path => path == query || path == _folder["p/copy.png"]);
        Assert.Contains("10 were asked for", second.Json.GetProperty("shortfall").GetString(), StringComparison.Ordinal);
        Assert.Contains("10 were asked for", second.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Search_ImageAndWeights_RankByTheJointScore()
    {
        string pictures = Pictures.WriteFolder(_folder, "p", 12), query = _folder.Write("q.png", Pictures.Png(50));

        CliResult result = await RunAsync("search", pictures, "--image", query, "--relational-weight", "2", "--attribute-weight", "-0.5", "--json");
        CliResult text = await RunAsync("search", pictures, "--image", query, "--relational-weight", "2", "--attribute-weight", "-0.5");

        JsonElement[] hits = Hits(result);
        Assert.Equal(10, hits.Length);
        Assert.Equal(Enumerable.Range(1, 10), hits.Select(hit => hit.GetProperty("rank").GetInt32()));
        Assert.All(hits, hit => Assert.Equal(
            (2 * Score(hit, "relational")) - (0.5f * Score(hit, "attribute")), Score(hit, "joint"), 1e-3f));
        Assert.Equal(hits.Select(hit => Score(hit, "joint")).OrderDescending(), hits.Select(hit => Score(hit, "joint")));
        Assert.All(hits, hit => Assert.NotEmpty(hit.GetProperty("shared_caption").GetProperty("caption").GetString()!));
        Assert.Equal(JsonValueKind.Null, result.Json.GetProperty("shortfall").ValueKind);
        Assert.All(hits, hit => Assert.Contains(PathOf(hit), text.Output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Search_TextAndFilters_Apply()
    {
        Pictures.WriteFolder(_folder, "p/left", 4);
        _folder.Write("p/right/big.png", Pictures.Png(70, side: 100));
        string old = _folder.Write("p/right/old.png", Pictures.Png(71, side: 100));
        File.SetLastWriteTimeUtc(old, new DateTime(2001, 2, 3, 0, 0, 0, DateTimeKind.Utc));
        async Task<string[]> SearchAsync(params string[] filter) => [.. Hits(await RunAsync(
            ["search", _folder["p"], "--text", "a ring around something", "--minus-text", "a row", "--json", .. filter])).Select(PathOf)];

        Assert.Equal(6, (await SearchAsync()).Length);
        Assert.Equal([old], await SearchAsync("--until", "2002-01-01"));
        Assert.Equal(5, (await SearchAsync("--since", "2002-01-01")).Length);
        Assert.Equal([_folder["p/right/big.png"], old], (await SearchAsync("--min-size", "100")).Order(StringComparer.Ordinal));
        Assert.Equal(4, (await SearchAsync("--folder", "left")).Length);
        Assert.Empty(await SearchAsync("--min-score", "1.5"));
    }

    [Fact]
    public async Task Search_EmptyFolder_SaysSoAndLeavesItEmpty()
    {
        string empty = Directory.CreateDirectory(_folder["empty"]).FullName;

        CliResult result = await RunAsync("search", empty, "--text", "x");

        Assert.Equal(ExitCodes.Failed, result.ExitCode);
        Assert.Contains("there is no picture in", result.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(empty));
    }

    private static JsonElement[] Hits(CliResult result) => [.. result.Json.GetProperty("hits").EnumerateArray()];

    private static string PathOf(JsonElement hit) => hit.GetProperty("path").GetString()!;

    private static float Score(JsonElement hit, string name) => hit.GetProperty(name).GetSingle();

    private static int Number(CliResult result, string name) => result.Json.GetProperty(name).GetInt32();

    private Task<CliResult> RunAsync(params string[] args) => Cli.RunAsync([.. args, "--model", model.Folder]);
}
