using Relsim.Torch.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Relsim.Torch.Training;

/// <summary>A model between two others of one training: often better away from the training's pictures than either (Wortsman et al. 2022, WiSE-FT, equation 1).</summary>
internal static class WeightBlend
{
    /// <summary>Moves a model's floats towards those of a file of the same make: <paramref name="share"/> of the file's and the rest of its own.</summary>
    public static void MoveTowards(nn.Module model, string path, double share)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable frozen = no_grad();
        using SafetensorsFile file = SafetensorsFile.Open(path);
        using Scalar theirs = share, own = 1 - share;
        foreach ((string name, Tensor value) in model.state_dict().Where(pair => pair.Value.is_floating_point()))
        {
            value.mul_(own).add_(file.Read(name).to(value.dtype, value.device), theirs);
        }
    }
}
