namespace Relsim.Torch.Encoders;

/// <summary>Hands out runs of files in order, as far ahead of the reader as there are permits, and keeps their results.</summary>
internal sealed class RunQueue(string[][] runs, SemaphoreSlim permits)
{
    private readonly TaskCompletionSource<EmbeddedImage[]>[] _results =
        [.. runs.Select(_ => new TaskCompletionSource<EmbeddedImage[]>(TaskCreationOptions.RunContinuationsAsynchronously))];

    private int _next = -1;

    public async Task<EmbeddedImage[]> Result(int run)
    {
        EmbeddedImage[] result = await _results[run].Task.ConfigureAwait(false);
        _results[run] = null!; // read once; a long list of files must not keep every embedding alive
        return result;
    }

    public bool TryTake(CancellationToken stop, out int run)
    {
        run = runs.Length;
        try
        {
            permits.Wait(stop);
        }
        catch (OperationCanceledException)
        {
            CancelRest(stop);
            return false;
        }

        run = Interlocked.Increment(ref _next);
        if (run < runs.Length)
        {
            return true;
        }

        permits.Release(); // for the other workers, which have to see the end too
        return false;
    }

    public void Complete(int run, Func<string[], EmbeddedImage[]> embed, CancellationToken stop)
    {
        try
        {
            _results[run].TrySetResult(embed(runs[run]));
        }
        catch (OperationCanceledException)
        {
            _results[run].TrySetCanceled(stop);
        }
        catch (Exception e)
        {
            _results[run].TrySetException(e);
        }
    }

    private void CancelRest(CancellationToken stop)
    {
        foreach (TaskCompletionSource<EmbeddedImage[]>? result in _results)
        {
            result?.TrySetCanceled(stop);
        }
    }
}
