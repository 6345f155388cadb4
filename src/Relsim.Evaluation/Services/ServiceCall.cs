namespace Relsim.Evaluation.Services;

/// <summary>One call of a service: waited for no longer than asked, and every fault is a <see cref="ServiceException"/>.</summary>
internal sealed class ServiceCall(ServiceSpec spec, ServiceOptions options)
{
    public async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(options.Timeout, options.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            return await call(either.Token).ConfigureAwait(false);
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (Exception e) when (FindOwn(e) is { } own)
        {
            throw own;
        }
        catch (Exception) when (timeout.IsCancellationRequested)
        {
            throw new ServiceException($"{spec}: no answer within {options.Timeout.TotalSeconds:0} s.") { IsNetwork = true, MayBeBilled = true };
        }
        catch (Exception e)
        {
            // The clients throw a dozen types at an answer that is not of their format. Its text stays out: it may hold anything.
            throw new ServiceException($"{spec}: the answer could not be read ({e.GetType().Name}).") { IsNetwork = true, MayBeBilled = true };
        }
    }

    private static ServiceException? FindOwn(Exception? e) => e as ServiceException ?? (e?.InnerException is { } inner ? FindOwn(inner) : null);
}
