namespace Relsim.Torch.Native;

/// <summary>
/// While any scope is open, tensor operations of the threads that opened one use a single thread each: where pictures are
/// embedded side by side, threads inside an operation would only wait for each other.
/// </summary>
/// <remarks>
/// libtorch keeps the number for the process and for each thread that has used it; a thread whose first tensor operation
/// falls into a scope of others keeps one thread, and so does one whose scope ends before that of others. Thread-safe.
/// </remarks>
internal sealed class OneThreadScope : IDisposable
{
    private static readonly Lock Gate = new();
    private static int _open;
    private static int _threadsBefore;

    public OneThreadScope()
    {
        lock (Gate)
        {
            if (_open++ == 0)
            {
                _threadsBefore = TorchRuntime.Threads;
            }

            TorchRuntime.Threads = 1;
        }
    }

    public void Dispose()
    {
        lock (Gate)
        {
            if (--_open == 0)
            {
                TorchRuntime.Threads = _threadsBefore;
            }
        }
    }
}
