using System.Diagnostics;
using System.Globalization;
using Relsim.Search;

namespace Relsim.Cli;

/// <summary>
/// One line that fills up, redrawn a few times a second. What ends within a second never shows it. Reports may come from any thread;
/// the line is wiped when the bar is disposed.
/// </summary>
internal sealed class ProgressBar(string title, TextWriter writer) : IProgress<LibraryProgress>, IDisposable
{
    private const int Cells = 30;

    private static readonly TimeSpan FirstShown = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(150);

    private readonly Lock _gate = new();
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private TimeSpan _nextShown = FirstShown;
    private int _drawn;

    /// <summary>Reports done and total of a job whose parts do not fail.</summary>
    public void Report(int done, int total) => Report(new LibraryProgress(done, total, 0));

    public void Report(LibraryProgress value)
    {
        lock (_gate)
        {
            TimeSpan elapsed = _clock.Elapsed;
            if (elapsed < _nextShown || value.Total <= 0)
            {
                return;
            }

            _nextShown = elapsed + Between;
            Draw(Line(value, elapsed));
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _nextShown = TimeSpan.MaxValue;
            if (_drawn > 0)
            {
                Draw("");
                writer.Write('\r');
                _drawn = 0;
            }
        }
    }

    private string Line(LibraryProgress value, TimeSpan elapsed)
    {
        double share = Math.Clamp((double)value.Done / value.Total, 0, 1);
        int full = (int)(share * Cells);
        double seconds = elapsed.TotalSeconds;
        string rate = value.Done > 0
            ? string.Create(CultureInfo.InvariantCulture, $"  {value.Done / seconds:F0}/s, {seconds * (value.Total - value.Done) / value.Done:F0} s left")
            : "";
        string failed = value.Failed > 0 ? $", {value.Failed} unreadable" : "";
        return $"{title} [{new string('#', full)}{new string('.', Cells - full)}] {value.Done}/{value.Total}{rate}{failed}";
    }

    private void Draw(string line)
    {
        writer.Write('\r' + line.PadRight(_drawn));
        writer.Flush();
        _drawn = line.Length;
    }
}
