using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using Relsim.Torch.Native;
using static TorchSharp.torch;

namespace Relsim.Torch.Weights.Pickle;

/// <summary>
/// A file of torch.save (`.pt`, `.pth`, `.pth.tar`, `.bin`), memory-mapped: today's zip files and the format before them. It can hold
/// tensors, dicts, lists, tuples, sets, numbers, texts, bools and None, and nothing else; nothing in it is ever run, and whatever is wrong
/// with it is a <see cref="WeightsException"/>. Thread-safe.
/// </summary>
/// <remarks>Source of the formats: pytorch 2.5, `torch/serialization.py`, `_save`, `_legacy_save` and their readers.</remarks>
internal sealed class TorchPickle : IDisposable
{
    private const int LegacyProtocol = 1001;
    private const string PickleName = "/data.pkl";
    private const string OrderName = "/byteorder";

    private static readonly BigInteger LegacyMagic = BigInteger.Parse("119547037146038801333356", CultureInfo.InvariantCulture);

    private readonly MappedFile map;

    private TorchPickle(string path, MappedFile map)
    {
        FilePath = path;
        this.map = map;
        Root = ZipDirectory.IsZip(map) ? ReadZip() : ReadLegacy();
    }

    /// <summary>The path that the file was opened with.</summary>
    public string FilePath { get; }

    /// <summary>
    /// What was saved: null, bool, long, BigInteger, double, string, <see cref="PickledTensor"/>, List, object[] for a tuple or a shape,
    /// HashSet, or Dictionary in the order of the file.
    /// </summary>
    public object? Root { get; }

    /// <summary>Opens and checks the file at <paramref name="path"/>.</summary>
    /// <exception cref="WeightsException">It is missing, unreadable, damaged, or holds what is not read.</exception>
    public static TorchPickle Open(string path)
    {
        MappedFile map;
        try
        {
            map = new MappedFile(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new WeightsException(path, null, $"the file cannot be read: {e.Message}", e);
        }

        try
        {
            return new TorchPickle(path, map);
        }
        catch
        {
            map.Dispose();
            throw;
        }
    }

    /// <summary>
    /// The values of <paramref name="tensor"/>, contiguous, which the caller disposes and never writes in place: they lie on the file's own
    /// bytes where these are aligned. They may outlive this object.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The file was closed.</exception>
    public Tensor Read(PickledTensor tensor)
    {
        TorchRuntime.EnsureLoaded();
        SafetensorsEntry entry = Describe("", tensor);
        if (tensor.IsContiguous)
        {
            return map.Share(entry);
        }

        long span = tensor.Shape.Zip(tensor.Strides, (size, stride) => (size - 1) * stride).Sum() + 1;
        using Tensor elements = map.Share(entry with { Shape = [span], Length = span * SafetensorsTypes.SizeOf(entry.Type) });
        using Tensor view = elements.as_strided([.. tensor.Shape], [.. tensor.Strides]);
        return view.contiguous();
    }

    /// <summary>A tensor as the header of a safetensors file would describe it; its offset is that of its first element.</summary>
    public static SafetensorsEntry Describe(string name, PickledTensor tensor)
    {
        int size = SafetensorsTypes.SizeOf(tensor.Storage.Type);
        return new SafetensorsEntry(
            name, tensor.Storage.Type, tensor.Shape, tensor.Storage.Position!.Value + (tensor.Offset * size), tensor.Count * size);
    }

    /// <summary>Closes the file; tensors read from it stay valid.</summary>
    public void Dispose() => map.Dispose();

    private object? ReadZip()
    {
        var directory = ZipDirectory.Read(map, FilePath);
        string[] pickles = [.. directory.Entries.Keys.Where(name => name.IndexOf('/', StringComparison.Ordinal) == name.Length - PickleName.Length && name.EndsWith(PickleName, StringComparison.Ordinal))];
        if (pickles.Length != 1)
        {
            throw Invalid("this zip file is not one of torch.save: it should have one data.pkl in its one folder");
        }

        string folder = pickles[0][..^PickleName.Length];
        if (directory.Entries.TryGetValue(folder + OrderName, out ZipEntry order) && !map.Bytes(order.Offset, (int)Math.Min(order.Length, 8)).SequenceEqual("little"u8))
        {
            throw Invalid("its numbers are big-endian");
        }

        ZipEntry pickle = directory.Entries[pickles[0]];
        var globals = new TorchGlobals(FilePath, storage =>
        {
            string name = $"{folder}/data/{storage.Key}";
            if (!directory.Entries.TryGetValue(name, out ZipEntry entry) || entry.Length / SafetensorsTypes.SizeOf(storage.Type) != storage.Count
                || entry.Length % SafetensorsTypes.SizeOf(storage.Type) != 0)
            {
                throw Invalid($"'{name}' should hold {storage.Count} elements of {storage.Type}, and has {entry.Length} bytes");
            }

            storage.Position = entry.Offset;
        });
        var reader = new PickleReader(map, FilePath, pickle.Offset, pickle.Offset + pickle.Length, globals);
        object? root = reader.Read();
        return reader.Position == pickle.Offset + pickle.Length ? root : throw Invalid("bytes follow the end of its pickle");
    }

    /// <summary>Before the zip files: five pickles side by side, then each storage's count and elements in the order of the fifth.</summary>
    private object? ReadLegacy()
    {
        var globals = new TorchGlobals(FilePath, _ => { });
        var reader = new PickleReader(map, FilePath, 0, map.Length, globals);
        if (map.Bytes(0, 1)[0] != 0x80 || reader.Read() is not BigInteger magic || magic != LegacyMagic)
        {
            throw Invalid("it is neither a zip file nor of the older format of torch.save");
        }

        if (reader.Read() is not (long)LegacyProtocol)
        {
            throw Invalid("it is of an unknown version of the older format");
        }

        if (reader.Read() is not Dictionary<object, object?> system || system.GetValueOrDefault("little_endian") is not true)
        {
            throw Invalid("its numbers are big-endian");
        }

        object? root = reader.Read();
        List<object?> keys = reader.Read() as List<object?> ?? throw Invalid("it does not list its storages");
        PlaceStorages(keys, globals, reader.Position);
        return root;
    }

    private void PlaceStorages(List<object?> keys, TorchGlobals globals, long position)
    {
        foreach (object? key in keys)
        {
            if (key is not string name || !globals.Storages.TryGetValue(name, out PickledStorage? storage) || storage.Position is not null)
            {
                throw Invalid($"storage '{key}' belongs to no tensor, or is there twice");
            }

            int size = SafetensorsTypes.SizeOf(storage.Type);
            if (map.Length - position < sizeof(long) || BinaryPrimitives.ReadInt64LittleEndian(map.Bytes(position, sizeof(long))) != storage.Count
                || storage.Count > (map.Length - position - sizeof(long)) / size)
            {
                throw Invalid($"storage '{name}' should hold {storage.Count} elements of {storage.Type}, and does not; the file may have been cut short");
            }

            storage.Position = position + sizeof(long);
            position += sizeof(long) + (storage.Count * size);
        }

        if (position != map.Length || globals.Storages.Values.Any(storage => storage.Position is null))
        {
            throw Invalid("its storages are not those of its tensors");
        }
    }

    private WeightsException Invalid(string reason) => new(FilePath, null, $"{reason}.");
}
