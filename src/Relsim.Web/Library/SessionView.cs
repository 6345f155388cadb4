using Microsoft.AspNetCore.Components;

namespace Relsim.Web.Library;

/// <summary>A part of a page that shows the session and is drawn anew when that changes, at most ten times a second.</summary>
public abstract class SessionView : ComponentBase, IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly HashSet<LibraryJob> _watched = [];
    private int _waiting;

    /// <summary>The session.</summary>
    [Inject]
    protected LibrarySession Session { get; set; } = null!;

    /// <inheritdoc/>
    public void Dispose()
    {
        Session.Changed -= Refresh;
        foreach (LibraryJob job in _watched)
        {
            job.Changed -= Refresh;
        }

        GC.SuppressFinalize(this);
    }

    /// <inheritdoc/>
    protected override void OnInitialized()
    {
        Session.Changed += Refresh;
        Watch();
    }

    private void Watch()
    {
        foreach (LibraryJob job in Session.Jobs.Where(_watched.Add))
        {
            job.Changed += Refresh;
        }
    }

    private void Refresh()
    {
        if (Interlocked.Exchange(ref _waiting, 1) == 0)
        {
            _ = RefreshLaterAsync();
        }
    }

    private async Task RefreshLaterAsync()
    {
        await Task.Delay(Pause).ConfigureAwait(false);
        Volatile.Write(ref _waiting, 0);
        await InvokeAsync(() =>
        {
            Watch();
            StateHasChanged();
        }).ConfigureAwait(false);
    }
}
