using static TorchSharp.torch;

namespace Relsim.Torch.Weights;

/// <summary>
/// A source of tensors under other names, with some tensors taken from elsewhere and some cut to their first rows. It owns the base that
/// it lies over and borrows the rest. Thread-safe.
/// </summary>
internal sealed class OverlaySource : TensorSource
{
    private readonly TensorSource lower;
    private readonly Dictionary<string, (TensorSource Source, string Key)> origins = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SafetensorsEntry> tensors = new(StringComparer.Ordinal);

    /// <summary>Everything in <paramref name="lower"/>, under the names that <paramref name="rename"/> gives.</summary>
    /// <exception cref="WeightsException">Two tensors get one name.</exception>
    public OverlaySource(TensorSource lower, Func<string, string> rename)
    {
        this.lower = lower;
        foreach ((string key, SafetensorsEntry entry) in lower.Tensors)
        {
            string name = rename(key);
            if (!origins.TryAdd(name, (lower, key)))
            {
                throw new WeightsException(FilePath, name, $"the names {origins[name].Key} and {key} mean the same tensor.");
            }

            tensors.Add(name, entry with { Name = name });
        }
    }

    /// <inheritdoc/>
    public override string FilePath => lower.FilePath;

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, SafetensorsEntry> Tensors => tensors;

    /// <summary>Puts the tensor <paramref name="key"/> of <paramref name="source"/> in the place of <paramref name="name"/>.</summary>
    public void Lay(string name, TensorSource source, string key)
    {
        origins[name] = (source, key);
        tensors[name] = source.Tensors[key] with { Name = name };
    }

    /// <summary>Leaves the first <paramref name="rows"/> rows of <paramref name="name"/>.</summary>
    /// <exception cref="WeightsException">It has fewer.</exception>
    public void Cut(string name, long rows)
    {
        SafetensorsEntry entry = tensors[name];
        if (entry.Shape.Count == 0 || entry.Shape[0] < rows)
        {
            throw new WeightsException(
                FilePath, name, $"{rows} rows are wanted, and there are [{string.Join(", ", entry.Shape)}]; nothing says what the new rows hold.");
        }

        long row = entry.Shape.Skip(1).Aggregate((long)SafetensorsTypes.SizeOf(entry.Type), (size, next) => size * next);
        tensors[name] = entry with { Shape = [rows, .. entry.Shape.Skip(1)], Length = rows * row };
    }

    /// <inheritdoc/>
    /// <exception cref="WeightsException">There is no such tensor.</exception>
    public override Tensor Read(string name)
    {
        if (!origins.TryGetValue(name, out (TensorSource Source, string Key) origin))
        {
            throw new WeightsException(FilePath, name, "there is no such tensor.");
        }

        Tensor whole = origin.Source.Read(origin.Key);
        IReadOnlyList<long> shape = tensors[name].Shape;
        if (shape.Count == 0 || whole.shape[0] == shape[0])
        {
            return whole;
        }

        using (whole)
        {
            return whole.narrow(0, 0, shape[0]);
        }
    }

    /// <inheritdoc/>
    public override void Dispose() => lower.Dispose();
}
