using System.Buffers;
using System.Buffers.Binary;
using System.Text.Json;
using Relsim.Torch.Native;
using static TorchSharp.torch;

namespace Relsim.Torch.Weights;

/// <summary>
/// Writes safetensors files: to a temporary name first, one tensor at a time, so that a killed process leaves the old file or
/// the new one and memory holds one tensor at most.
/// </summary>
internal static unsafe class SafetensorsWriter
{
    private const int Alignment = 64; // of the data's start: a cache line and the widest vector
    private const int ChunkSize = 1 << 26;

    /// <summary>
    /// Writes <paramref name="tensors"/>, which stay the caller's, and <paramref name="metadata"/> to <paramref name="path"/>. Floating-point
    /// tensors are stored as <paramref name="storage"/> where one is given; all others keep their type.
    /// </summary>
    /// <exception cref="WeightsException">A tensor is of a type the format lacks, has a value that overflows in the storage type, or the disk refuses.</exception>
    public static void Write(
        string path,
        IReadOnlyDictionary<string, Tensor> tensors,
        IReadOnlyDictionary<string, string>? metadata = null,
        ScalarType? storage = null)
    {
        var shapes = tensors.Select(entry => new PlannedTensor(
            entry.Key, storage is not null && entry.Value.is_floating_point() ? storage.Value : entry.Value.dtype, entry.Value.shape));
        Write(path, shapes, metadata, put =>
        {
            foreach ((string name, Tensor tensor) in tensors)
            {
                put(name, tensor);
            }
        });
    }

    /// <summary>
    /// Writes tensors as they are made, in any order, so that not all are in memory at once: <paramref name="produce"/> is given a function that
    /// stores one of the <paramref name="planned"/> tensors, which stays the caller's.
    /// </summary>
    /// <exception cref="WeightsException">As above.</exception>
    /// <exception cref="ArgumentException">A tensor was not planned, or has another shape, or was not stored.</exception>
    public static void Write(
        string path,
        IEnumerable<PlannedTensor> planned,
        IReadOnlyDictionary<string, string>? metadata,
        Action<Action<string, Tensor>> produce)
    {
        TorchRuntime.EnsureLoaded();
        List<Item> items = Plan(path, planned);
        string temporary = $"{path}.{Path.GetRandomFileName()}";
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write))
            {
                WriteHeader(stream, items, metadata);
                Produce(stream, items, path, produce);
                stream.Flush(flushToDisk: true); // the rename must not reach the disk before the bytes do
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new WeightsException(path, null, $"the file cannot be written: {e.Message}", e);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private static void Produce(FileStream stream, List<Item> items, string path, Action<Action<string, Tensor>> produce)
    {
        long start = stream.Position;
        Dictionary<string, Item> left = items.ToDictionary(item => item.Name, StringComparer.Ordinal);
        produce((name, tensor) =>
        {
            if (!left.Remove(name, out Item? item) || !tensor.shape.AsSpan().SequenceEqual(item.Shape))
            {
                throw new ArgumentException($"Tensor '{name}' [{string.Join(", ", tensor.shape)}] was not planned so, or is there twice.");
            }

            stream.Position = start + item.Offset;
            WriteTensor(stream, item, tensor, path);
        });
        if (left.Count > 0)
        {
            throw new ArgumentException($"Planned tensors were not stored: {string.Join(", ", left.Keys)}.");
        }
    }

    /// <summary>Wide elements first, then by name: each tensor lies aligned to its own elements and the order is always the same.</summary>
    private static List<Item> Plan(string path, IEnumerable<PlannedTensor> planned)
    {
        List<Item> items = [];
        long offset = 0;
        foreach (PlannedTensor tensor in planned.OrderByDescending(tensor => SizeOf(path, tensor)).ThenBy(tensor => tensor.Name, StringComparer.Ordinal))
        {
            long length = tensor.Shape.Aggregate(1L, (product, size) => product * size) * SafetensorsTypes.SizeOf(tensor.Type);
            items.Add(new Item(tensor.Name, [.. tensor.Shape], tensor.Type, offset, length));
            offset += length;
        }

        return items;
    }

    private static int SizeOf(string path, PlannedTensor tensor)
    {
        try
        {
            return SafetensorsTypes.SizeOf(tensor.Type);
        }
        catch (NotSupportedException e)
        {
            throw new WeightsException(path, tensor.Name, e.Message, e);
        }
    }

    private static void WriteHeader(FileStream stream, List<Item> items, IReadOnlyDictionary<string, string>? metadata)
    {
        const int lengthSize = 8;
        var json = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            WriteMetadata(writer, metadata ?? new Dictionary<string, string>());
            foreach (Item item in items)
            {
                WriteEntry(writer, item);
            }

            writer.WriteEndObject();
        }

        // The format lets a header end in spaces; they bring the data to the alignment.
        int padding = -(json.WrittenCount + lengthSize) & (Alignment - 1);
        json.GetSpan(padding)[..padding].Fill((byte)' ');
        json.Advance(padding);
        Span<byte> length = stackalloc byte[lengthSize];
        BinaryPrimitives.WriteInt64LittleEndian(length, json.WrittenCount);
        stream.Write(length);
        stream.Write(json.WrittenSpan);
    }

    private static void WriteMetadata(Utf8JsonWriter writer, IReadOnlyDictionary<string, string> metadata)
    {
        if (metadata.Count == 0)
        {
            return;
        }

        writer.WriteStartObject("__metadata__");
        foreach ((string key, string value) in metadata.OrderBy(note => note.Key, StringComparer.Ordinal))
        {
            writer.WriteString(key, value);
        }

        writer.WriteEndObject();
    }

    private static void WriteEntry(Utf8JsonWriter writer, Item item)
    {
        writer.WriteStartObject(item.Name);
        writer.WriteString("dtype", SafetensorsTypes.NameOf(item.Type));
        writer.WriteStartArray("shape");
        foreach (long size in item.Shape)
        {
            writer.WriteNumberValue(size);
        }

        writer.WriteEndArray();
        writer.WriteStartArray("data_offsets");
        writer.WriteNumberValue(item.Offset);
        writer.WriteNumberValue(item.Offset + item.Length);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteTensor(FileStream stream, Item item, Tensor tensor, string path)
    {
        using IDisposable scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        Tensor here = tensor.detach().cpu();
        Tensor stored = here.to(item.Type).contiguous();
        if (item.Type != here.dtype && here.is_floating_point() && !SameFiniteness(here, stored))
        {
            throw new WeightsException(path, item.Name, $"a value is beyond the range of {SafetensorsTypes.NameOf(item.Type)}.");
        }

        byte* data = (byte*)TensorMemory.Address(stored);
        for (long done = 0; done < item.Length; done += ChunkSize)
        {
            stream.Write(new ReadOnlySpan<byte>(data + done, (int)Math.Min(ChunkSize, item.Length - done)));
        }
    }

    private static bool SameFiniteness(Tensor original, Tensor stored) =>
        original.isfinite().eq(stored.isfinite()).all().item<bool>();

    private sealed record Item(string Name, long[] Shape, ScalarType Type, long Offset, long Length);
}

/// <summary>A tensor that a file will hold, before it is made.</summary>
internal sealed record PlannedTensor(string Name, ScalarType Type, IReadOnlyList<long> Shape);
