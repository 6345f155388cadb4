using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Relsim.Web.Library;

[assembly: AssemblyFixture(typeof(Relsim.Web.Tests.SharedServer))]

namespace Relsim.Web.Tests;

/// <summary>A real server in this process, on a free port, with the model that ships with the program; it ends with the test.</summary>
internal sealed class RunningServer : IAsyncDisposable
{
    private RunningServer(WebApplication app, LogLines log, TemporaryFolder folder) => (App, Log, Folder) = (app, log, folder);

    public WebApplication App { get; }

    public LogLines Log { get; }

    /// <summary>Holds the server's library and thumbnails.</summary>
    public TemporaryFolder Folder { get; }

    public HttpClient Client { get; private set; } = new();

    public LibrarySession Session => Get<LibrarySession>();

    public Uri Address => Client.BaseAddress!;

    /// <summary>Starts a server of the gallery, changed as the test wants it, and waits until it is ready.</summary>
    public static async Task<RunningServer> StartAsync(Gallery gallery, Func<ServeOptions, ServeOptions>? change = null, bool waitForReady = true)
    {
        var folder = new TemporaryFolder();
        ServeOptions options = new()
        {
            Library = gallery.CopyLibrary(folder),
            LoadModel = () => RelsimModel.LoadDefault(),
            Port = 0,
            Roots = [gallery.Pictures],
            CacheFolder = folder["cache"],
        };
        var log = new LogLines();
        WebApplication app = WebServer.Create(change?.Invoke(options) ?? options, logging => logging.ClearProviders().AddProvider(log).SetMinimumLevel(LogLevel.Debug));
        var server = new RunningServer(app, log, folder);
        await app.StartAsync(TestContext.Current.CancellationToken);
        server.Client = new HttpClient { BaseAddress = new Uri(app.Urls.First()), Timeout = TimeSpan.FromMinutes(5) };
        if (waitForReady)
        {
            await server.UntilAsync(() => server.Session.State != SessionState.Loading);
        }

        return server;
    }

    /// <summary>Returns once a condition of the session holds.</summary>
    public async Task UntilAsync(Func<bool> condition)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void Look()
        {
            if (condition())
            {
                reached.TrySetResult();
            }
        }

        Session.Changed += Look;
        Look();
        await reached.Task.WaitAsync(TestContext.Current.CancellationToken);
        Session.Changed -= Look;
    }

    public T Get<T>()
        where T : notnull => App.Services.GetRequiredService<T>();

    public async Task<JsonElement> PostAsync(string path, object body)
    {
        using HttpResponseMessage response = await Client.PostAsJsonAsync(path, body, TestContext.Current.CancellationToken);
        string text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, $"{path}: {(int)response.StatusCode} {text}");
        return JsonSerializer.Deserialize<JsonElement>(text);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await App.StopAsync();
        await App.DisposeAsync();
        Folder.Dispose();
    }
}

/// <summary>A gallery and one server of it, for all tests that change nothing of either.</summary>
public sealed class SharedServer : IAsyncLifetime
{
    private RunningServer? _server;

    internal Gallery Gallery { get; } = new();

    internal RunningServer Server => _server!;

    public async ValueTask InitializeAsync()
    {
        await Gallery.MakeAsync();
        _server = await RunningServer.StartAsync(Gallery);
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        Gallery.Dispose();
    }
}

/// <summary>Everything a server logs, whatever the level.</summary>
internal sealed class LogLines : ILoggerProvider
{
    public ConcurrentQueue<(LogLevel Level, string Line)> Lines { get; } = new();

    public IEnumerable<string> Errors => Lines.Where(line => line.Level >= LogLevel.Error).Select(line => line.Line);

    public ILogger CreateLogger(string categoryName) => new Writer(this, categoryName);

    public void Dispose()
    {
    }

    private sealed class Writer(LogLines lines, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Lines.Enqueue((logLevel, $"{category}: {formatter(state, exception)} {exception}"));
    }
}
