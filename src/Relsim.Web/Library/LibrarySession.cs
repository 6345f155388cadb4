using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Relsim.Datasets;
using Relsim.Search;
using Relsim.Torch.Encoders;
using Relsim.Web.Api;
using Relsim.Web.Pictures;

namespace Relsim.Web.Library;

/// <summary>Whether the server can answer yet.</summary>
public enum SessionState
{
    /// <summary>Model and library are being loaded.</summary>
    Loading,

    /// <summary>Searches are answered.</summary>
    Ready,

    /// <summary>Model or library cannot be loaded; <see cref="LibrarySession.Failure"/> says why and what to do.</summary>
    Failed,
}

/// <summary>
/// The model, the queue in front of it and the library, for as long as the server runs. Searches read a snapshot, which is exchanged while a job adds pictures and when it ends; jobs run one
/// after the other, each with a connection of its own. Thread-safe.
/// </summary>
public sealed partial class LibrarySession : IHostedService, IAsyncDisposable
{
    private const int PicturesBetweenSnapshots = 128;

    private readonly ServeOptions _options;
    private readonly ILogger<LibrarySession> _logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _oneJob = new(1);
    private readonly List<LibraryJob> _jobs = [];
    private volatile Loaded? _loaded;
    private Task _loading = Task.CompletedTask;
    private int _disposed;

    /// <summary>A session that loads once the host starts it.</summary>
    public LibrarySession(ServeOptions options, ILogger<LibrarySession> logger) => (_options, _logger) = (options, logger);

    /// <summary>State, snapshot or list of jobs has changed; raised on any thread.</summary>
    public event Action? Changed;

    /// <summary>Whether searches are answered yet.</summary>
    public SessionState State { get; private set; }

    /// <summary>Why nothing can be answered, or null.</summary>
    public string? Failure { get; private set; }

    /// <summary>The library file.</summary>
    public string LibraryFile => RelsimModel.LibraryFile(Path.GetFullPath(_options.Library));

    /// <summary>The model.</summary>
    /// <exception cref="ProblemException">It is not loaded (yet).</exception>
    public RelsimModel Model => Require().Model;

    /// <summary>What embeds for requests.</summary>
    /// <exception cref="ProblemException">The model is not loaded (yet).</exception>
    public EmbeddingQueue Queue => Require().Queue;

    /// <summary>The library as it is now.</summary>
    /// <exception cref="ProblemException">It is not loaded (yet).</exception>
    public LibrarySnapshot Snapshot => Require().Snapshot;

    /// <summary>The folders whose pictures may be served and added, and what is really below them.</summary>
    /// <exception cref="ProblemException">The library is not loaded (yet).</exception>
    public RootedFiles Files => Require().Files;

    /// <summary>What all embeddings of the library have in common.</summary>
    /// <exception cref="ProblemException">The model is not loaded (yet).</exception>
    public StoreIdentity Identity => Model.Identity;

    /// <summary>Pictures in the library; 0 while it is loaded.</summary>
    public int Count => _loaded?.Snapshot.Pictures.Count ?? 0;

    /// <summary>All jobs of this session, oldest first.</summary>
    public IReadOnlyList<LibraryJob> Jobs
    {
        get
        {
            lock (_jobs)
            {
                return [.. _jobs];
            }
        }
    }

    /// <summary>Starts a job that adds a folder or looks through it again.</summary>
    /// <exception cref="ProblemException">There is no such folder below a root.</exception>
    public LibraryJob AddFolder(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        if (!Path.IsPathFullyQualified(folder) || !Directory.Exists(folder) || !Files.Contains(folder))
        {
            throw ProblemException.BadRequest(
                $"There is no folder '{folder}' below {(Files.Roots.Count > 0 ? string.Join(" or ", Files.Roots) : "a root")}. Give the full path, or start the server with --root to allow another folder.");
        }

        return Start([Path.GetFullPath(folder)]);
    }

