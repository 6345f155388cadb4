using static TorchSharp.torch;

namespace Relsim.Torch.Weights.Pickle;

/// <summary>The tensors of a state dict that torch.save wrote. Thread-safe.</summary>
internal sealed class StateDictSource : TensorSource
{
    private readonly TorchPickle file;
    private readonly Dictionary<string, PickledTensor> values = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SafetensorsEntry> tensors = new(StringComparer.Ordinal);

    private StateDictSource(TorchPickle file, Dictionary<object, object?> state)
    {
        this.file = file;
        List<object> others = [];
        foreach ((object key, object? value) in state)
        {
            if (key is string name && value is PickledTensor tensor)
            {
                values.Add(name, tensor);
                tensors.Add(name, TorchPickle.Describe(name, tensor));
            }
            else
            {
                others.Add(key);
            }
        }

        if (others.Count > 0)
        {
            throw new WeightsException(file.FilePath, null, $"the state dict holds what is not a tensor: {string.Join(", ", others)}");
        }
    }

    /// <inheritdoc/>
    public override string FilePath => file.FilePath;

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, SafetensorsEntry> Tensors => tensors;

    /// <summary>Opens the file at <paramref name="path"/>.</summary>
    /// <param name="path">The file.</param>
    /// <param name="key">Where the state dict lies in the dict that was saved; null where it is all that was saved.</param>
    /// <exception cref="WeightsException">It cannot be read (<see cref="TorchPickle.Open"/>), or holds no state dict there.</exception>
    public static StateDictSource Open(string path, string? key = null)
    {
        var file = TorchPickle.Open(path);
        try
        {
            object? state = key is null ? file.Root : (file.Root as Dictionary<object, object?>)?.GetValueOrDefault(key);
            return new StateDictSource(file, state as Dictionary<object, object?> ?? throw new WeightsException(
                path, null, key is null ? "the file is not a state dict." : $"the file has no state dict called '{key}'."));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override Tensor Read(string name) => values.TryGetValue(name, out PickledTensor? tensor)
        ? file.Read(tensor)
        : throw new WeightsException(FilePath, name, "the file has no such tensor.");

    /// <inheritdoc/>
    public override void Dispose() => file.Dispose();
}
