using System.Buffers.Binary;
using System.Text;
using Relsim.Torch.Weights;
using static TorchSharp.torch;

namespace Relsim.Torch.Tests.Weights.Pickle;

/// <summary>Makes files as torch.save lays them out.</summary>
internal static class TorchFiles
{
    private static readonly byte[] Magic = [0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, (byte)'.'];

    /// <summary>A zip file with a pickle and storages.</summary>
    public static byte[] Zip(byte[] pickle, params (string Key, byte[] Data)[] storages) =>
        ZipOf([("archive/data.pkl", pickle), .. storages.Select(storage => ($"archive/data/{storage.Key}", storage.Data)), ("archive/version", "3\n"u8.ToArray())]);

    /// <summary>The format before the zip files.</summary>
    public static byte[] Legacy(byte[] pickle, params (string Key, long Count, byte[] Data)[] storages)
    {
        var keys = new PickleBytes().Op(']').Op('(');
        List<byte> data = [];
        foreach ((string key, long count, byte[] bytes) in storages)
        {
            keys.Text(key);
            byte[] length = new byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(length, count);
            data.AddRange(length);
            data.AddRange(bytes);
        }

        byte[] system = new PickleBytes().Op('}').Text("little_endian").Raw(0x88).Op('s').Stop();
        return [.. Magic, .. new PickleBytes().Integer(1001).Stop(), .. system, .. pickle, .. keys.Op('e').Stop(), .. data];
    }

    /// <summary>A zip file with the tensors of a file as a state dict, under <paramref name="key"/> where one is named.</summary>
    public static byte[] ZipOfTensors(TensorSource source, Func<string, string>? rename = null, string? key = null)
    {
        (byte[] pickle, List<(string Key, long Count, byte[] Data)> storages) = StateDict(source, rename, key);
        return Zip(pickle, [.. storages.Select(storage => (storage.Key, storage.Data))]);
    }

    /// <summary>As <see cref="ZipOfTensors"/>, in the format before the zip files.</summary>
    public static byte[] LegacyOfTensors(TensorSource source)
    {
        (byte[] pickle, List<(string Key, long Count, byte[] Data)> storages) = StateDict(source, null, null);
        return Legacy(pickle, [.. storages]);
    }

    private static (byte[] Pickle, List<(string Key, long Count, byte[] Data)> Storages) StateDict(TensorSource source, Func<string, string>? rename, string? key)
    {
        List<(string, long, byte[])> storages = [];
        PickleBytes pickle = key is null ? new PickleBytes() : new PickleBytes().Op('}').Text(key);
        pickle.Op('}').Op('(');
        foreach (string name in source.Tensors.Keys)
        {
            using Tensor tensor = source.Read(name), copy = tensor.to_type(ScalarType.Float32).clone();
            string storage = $"{storages.Count}";
            pickle.Text(rename?.Invoke(name) ?? name).Tensor("FloatStorage", storage, copy.numel(), 0, copy.shape, copy.stride());
            storages.Add((storage, copy.numel(), copy.bytes.ToArray()));
        }

        pickle.Op('u');
        return ((key is null ? pickle : pickle.Op('s')).Stop(), storages);
    }

    /// <summary>A zip file of stored entries; with <paramref name="wide"/>, all sizes and offsets are in the zip64 fields.</summary>
    public static byte[] ZipOf(IReadOnlyList<(string Name, byte[] Data)> entries, bool wide = false, int method = 0)
    {
        var file = new MemoryStream();
        var central = new MemoryStream();
        foreach ((string name, byte[] data) in entries)
        {
            byte[] utf8 = Encoding.UTF8.GetBytes(name);
            long offset = file.Position;
            byte[] sizes = wide ? Numbers(uint.MaxValue, uint.MaxValue) : Numbers((uint)data.Length, (uint)data.Length);
            file.Write([0x50, 0x4b, 3, 4, 45, 0, 0, 0, (byte)method, 0, 0, 0, 0, 0, 0, 0, 0, 0, .. sizes, (byte)utf8.Length, 0, 0, 0, .. utf8, .. data]);
            byte[] extra = wide ? [1, 0, 24, 0, .. Wide(data.Length, data.Length, offset)] : [];
            central.Write([
                0x50, 0x4b, 1, 2, 45, 0, 45, 0, 0, 0, (byte)method, 0, 0, 0, 0, 0, 0, 0, 0, 0, .. sizes, (byte)utf8.Length, 0,
                (byte)extra.Length, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, .. Numbers(wide ? uint.MaxValue : (uint)offset), .. utf8, .. extra]);
        }

        long start = file.Position;
        file.Write(central.ToArray());
        if (wide)
        {
            long record = file.Position;
            file.Write([0x50, 0x4b, 6, 6, .. Wide(44), 45, 0, 45, 0, .. Numbers(0, 0), .. Wide(entries.Count, entries.Count, central.Length, start)]);
            file.Write([0x50, 0x4b, 6, 7, .. Numbers(0), .. Wide(record), .. Numbers(1)]);
        }

        byte[] count = wide ? [255, 255, 255, 255] : [(byte)entries.Count, 0, (byte)entries.Count, 0];
        byte[] place = wide ? Numbers(uint.MaxValue, uint.MaxValue) : Numbers((uint)central.Length, (uint)start);
        file.Write([0x50, 0x4b, 5, 6, 0, 0, 0, 0, .. count, .. place, 0, 0]);
        return file.ToArray();
    }

    private static byte[] Numbers(params uint[] values) => [.. values.SelectMany(value => BitConverter.GetBytes(value))];

    private static byte[] Wide(params long[] values) => [.. values.SelectMany(value => BitConverter.GetBytes(value))];
}
