using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Relsim.Web.Tests.Browser;

/// <summary><c>relsim serve</c> as a process of its own, on a free port; it ends with the test.</summary>
internal sealed partial class AppServer : IAsyncDisposable
{
    private readonly Process _process;

    private AppServer(Process process, Uri address) => (_process, Address) = (process, address);

    public Uri Address { get; }

    /// <summary>Starts a server and waits until its model and library are loaded, or cannot be.</summary>
    public static async Task<AppServer> StartAsync(string cache, params string[] arguments)
    {
        Process process = Start(cache, ["serve", .. arguments, "--port", "0"]);
        var address = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        var lines = new List<string>();
        void Read(object sender, DataReceivedEventArgs e)
        {
            lock (lines)
            {
                lines.Add(e.Data ?? "");
            }

            if (ServedAt().Match(e.Data ?? "") is { Success: true } match)
            {
                address.TrySetResult(new Uri(match.Value));
            }
        }

        process.EnableRaisingEvents = true;
        process.OutputDataReceived += Read;
        process.ErrorDataReceived += Read;
        process.Exited += (_, _) => address.TrySetException(new InvalidOperationException($"relsim serve ended: {string.Join('\n', lines)}"));
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var server = new AppServer(process, await address.Task.WaitAsync(TimeSpan.FromMinutes(2)));
        await server.WaitUntilReadyAsync();
        return server;
    }

    /// <summary>Runs a command of relsim to its end.</summary>
    public static async Task RunAsync(string cache, params string[] arguments)
    {
        using Process process = Start(cache, arguments);
        Task<string> error = process.StandardError.ReadToEndAsync();
        await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"relsim {string.Join(' ', arguments)}: {await error}");
    }

    /// <summary>Ends it at once, as a crash would.</summary>
    public async Task KillAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await KillAsync();
        }

        _process.Dispose();
    }

    private static Process Start(string cache, string[] arguments)
    {
        // artifacts/bin/Relsim.Web.Tests/release -> artifacts/bin/Relsim.Cli/release: there are the pages' files too.
        var output = new DirectoryInfo(AppContext.BaseDirectory);
        string program = Path.Combine(output.Parent!.Parent!.FullName, "Relsim.Cli", output.Name, "Relsim.Cli.dll");
        var start = new ProcessStartInfo("dotnet", [program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["XDG_CACHE_HOME"] = cache;
        return Process.Start(start)!;
    }

    private async Task WaitUntilReadyAsync()
    {
        using var client = new HttpClient { BaseAddress = Address };
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while ((await (await client.GetAsync("/readyz", limit.Token)).Content.ReadAsStringAsync(limit.Token)).Contains("being loaded", StringComparison.Ordinal))
        {
            await Task.Delay(200, limit.Token);
        }
    }

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+")]
    private static partial Regex ServedAt();
}
