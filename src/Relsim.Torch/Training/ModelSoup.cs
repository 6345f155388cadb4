using Relsim.Torch.Native;
using Relsim.Torch.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Relsim.Torch.Training;

/// <summary>One model out of several that were trained on from the same weights: a mean of their weights (Wortsman et al. 2022).</summary>
internal static class ModelSoup
{
    /// <summary>Averages the weight files into a new one (a uniform soup, equation 1), floats in 16 bits. Whole numbers (the norms' counts of batches) are the first file's.</summary>
    /// <exception cref="WeightsException">The files do not hold the same tensors; the message names the file and the tensor.</exception>
    public static void Average(IReadOnlyList<string> files, string output)
    {
        ArgumentOutOfRangeException.ThrowIfZero(files.Count);
        TorchRuntime.EnsureLoaded();
        using DisposeScope scope = NewDisposeScope();
        using Scalar count = files.Count;
        Dictionary<string, Tensor> means = [];
        foreach (string path in files)
        {
            using SafetensorsFile file = SafetensorsFile.Open(path);
            bool first = means.Count == 0;
            if (!first && file.Tensors.Keys.Except(means.Keys).Concat(means.Keys.Except(file.Tensors.Keys)).FirstOrDefault() is { } other)
            {
                throw new WeightsException(path, other, $"only one of this file and {files[0]} has it; average models of one make");
            }

            foreach (string name in file.Tensors.Keys)
            {
                Tensor value = file.Read(name);
                bool isWhole = !value.is_floating_point();
                Tensor share = isWhole ? value : value.to_type(ScalarType.Float32).div(count);
                if (first)
                {
                    means[name] = share;
                }
                else if (!share.shape.SequenceEqual(means[name].shape))
                {
                    throw new WeightsException(path, name, $"its shape is not that in {files[0]}; average models of one make");
                }
                else if (!isWhole)
                {
                    means[name].add_(share, KeptScalars.One);
                }
            }
        }

        SafetensorsWriter.Write(output, means, storage: ScalarType.Float16);
    }

    /// <summary>Moves a model's floats towards those of a file of the same make: <paramref name="share"/> of the file's and the rest of its own.</summary>
    public static void Blend(nn.Module model, string path, double share)
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
