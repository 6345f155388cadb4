using System.Buffers.Binary;
using static TorchSharp.torch;

namespace Relsim.Torch.Weights;

/// <summary>
/// A safetensors file, memory-mapped: opening reads the header alone, and tensors share the file's bytes.
/// A file from anywhere may be opened; whatever is wrong with it is a <see cref="WeightsException"/>. Thread-safe.
/// </summary>
/// <remarks>Source of the format: huggingface/safetensors, README and `SafeTensors::deserialize`.</remarks>
internal sealed class SafetensorsFile : TensorSource
{
    private const int LengthSize = 8;

    private readonly MappedFile map;
    private readonly SafetensorsHeader header;

    private SafetensorsFile(string path, MappedFile map, SafetensorsHeader header)
    {
        FilePath = path;
        this.map = map;
        this.header = header;
    }

    /// <summary>The path that the file was opened with.</summary>
    public override string FilePath { get; }

    /// <summary>What the header says of each tensor, by name.</summary>
    public override IReadOnlyDictionary<string, SafetensorsEntry> Tensors => header.Tensors;

    /// <summary>The file's own notes (`__metadata__`); empty where it has none.</summary>
    public IReadOnlyDictionary<string, string> Metadata => header.Metadata;

    /// <summary>Opens and checks the file at <paramref name="path"/>.</summary>
    /// <exception cref="WeightsException">It is missing, unreadable, or breaks the format.</exception>
    public static SafetensorsFile Open(string path)
    {
        MappedFile map = Map(path);
        try
        {
            long length = map.Length;
            if (length < LengthSize)
            {
                throw new WeightsException(path, null, $"{length} bytes are too few for a safetensors file.");
            }

            ulong headerLength = BinaryPrimitives.ReadUInt64LittleEndian(map.Bytes(0, LengthSize));
            if (headerLength > SafetensorsHeader.MaxLength || (long)headerLength > length - LengthSize)
            {
                throw new WeightsException(
                    path, null, $"a header of {headerLength} bytes is beyond the file's {length} or the format's {SafetensorsHeader.MaxLength}.");
            }

            byte[] json = map.Bytes(LengthSize, (int)headerLength).ToArray();
            long dataOffset = LengthSize + json.Length;
            return new SafetensorsFile(path, map, SafetensorsHeader.Parse(json, path, dataOffset, length - dataOffset));
        }
        catch
        {
            map.Dispose();
            throw;
        }
    }

    /// <summary>
    /// The tensor called <paramref name="name"/> on the file's own bytes, which the caller disposes and never writes in place. It may
    /// outlive this object.
    /// </summary>
    /// <exception cref="WeightsException">The file has no such tensor.</exception>
    /// <exception cref="ObjectDisposedException">The file was closed.</exception>
    public override Tensor Read(string name) => header.Tensors.TryGetValue(name, out SafetensorsEntry? entry)
        ? map.Share(entry)
        : throw new WeightsException(FilePath, name, "the file has no such tensor.");

    /// <summary>Closes the file; tensors read from it stay valid.</summary>
    public override void Dispose() => map.Dispose();

    private static MappedFile Map(string path)
    {
        try
        {
            return new MappedFile(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new WeightsException(path, null, $"the file cannot be read: {e.Message}", e);
        }
    }
}
