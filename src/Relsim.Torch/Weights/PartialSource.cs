using static TorchSharp.torch;

namespace Relsim.Torch.Weights;

/// <summary>The tensors of a source below a prefix, without it. It owns the source. Thread-safe.</summary>
internal sealed class PartialSource(TensorSource whole, string prefix) : TensorSource
{
    /// <inheritdoc/>
    public override string FilePath => whole.FilePath;

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, SafetensorsEntry> Tensors { get; } = whole.Tensors
        .Where(pair => pair.Key.StartsWith(prefix, StringComparison.Ordinal))
        .ToDictionary(pair => pair.Key[prefix.Length..], pair => pair.Value with { Name = pair.Key[prefix.Length..] }, StringComparer.Ordinal);

    /// <inheritdoc/>
    public override Tensor Read(string name) => whole.Read(prefix + name);

    /// <inheritdoc/>
    public override void Dispose() => whole.Dispose();
}
