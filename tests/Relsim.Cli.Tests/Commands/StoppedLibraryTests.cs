using System.Diagnostics;
using System.Text.Json;
using Relsim.Search;

namespace Relsim.Cli.Tests.Commands;

/// <summary><c>library add</c> as a child process that is interrupted or killed while it works.</summary>
public sealed class StoppedLibraryTests(TinyModel model) : IDisposable
{
    private const int PicturesPerCommit = 128;

    private readonly TemporaryFolder _folder = new();

    private string Library => _folder["l.db"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    [Trait("Kind", "Fault")]
    public async Task Add_Interrupted_StopsInOrderAndGoesOn()
    {
        const int total = 2000;
        string pictures = Pictures.WriteFolder(_folder, "p", total);
        using Process child = Cli.Start("library", "add", Library, pictures, "--model", model.Folder);
        await WaitForCommitAsync(child, 0);

        Cli.Interrupt(child);
        string error = await child.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await child.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(ExitCodes.Interrupted, child.ExitCode);
        Assert.Contains("Stopped.", error, StringComparison.Ordinal);
        int kept = await CheckedCountAsync();
        Assert.InRange(kept, PicturesPerCommit, total - 1);
        Assert.Equal(0, kept % PicturesPerCommit);
        Assert.False(File.Exists(Library + "-wal"), "the log was not folded into the file");
        await FinishAsync(pictures, total, kept);
    }

    [Fact]
    [Trait("Kind", "Fault")]
    public async Task Add_KilledAtRandomPoints_KeepsWholeCommitsAndFinishes()
    {
        const int total = 3000, kills = 10;
        string pictures = Pictures.WriteFolder(_folder, "p", total);
        Random random = new(7);
        int kept = 0;
        for (int kill = 0; kill < kills; kill++)
        {
            using Process child = Cli.Start("library", "add", Library, pictures, "--model", model.Folder);
            await WaitForCommitAsync(child, kept);
            child.WaitForExit(TimeSpan.FromMilliseconds(random.NextDouble() * 60));
            child.Kill();
            await child.WaitForExitAsync(TestContext.Current.CancellationToken);

            int count = await CheckedCountAsync();
            Assert.True(count > kept, $"kill {kill}: {kept} pictures were there, {count} are left.");
            Assert.True(count % PicturesPerCommit == 0 || count == total, $"kill {kill}: {count} pictures are no whole number of commits.");
            kept = count;
        }

        await FinishAsync(pictures, total, kept);
    }

    private async Task FinishAsync(string pictures, int total, int kept)
    {
        CliResult result = await Cli.RunAsync("library", "add", Library, pictures, "--model", model.Folder, "--json");

        Assert.Equal(ExitCodes.Ok, result.ExitCode);
        Assert.Equal(kept, result.Json.GetProperty("unchanged").GetInt32());
        Assert.Equal(total - kept, result.Json.GetProperty("added").GetInt32());
        Assert.Equal(total, await CheckedCountAsync());
    }

    /// <summary>Returns once the library holds more than <paramref name="count"/> pictures, or the child has ended.</summary>
    private async Task WaitForCommitAsync(Process child, int count)
    {
        while (Count() <= count && !child.HasExited)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            child.WaitForExit(2);
        }

        Assert.False(child.HasExited, child.HasExited ? $"the child ended early: {await child.StandardError.ReadToEndAsync()}" : "");
    }

    private int Count()
    {
        try
        {
            using EmbeddingStore store = EmbeddingStore.OpenExisting(Library);
            return store.Count();
        }
        catch (Exception e) when (e is FileNotFoundException or StoreFormatException)
        {
            return 0; // the child has not made it yet
        }
    }

    private async Task<int> CheckedCountAsync()
    {
        CliResult info = await Cli.RunAsync("library", "info", Library, "--check", "--json");
        JsonElement json = info.Json;
        Assert.Equal("ok", json.GetProperty("integrity").GetString());
        Assert.Empty(json.GetProperty("unreadable").EnumerateArray());
        return json.GetProperty("pictures").GetInt32();
    }
}
