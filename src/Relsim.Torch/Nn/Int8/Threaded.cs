using Relsim.Torch.Native;

namespace Relsim.Torch.Nn.Int8;

/// <summary>Work shared out over as many threads as a tensor operation may use.</summary>
internal static class Threaded
{
    private const int PartsAThread = 8; // several, so that a thread that is held up leaves its share to the others

    /// <summary>Calls <paramref name="work"/> with ranges that cover 0 to <paramref name="count"/>, each but the last of a multiple of <paramref name="grain"/>.</summary>
    public static void For(int count, int grain, Action<int, int> work)
    {
        int threads = TorchRuntime.Threads;
        int grains = (count + grain - 1) / grain;
        if (threads == 1 || grains <= 1)
        {
            work(0, count);
            return;
        }

        int parts = Math.Min(grains, threads * PartsAThread);
        Parallel.For(0, parts, new ParallelOptions { MaxDegreeOfParallelism = threads }, part =>
        {
            int from = (int)((long)grains * part / parts) * grain;
            int to = Math.Min(count, (int)((long)grains * (part + 1) / parts) * grain);
            work(from, to);
        });
    }
}
