using System.Text.Json;
using static TorchSharp.torch;

namespace Relsim.Torch.Weights;

/// <summary>
/// The header of a safetensors file: 8 bytes of length, then that much JSON, then the tensors' bytes without a gap.
/// Everything in it is checked before a tensor is touched; the format is that of the huggingface/safetensors README.
/// </summary>
internal sealed class SafetensorsHeader
{
    /// <summary>The longest header that the format allows.</summary>
    public const long MaxLength = 100_000_000;

    private const int MaxDimensions = 64; // libtorch's own limit
    private const string MetadataKey = "__metadata__";

    private readonly string path;
    private readonly Dictionary<string, SafetensorsEntry> tensors = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> metadata = new(StringComparer.Ordinal);

    private SafetensorsHeader(string path) => this.path = path;

    /// <summary>The tensors by name.</summary>
    public IReadOnlyDictionary<string, SafetensorsEntry> Tensors => tensors;

    /// <summary>The file's own notes; empty where it has none.</summary>
    public IReadOnlyDictionary<string, string> Metadata => metadata;

    /// <summary>
    /// Reads the JSON part. <paramref name="dataOffset"/> is where the tensors' bytes begin and <paramref name="dataLength"/> how many there
    /// are; <paramref name="path"/> only serves the error messages.
    /// </summary>
    /// <exception cref="WeightsException">Not valid JSON, or an entry that breaks the format.</exception>
    public static SafetensorsHeader Parse(ReadOnlyMemory<byte> json, string path, long dataOffset, long dataLength)
    {
        var header = new SafetensorsHeader(path);
        try
        {
            using JsonDocument document = JsonDocument.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 8 });
            header.ReadRoot(document.RootElement, dataOffset, dataLength);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            // Text that is not UTF-8, or holds half a surrogate pair, surfaces as InvalidOperationException when it is read.
            throw new WeightsException(path, null, $"the header is not valid: {e.Message}", e);
        }

        header.CheckThatDataIsCovered(dataOffset, dataLength);
        return header;
    }

    private void ReadRoot(JsonElement root, long dataOffset, long dataLength)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw new WeightsException(path, null, "the header is not a JSON object.");
        }

        foreach (JsonProperty property in root.EnumerateObject())
        {
            if (property.Name == MetadataKey)
            {
                ReadMetadata(property.Value);
            }
            else
            {
                tensors.Add(property.Name, ReadEntry(property.Name, property.Value, dataOffset, dataLength));
            }
        }
    }

    private void ReadMetadata(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            throw new WeightsException(path, null, $"{MetadataKey} is not a JSON object.");
        }

        foreach (JsonProperty note in value.EnumerateObject())
        {
            metadata.Add(note.Name, note.Value.ValueKind == JsonValueKind.String
                ? note.Value.GetString()!
                : throw new WeightsException(path, null, $"{MetadataKey} holds '{note.Name}', which is not text."));
        }
    }

    private SafetensorsEntry ReadEntry(string name, JsonElement value, long dataOffset, long dataLength)
    {
        if (value.ValueKind != JsonValueKind.Object
            || !value.TryGetProperty("dtype", out JsonElement dtype) || dtype.ValueKind != JsonValueKind.String
            || !value.TryGetProperty("shape", out JsonElement shape)
            || !value.TryGetProperty("data_offsets", out JsonElement offsets))
        {
            throw Invalid(name, "the header does not give its dtype, shape and data_offsets.");
        }

        ScalarType type = SafetensorsTypes.Find(dtype.GetString())
            ?? throw Invalid(name, $"the dtype '{dtype.GetString()}' is not known.");
        long[] sizes = ReadIntegers(name, "shape", shape);
        long[] range = ReadIntegers(name, "data_offsets", offsets);
        if (range.Length != 2 || range[1] < range[0] || range[1] > dataLength)
        {
            throw Invalid(name, $"data_offsets [{string.Join(", ", range)}] are not a range within the {dataLength} bytes of data.");
        }

        long length = range[1] - range[0];
        if (sizes.Length > MaxDimensions || ByteCount(sizes, SafetensorsTypes.SizeOf(type)) != length)
        {
            throw Invalid(name, $"{length} bytes do not fit shape [{string.Join(", ", sizes)}] of {dtype.GetString()}.");
        }

        return new SafetensorsEntry(name, type, sizes, dataOffset + range[0], length);
    }

    /// <summary>Non-negative integers; those of a header never need more than 63 bits.</summary>
    private long[] ReadIntegers(string name, string key, JsonElement array)
    {
        if (array.ValueKind != JsonValueKind.Array)
        {
            throw Invalid(name, $"{key} is not an array.");
        }

        long[] numbers = new long[array.GetArrayLength()];
        int count = 0;
        foreach (JsonElement item in array.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Number || !item.TryGetInt64(out numbers[count]) || numbers[count] < 0)
            {
                throw Invalid(name, $"{key} holds {item.GetRawText()}, which is not a size in bytes or elements.");
            }

            count++;
        }

        return numbers;
    }

    /// <summary>The size of a tensor, or -1 where it is beyond any file.</summary>
    private static long ByteCount(long[] sizes, int elementSize)
    {
        // libtorch multiplies an empty tensor's other sizes all the same, so that they must not overflow either.
        UInt128 count = (UInt128)elementSize;
        foreach (long size in sizes)
        {
            count *= (UInt128)Math.Max(size, 1);
            if (count > long.MaxValue)
            {
                return -1;
            }
        }

        return sizes.Contains(0) ? 0 : (long)count;
    }

    /// <summary>Tensors side by side without gap, overlap or rest: nothing can hide in a file and no bytes count twice.</summary>
    private void CheckThatDataIsCovered(long dataOffset, long dataLength)
    {
        long end = dataOffset;
        foreach (SafetensorsEntry entry in tensors.Values.OrderBy(entry => entry.Offset).ThenBy(entry => entry.Length))
        {
            if (entry.Offset != end)
            {
                throw Invalid(entry.Name, entry.Offset < end ? "its bytes overlap another tensor's." : "bytes of no tensor lie before its own.");
            }

            end += entry.Length;
        }

        if (end != dataOffset + dataLength)
        {
            throw new WeightsException(path, null, $"{dataOffset + dataLength - end} bytes at the end belong to no tensor.");
        }
    }

    private WeightsException Invalid(string name, string reason) => new(path, name, reason);
}
