using System.Numerics;
using static TorchSharp.torch;

namespace Relsim.Torch.Weights.Pickle;

/// <summary>
/// The few names that a pickle may use, and what each of them builds. All other names, and every argument that is not of the expected
/// shape, are errors.
/// </summary>
/// <remarks>Source of the arguments: pytorch 2.5, `torch/_utils.py` and `torch/serialization.py` (`persistent_load`).</remarks>
internal sealed class TorchGlobals
{
    private const int MaxDimensions = 64; // libtorch's own limit
    private const int MaxKeyLength = 1024; // a key costs its length each time that it is looked up

    private static readonly Dictionary<(string Module, string Name), TorchGlobal> Known = new()
    {
        [("collections", "OrderedDict")] = new(TorchGlobalKind.Dictionary),
        [("builtins", "set")] = new(TorchGlobalKind.Set),
        [("__builtin__", "set")] = new(TorchGlobalKind.Set),
        [("builtins", "frozenset")] = new(TorchGlobalKind.Set),
        [("__builtin__", "frozenset")] = new(TorchGlobalKind.Set),
        [("torch", "Size")] = new(TorchGlobalKind.Size),
        [("torch._utils", "_rebuild_tensor")] = new(TorchGlobalKind.Tensor),
        [("torch._utils", "_rebuild_tensor_v2")] = new(TorchGlobalKind.Tensor),
        [("torch._utils", "_rebuild_parameter")] = new(TorchGlobalKind.Parameter),
        [("torch", "DoubleStorage")] = new(TorchGlobalKind.Storage, ScalarType.Float64),
        [("torch", "FloatStorage")] = new(TorchGlobalKind.Storage, ScalarType.Float32),
        [("torch", "HalfStorage")] = new(TorchGlobalKind.Storage, ScalarType.Float16),
        [("torch", "BFloat16Storage")] = new(TorchGlobalKind.Storage, ScalarType.BFloat16),
        [("torch", "LongStorage")] = new(TorchGlobalKind.Storage, ScalarType.Int64),
        [("torch", "IntStorage")] = new(TorchGlobalKind.Storage, ScalarType.Int32),
        [("torch", "ShortStorage")] = new(TorchGlobalKind.Storage, ScalarType.Int16),
        [("torch", "CharStorage")] = new(TorchGlobalKind.Storage, ScalarType.Int8),
        [("torch", "ByteStorage")] = new(TorchGlobalKind.Storage, ScalarType.Byte),
        [("torch", "BoolStorage")] = new(TorchGlobalKind.Storage, ScalarType.Bool),
    };

    private readonly string path;
    private readonly Action<PickledStorage> place;
    private readonly Dictionary<string, PickledStorage> storages = new(StringComparer.Ordinal);

    /// <summary>Names for the file at <paramref name="path"/>; <paramref name="place"/> sees each new storage, to find or check its bytes.</summary>
    public TorchGlobals(string path, Action<PickledStorage> place)
    {
        this.path = path;
        this.place = place;
    }

    /// <summary>The storages that tensors named so far, by key.</summary>
    public IReadOnlyDictionary<string, PickledStorage> Storages => storages;

    /// <summary>What <paramref name="module"/>.<paramref name="name"/> stands for.</summary>
    /// <exception cref="WeightsException">It may not be used.</exception>
    public TorchGlobal Find(string module, string name) => Known.TryGetValue((module, name), out TorchGlobal? global)
        ? global
        : throw new WeightsException(
            path, null, $"the pickle names {module}.{name}, and only tensors and plain containers are read; nothing was run. Save the tensors alone, as safetensors.");

    /// <summary>What calling <paramref name="global"/> would give.</summary>
    /// <exception cref="WeightsException">The arguments are not of the expected shape.</exception>
    public object Build(TorchGlobal global, object?[] arguments) => (global.Kind, arguments) switch
    {
        (TorchGlobalKind.Dictionary, []) => PickleReader.NewDictionary(),
        (TorchGlobalKind.Dictionary, [List<object?> pairs]) => Dictionary(pairs),
        (TorchGlobalKind.Set, []) => PickleReader.NewSet(),
        (TorchGlobalKind.Set, [List<object?> items]) => Set(items),
        (TorchGlobalKind.Size, [object?[] sizes]) => Integers(sizes).Cast<object?>().ToArray(),
        (TorchGlobalKind.Parameter, [PickledTensor tensor, .. object?[] rest]) when SaysNothing(rest) => tensor,
        (TorchGlobalKind.Tensor, [PickledStorage storage, long offset, object?[] sizes, object?[] strides, .. object?[] rest]) when rest.Length == 0 || SaysNothing(rest) =>
            Tensor(storage, offset, Integers(sizes), Integers(strides)),
        _ => throw Invalid($"the arguments of a {global.Kind} are not as torch.save writes them"),
    };

