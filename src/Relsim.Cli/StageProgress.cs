using Relsim.Evaluation.Retrieval;

namespace Relsim.Cli;

/// <summary>A bar for each stage of a long run.</summary>
internal sealed class StageProgress(Output output) : IProgress<RetrievalProgress>, IDisposable
{
    private readonly Lock _gate = new();
    private string? _stage;
    private ProgressBar? _bar;

    public void Report(RetrievalProgress value)
    {
        lock (_gate)
        {
            if (value.Stage != _stage)
            {
                _bar?.Dispose();
                _bar = output.StartProgress(value.Stage);
                _stage = value.Stage;
            }

            _bar!.Report(value.Done, value.Total);
        }
    }

    /// <summary>Reports done and total of a stage.</summary>
    public Action<int, int> Of(string stage) => (done, total) => Report(new RetrievalProgress(stage, done, total));

    public void Dispose()
    {
        lock (_gate)
        {
            _bar?.Dispose();
        }
    }
}