    /// <summary>Starts a job that looks through all roots again.</summary>
    /// <exception cref="ProblemException">The library is not loaded (yet).</exception>
    public LibraryJob Rescan() => Start([.. Files.Roots.Where(Directory.Exists)]);

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _loading = Task.Run(Load, CancellationToken.None);
        return Task.CompletedTask;
    }

    /// <summary>Stops the jobs and lets the queue end what it has taken on.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _loading.ConfigureAwait(false);
        await Task.WhenAll(Jobs.Select(job => job.Completion)).ConfigureAwait(false);
        if (_loaded is { } loaded)
        {
            await loaded.Queue.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // Registered as itself and as a hosted service, it is disposed as both.
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        await StopAsync(CancellationToken.None).ConfigureAwait(false);
        _loaded?.Model.Dispose();
        foreach (LibraryJob job in Jobs)
        {
            job.Dispose();
        }

        _oneJob.Dispose();
        _stop.Dispose();
    }

    private Loaded Require() => _loaded ?? throw (State == SessionState.Failed
        ? new ProblemException(StatusCodes.Status503ServiceUnavailable, Failure!)
        : new ProblemException(StatusCodes.Status503ServiceUnavailable, "Model and library are being loaded. Try again in a moment.", TimeSpan.FromSeconds(2)));

    private void Load()
    {
        RelsimModel? model = null;
        try
        {
            model = _options.LoadModel();
            using EmbeddingStore store = model.OpenLibrary(_options.Library, create: true);
            LibrarySnapshot snapshot = LibrarySnapshot.Load(store);
            _ = model.Captions.Count; // embedded here, so that the first search need not wait
            _loaded = new Loaded(model, new EmbeddingQueue(model.Encoder, new EmbeddingQueueOptions { Capacity = _options.QueueCapacity, Limits = _options.Limits }), new RootedFiles(Roots(snapshot)), snapshot);
            State = SessionState.Ready;
            Changed?.Invoke();
            if (Directory.Exists(_options.Library))
            {
                Start([Path.GetFullPath(_options.Library)]);
            }
        }
        catch (Exception e)
        {
            // Whatever it is, pages and API say it; the server goes on, so that they can.
            model?.Dispose();
            Failure = e.Message;
            State = SessionState.Failed;
            LogFailure(_logger, e);
            Changed?.Invoke();
        }
    }

    private IEnumerable<string> Roots(LibrarySnapshot snapshot) => _options.Roots.Count > 0 ? _options.Roots.Concat(Directory.Exists(_options.Library) ? [_options.Library] : [])
        : Directory.Exists(_options.Library) ? [_options.Library]
        : snapshot.Statistics.Folders.Select(folder => folder.Key);

    private LibraryJob Start(IReadOnlyList<string> folders)
    {
        Loaded loaded = Require();
        var job = new LibraryJob(folders, _stop.Token);
        lock (_jobs)
        {
            _jobs.Add(job);
            job.Completion = Task.Run(() => RunAsync(loaded, job), CancellationToken.None);
        }

        Changed?.Invoke();
        return job;
    }

    private async Task RunAsync(Loaded loaded, LibraryJob job)
    {
        try
        {
            await _oneJob.WaitAsync(job.Token).ConfigureAwait(false);
            try
            {
                job.Enter(LibraryJobState.Running);
                job.Enter(LibraryJobState.Done, await UpdateAsync(loaded, job).ConfigureAwait(false));
            }
            finally
            {
                _oneJob.Release();
            }
        }
        catch (OperationCanceledException)
        {
            job.Enter(LibraryJobState.Cancelled);
        }
        catch (Exception e)
        {
            LogJob(_logger, e, string.Join(", ", job.Folders));
            job.Enter(LibraryJobState.Failed, error: e.Message);
        }

        Changed?.Invoke();
    }

    /// <summary>A link below a root may lead out of it: what does not really lie below one is not looked at, and forgotten.</summary>
    private async Task<LibraryReport> UpdateAsync(Loaded loaded, LibraryJob job)
    {
        using EmbeddingStore store = loaded.Model.OpenLibrary(_options.Library, create: true);
        int shown = 0;
        job.Changed += ShowSoFar;
        try
        {
            string[] files = [.. job.Folders.SelectMany(ImageInputs.InFolder).Where(loaded.Files.Contains)];
            // A folder's own library holds nothing else: what it names elsewhere is from before the folder was copied.
            bool isOwn = _options.Roots.Count == 0 && Directory.Exists(_options.Library);
            LibraryPlan plan = await LibraryPlan.CreateAsync(store, files, isOwn && job.Folders is [var folder] && folder == loaded.Files.Roots[0] ? null : job.Folders, job.Token).ConfigureAwait(false);
            var options = new LibraryUpdateOptions { BatchSize = loaded.Model.Encoder.Shape.ImagesPerCommit };
            return await LibraryUpdater.ApplyAsync(store, plan, loaded.Model.Pipeline.EmbedForLibraryAsync, options, job, job.Token).ConfigureAwait(false);
        }
        finally
        {
            job.Changed -= ShowSoFar;
            _loaded = loaded with { Snapshot = LibrarySnapshot.Load(store) };
        }

        // Between two commits, so the store is free. A quarter more each time: all the loading together then stays within a few times the last one's.
        void ShowSoFar()
        {
            int done = job.Progress.Done;
            if (done - shown >= Math.Max(PicturesBetweenSnapshots, shown / 4))
            {
                shown = done;
                _loaded = loaded with { Snapshot = LibrarySnapshot.Load(store) };
                Changed?.Invoke();
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Model or library cannot be loaded; nothing is answered until the server is started again.")]
    private static partial void LogFailure(ILogger logger, Exception error);

    [LoggerMessage(Level = LogLevel.Error, Message = "The library could not be brought up to date with {Folders}.")]
    private static partial void LogJob(ILogger logger, Exception error, string folders);

    private sealed record Loaded(RelsimModel Model, EmbeddingQueue Queue, RootedFiles Files, LibrarySnapshot Snapshot);
}
