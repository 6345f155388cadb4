using Relsim.Torch.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Relsim.Torch.Training;

/// <summary>Begins a model with the weights of a smaller one of the same make.</summary>
internal static class WarmStart
{
    /// <summary>
    /// Copies every tensor of the file into the module's tensor of that name. A matrix that has more columns in the module keeps the file's columns and
    /// starts with zeros in the others, so that the module answers at first as the smaller model did; names that the file lacks keep their values.
    /// </summary>
    /// <exception cref="WeightsException">A tensor of the file has no place in the module; the message names it.</exception>
    public static void Load(nn.Module module, TensorSource source)
    {
        Dictionary<string, Tensor> targets = module.state_dict();
        using IDisposable frozen = no_grad();
        foreach ((string name, SafetensorsEntry entry) in source.Tensors)
        {
            if (!targets.TryGetValue(name, out Tensor? target) || !Fits(target.shape, [.. entry.Shape]))
            {
                throw new WeightsException(source.FilePath, name, "the model that it is to start has no place for it; start from a model of the same width");
            }

            using DisposeScope scope = NewDisposeScope();
            Tensor value = source.Read(name);
            if (target.shape.SequenceEqual(value.shape))
            {
                target.copy_(value);
            }
            else
            {
                target.zero_();
                target.narrow(1, 0, value.shape[1]).copy_(value);
            }
        }
    }

    private static bool Fits(long[] target, long[] source) =>
        target.SequenceEqual(source) || (target.Length == 2 && source.Length == 2 && target[0] == source[0] && target[1] > source[1]);
}
