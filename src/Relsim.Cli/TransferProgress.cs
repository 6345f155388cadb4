using Relsim.Torch.Weights.Hub;

namespace Relsim.Cli;

/// <summary>Shows bytes on a bar, in megabytes.</summary>
internal sealed class TransferProgress(ProgressBar bar) : IProgress<HubProgress>
{
    private const long Megabyte = 1_000_000;

    public void Report(HubProgress value) => bar.Report((int)(value.Bytes / Megabyte), (int)(value.Total / Megabyte));
}
