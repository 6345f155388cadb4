using Relsim.Search;

namespace Relsim.Web.Library;

/// <summary>Where a job stands.</summary>
public enum LibraryJobState
{
    /// <summary>Another job runs.</summary>
    Waiting,

    /// <summary>Files are looked at and embedded.</summary>
    Running,

    /// <summary>The library is up to date with the folders.</summary>
    Done,

    /// <summary>It broke off; <see cref="LibraryJob.Error"/> says why.</summary>
    Failed,

    /// <summary>It was stopped; what was embedded before is kept.</summary>
    Cancelled,
}

/// <summary>A library is brought up to date with folders, in the background. Thread-safe.</summary>
public sealed class LibraryJob : IProgress<LibraryProgress>, IDisposable
{
    private readonly CancellationTokenSource _stop;

    internal LibraryJob(IReadOnlyList<string> folders, CancellationToken stop)
    {
        Folders = folders;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Token = _stop.Token;
    }

    /// <summary>State or numbers have changed; raised on any thread.</summary>
    public event Action? Changed;

    /// <summary>The folders; without any, the pictures that the library holds already.</summary>
    public IReadOnlyList<string> Folders { get; }

    /// <summary>Where it stands.</summary>
    public LibraryJobState State { get; private set; }

    /// <summary>How many pictures are embedded, of how many, and how many of them could not be read; all 0 while the files are looked at.</summary>
    public LibraryProgress Progress { get; private set; }

    /// <summary>What it did; null until it is done.</summary>
    public LibraryReport? Report { get; private set; }

    /// <summary>Why it broke off, or null.</summary>
    public string? Error { get; private set; }

    /// <summary>Whether it has ended, in whatever way.</summary>
    public bool IsOver => State is LibraryJobState.Done or LibraryJobState.Failed or LibraryJobState.Cancelled;

    /// <summary>Ends when the job has.</summary>
    public Task Completion { get; internal set; } = Task.CompletedTask;

    internal CancellationToken Token { get; }

    /// <summary>Stops it after the pictures that are being embedded.</summary>
    public void Cancel()
    {
        if (!IsOver)
        {
            _stop.Cancel();
        }
    }

    /// <inheritdoc/>
    void IProgress<LibraryProgress>.Report(LibraryProgress value)
    {
        Progress = value;
        Changed?.Invoke();
    }

    /// <inheritdoc/>
    public void Dispose() => _stop.Dispose();

    internal void Enter(LibraryJobState state, LibraryReport? report = null, string? error = null)
    {
        (Report, Error, State) = (report, error, state);
        Changed?.Invoke();
    }
}