    /// <summary>The storage that a persistent id names: ('storage', type, key, device, count), in old files with a null after it.</summary>
    /// <exception cref="WeightsException">It is of another shape, or contradicts an earlier one.</exception>
    public PickledStorage Storage(object? id)
    {
        if (id is not object?[] parts || parts.Length is < 5 or > 6 || (parts.Length == 6 && parts[5] is not null)
            || parts[..5] is not ["storage", TorchGlobal { Type: { } type }, string { Length: <= MaxKeyLength } key, string, long count] || count < 0)
        {
            throw Invalid("a persistent id is not that of a storage");
        }

        if (!storages.TryGetValue(key, out PickledStorage? storage))
        {
            storage = new PickledStorage(key, type, count);
            place(storage);
            storages.Add(key, storage);
        }

        return storage.Type == type && storage.Count == count ? storage : throw Invalid($"storage '{key}' is described in two ways");
    }

    /// <summary>A key of a dict or member of a set: a text, a number, a bool.</summary>
    /// <exception cref="WeightsException">It is something else.</exception>
    public object Key(object? value) => value is string { Length: <= MaxKeyLength } or long or bool or double or BigInteger
        ? value
        : throw Invalid($"a key is neither a text of up to {MaxKeyLength} letters nor a number");

    /// <summary>A set of <paramref name="items"/>.</summary>
    public HashSet<object> Set(IEnumerable<object?> items)
    {
        HashSet<object> set = PickleReader.NewSet();
        set.UnionWith(items.Select(Key));
        return set;
    }

    /// <summary>Whether these are the flag for gradients, no hooks (null in old files) and no metadata.</summary>
    private static bool SaysNothing(object?[] rest) =>
        rest is [bool, _] or [bool, _, _] && rest[1..].All(value => value is null or Dictionary<object, object?> { Count: 0 });

    private Dictionary<object, object?> Dictionary(List<object?> pairs)
    {
        Dictionary<object, object?> dictionary = PickleReader.NewDictionary();
        foreach (object? pair in pairs)
        {
            (object? key, object? value) = pair switch
            {
                List<object?> { Count: 2 } list => (list[0], list[1]),
                object?[] { Length: 2 } tuple => (tuple[0], tuple[1]),
                _ => throw Invalid("an item of a dict is not a pair"),
            };
            dictionary[Key(key)] = value;
        }

        return dictionary;
    }

    private long[] Integers(object?[] values) => [.. values.Select(value => value is long and >= 0 ? (long)value : throw Invalid("a size or stride is not a natural number"))];

    /// <summary>A tensor all of whose elements lie in its storage, and which has no more of them than it.</summary>
    private PickledTensor Tensor(PickledStorage storage, long offset, long[] sizes, long[] strides)
    {
        if (sizes.Length != strides.Length || sizes.Length > MaxDimensions || offset < 0)
        {
            throw Invalid($"a tensor has {sizes.Length} sizes, {strides.Length} strides and starts at {offset}");
        }

        bool inside = sizes.Contains(0) ? offset <= storage.Count && !Overflows(sizes) : Fits(storage.Count, offset, sizes, strides);
        return inside
            ? new PickledTensor(storage, offset, sizes, strides)
            : throw Invalid(
                $"a tensor [{string.Join(", ", sizes)}] with strides [{string.Join(", ", strides)}] from {offset} on does not fit the {storage.Count} elements of storage '{storage.Key}'");
    }

    /// <summary>Whether an empty tensor's other sizes, which libtorch multiplies all the same, are beyond its numbers.</summary>
    private static bool Overflows(long[] sizes)
    {
        UInt128 count = 1;
        return !sizes.All(size => (count *= (UInt128)Math.Max(size, 1)) <= long.MaxValue);
    }

    private static bool Fits(long stored, long offset, long[] sizes, long[] strides)
    {
        UInt128 count = 1;
        UInt128 last = (UInt128)offset;
        for (int i = 0; i < sizes.Length; i++)
        {
            count *= (UInt128)sizes[i];
            last += (UInt128)(sizes[i] - 1) * (UInt128)strides[i];
            if (count > (UInt128)stored || last >= (UInt128)stored)
            {
                return false; // before the next product could overflow
            }
        }

        return last < (UInt128)stored;
    }

    private WeightsException Invalid(string reason) => new(path, null, $"the pickle cannot be read: {reason}.");
}

/// <summary>A name that a pickle may use; <paramref name="Type"/> is a storage's.</summary>
internal sealed record TorchGlobal(TorchGlobalKind Kind, ScalarType? Type = null);

/// <summary>What a name builds.</summary>
internal enum TorchGlobalKind
{
    /// <summary>A dict.</summary>
    Dictionary,

    /// <summary>A set.</summary>
    Set,

    /// <summary>A shape.</summary>
    Size,

    /// <summary>A tensor.</summary>
    Tensor,

    /// <summary>A tensor that was a parameter.</summary>
    Parameter,

    /// <summary>The type of a storage; it builds nothing.</summary>
    Storage,
}
