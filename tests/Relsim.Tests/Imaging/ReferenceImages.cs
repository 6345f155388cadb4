using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Relsim.Imaging;

namespace Relsim.Tests.Imaging;

/// <summary>Reads the goldens of the parity folder: safetensors and npy, as far as they are used here.</summary>
internal static class ReferenceImages
{
    /// <summary>A path in the parity folder; the test is skipped where it is missing.</summary>
    public static string Find(params string[] parts)
    {
        string root = Environment.GetEnvironmentVariable("RELSIM_REFERENCE")
            ?? Path.Combine(RepositoryRoot(), "..", "shared", "reference");
        string path = Path.Combine([root, .. parts]);
        if (!File.Exists(path) && !Directory.Exists(path))
        {
            Assert.Skip($"The parity fixture {path} is missing: set RELSIM_REFERENCE to the folder of reference fixtures.");
        }

        return path;
    }

    /// <summary>An image of the parity folder in Pillow's RGB: as Pillow decoded it where that is stored, so that another JPEG decoder does not matter.</summary>
    public static RgbImage Decode(string file)
    {
        string stored = Path.Combine(Find("images"), "decoded", file + ".npy");
        if (!File.Exists(stored))
        {
            return new ImageDecoder().Load(Find("images", file), DecodeConventions.Pillow);
        }

        Golden pixels = ReadNpy(stored);
        return new RgbImage(pixels.Width, pixels.Height, pixels.Bytes);
    }

    public static IReadOnlyDictionary<string, Golden> ReadSafetensors(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        int headerLength = (int)BitConverter.ToUInt64(bytes, 0);
        using var header = JsonDocument.Parse(bytes.AsMemory(8, headerLength));
        return header.RootElement.EnumerateObject().Where(entry => entry.Name != "__metadata__").ToDictionary(
            entry => entry.Name,
            entry =>
            {
                int[] offsets = [.. entry.Value.GetProperty("data_offsets").EnumerateArray().Select(n => n.GetInt32())];
                int[] shape = [.. entry.Value.GetProperty("shape").EnumerateArray().Select(n => n.GetInt32())];
                return new Golden(shape, bytes[(8 + headerLength + offsets[0])..(8 + headerLength + offsets[1])]);
            });
    }

    /// <summary>A version 1 npy of uint8 in C order.</summary>
    public static Golden ReadNpy(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        int headerLength = BitConverter.ToUInt16(bytes, 8);
        string header = Encoding.ASCII.GetString(bytes, 10, headerLength);
        Assert.Contains("'|u1'", header, StringComparison.Ordinal);
        string shape = header[(header.IndexOf('(', StringComparison.Ordinal) + 1)..header.IndexOf(')', StringComparison.Ordinal)];
        int[] sides = [.. shape.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(int.Parse)];
        return new Golden(sides, bytes[(10 + headerLength)..]);
    }

    private static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Relsim.slnx")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? AppContext.BaseDirectory;
    }

    /// <summary>A tensor: Height x Width [x Channels].</summary>
    public sealed record Golden(int[] Shape, byte[] Bytes)
    {
        public int Height => Shape[0];

        public int Width => Shape[1];

        public int Channels => Shape.Length > 2 ? Shape[2] : 1;

        public ReadOnlySpan<long> Longs => MemoryMarshal.Cast<byte, long>(Bytes);

        public ReadOnlySpan<float> Floats => MemoryMarshal.Cast<byte, float>(Bytes);
    }
}
