using static TorchSharp.torch;

namespace Relsim.Torch.Weights;

/// <summary>Where a model's weights come from: a safetensors file, a checkpoint in several, or a list of shapes without weights.</summary>
internal abstract class TensorSource : IDisposable
{
    /// <summary>The file or folder, for messages.</summary>
    public abstract string FilePath { get; }

    /// <summary>What is known of each tensor before it is read, by name.</summary>
    public abstract IReadOnlyDictionary<string, SafetensorsEntry> Tensors { get; }

    /// <summary>The tensor called <paramref name="name"/>, which the caller disposes and never writes in place. It may outlive this object.</summary>
    /// <exception cref="WeightsException">There is no such tensor.</exception>
    public abstract Tensor Read(string name);

    /// <summary>Closes the files; tensors read from them stay valid.</summary>
    public abstract void Dispose();
}
