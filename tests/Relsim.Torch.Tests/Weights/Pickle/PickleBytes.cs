using System.Buffers.Binary;
using System.Text;

namespace Relsim.Torch.Tests.Weights.Pickle;

/// <summary>Writes pickles of protocol 2 an operation at a time, as torch.save does or as somebody with other intentions would.</summary>
internal sealed class PickleBytes
{
    private readonly List<byte> bytes = [0x80, 2];

    public byte[] Stop() => [.. bytes, (byte)'.'];

    public PickleBytes Raw(params byte[] more)
    {
        bytes.AddRange(more);
        return this;
    }

    public PickleBytes Op(char operation) => Raw((byte)operation);

    public PickleBytes Global(string module, string name) => Op('c').Raw(Encoding.UTF8.GetBytes($"{module}\n{name}\n"));

    public PickleBytes Text(string text)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        return Op('X').Number32(utf8.Length).Raw(utf8);
    }

    public PickleBytes Integer(long value)
    {
        byte[] little = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(little, value);
        return Raw(0x8a, 8).Raw(little);
    }

    public PickleBytes Number32(int value)
    {
        byte[] little = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(little, value);
        return Raw(little);
    }

    public PickleBytes Tuple(params long[] values)
    {
        Op('(');
        foreach (long value in values)
        {
            Integer(value);
        }

        return Op('t');
    }

    public PickleBytes Storage(string type, string key, long count) =>
        Op('(').Text("storage").Global("torch", type).Text(key).Text("cpu").Integer(count).Op('t').Op('Q');

    /// <summary>A tensor as torch.save describes it today.</summary>
    public PickleBytes Tensor(string type, string key, long count, long offset, long[] sizes, long[] strides) =>
        Global("torch._utils", "_rebuild_tensor_v2").Op('(').Storage(type, key, count).Integer(offset).Tuple(sizes).Tuple(strides)
            .Raw(0x89).Global("collections", "OrderedDict").Op(')').Op('R').Op('t').Op('R');
}
