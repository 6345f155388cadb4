using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;
using Relsim.Torch.Native;
using static TorchSharp.torch;

namespace Relsim.Torch.Weights;

/// <summary>
/// Writes safetensors files: to a temporary name first, one tensor at a time, so that a killed process leaves the old file or
/// the new one and memory holds one tensor at most.
/// </summary>
internal static unsafe partial class SafetensorsWriter
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
        TorchRuntime.EnsureLoaded();
        List<Item> items = Plan(path, tensors, storage);
        string temporary = $"{path}.{Path.GetRandomFileName()}";
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write))
            {
                WriteHeader(stream, items, metadata);
                foreach (Item item in items)
                {
                    WriteTensor(stream, item, path);
                }

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

    /// <summary>Wide elements first, then by name: each tensor lies aligned to its own elements and the order is always the same.</summary>
    private static List<Item> Plan(string path, IReadOnlyDictionary<string, Tensor> tensors, ScalarType? storage)
    {
        List<Item> items = [];
        foreach ((string name, Tensor tensor) in tensors)
        {
            ScalarType type = storage is not null && tensor.is_floating_point() ? storage.Value : tensor.dtype;
            try
            {
                items.Add(new Item(name, tensor, type, tensor.numel() * SafetensorsTypes.SizeOf(type)));
            }
            catch (NotSupportedException e)
            {
                throw new WeightsException(path, name, e.Message, e);
            }
        }

        return [.. items.OrderByDescending(item => SafetensorsTypes.SizeOf(item.Type)).ThenBy(item => item.Name, StringComparer.Ordinal)];
    }

    private static void WriteHeader(FileStream stream, List<Item> items, IReadOnlyDictionary<string, string>? metadata)
    {
        const int lengthSize = 8;
        var json = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            WriteMetadata(writer, metadata ?? new Dictionary<string, string>());
            long offset = 0;
            foreach (Item item in items)
            {
                WriteEntry(writer, item, offset);
                offset += item.Length;
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

    private static void WriteEntry(Utf8JsonWriter writer, Item item, long offset)
    {
        writer.WriteStartObject(item.Name);
        writer.WriteString("dtype", SafetensorsTypes.NameOf(item.Type));
        writer.WriteStartArray("shape");
        foreach (long size in item.Tensor.shape)
        {
            writer.WriteNumberValue(size);
        }

        writer.WriteEndArray();
        writer.WriteStartArray("data_offsets");
        writer.WriteNumberValue(offset);
        writer.WriteNumberValue(offset + item.Length);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteTensor(FileStream stream, Item item, string path)
    {
        using IDisposable scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        Tensor stored = item.Tensor.detach().to(item.Type).cpu().contiguous();
        if (item.Type != item.Tensor.dtype && item.Tensor.is_floating_point() && !SameFiniteness(item.Tensor, stored))
        {
            throw new WeightsException(path, item.Name, $"a value is beyond the range of {SafetensorsTypes.NameOf(item.Type)}.");
        }

        byte* data = (byte*)GetData(stored.Handle);
        for (long done = 0; done < item.Length; done += ChunkSize)
        {
            stream.Write(new ReadOnlySpan<byte>(data + done, (int)Math.Min(ChunkSize, item.Length - done)));
        }
    }

    private static bool SameFiniteness(Tensor original, Tensor stored) =>
        original.isfinite().eq(stored.isfinite()).all().item<bool>();

    [LibraryImport("LibTorchSharp", EntryPoint = "THSTensor_data")]
    private static partial nint GetData(nint tensor);

    private sealed record Item(string Name, Tensor Tensor, ScalarType Type, long Length);
}
