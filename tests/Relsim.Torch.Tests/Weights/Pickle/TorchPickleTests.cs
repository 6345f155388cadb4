using System.Runtime.InteropServices;
using Relsim.Torch.Weights;
using Relsim.Torch.Weights.Pickle;
using TorchSharp;
using static TorchSharp.torch;

namespace Relsim.Torch.Tests.Weights.Pickle;

public sealed class TorchPickleTests
{
    private static readonly float[] Six = [0, 1, 2, 3, 4, 5];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Read_SharedStorageWithOffsetsAndStrides_GivesEachTensorsElements(bool legacy)
    {
        byte[] pickle = new PickleBytes().Op('}').Op('(')
            .Text("all").Tensor("FloatStorage", "7", 6, 0, [2, 3], [3, 1])
            .Text("turned").Tensor("FloatStorage", "7", 6, 0, [3, 2], [1, 3])
            .Text("tail").Tensor("FloatStorage", "7", 6, 4, [2], [1])
            .Text("one").Tensor("FloatStorage", "7", 6, 5, [], [])
            .Text("none").Tensor("FloatStorage", "7", 6, 6, [0, 4], [4, 1])
            .Op('u').Stop();
        byte[] data = MemoryMarshal.AsBytes(Six.AsSpan()).ToArray();

        Dictionary<string, (long[] Shape, float[] Values)> read = ReadAll(legacy ? TorchFiles.Legacy(pickle, ("7", 6, data)) : TorchFiles.Zip(pickle, ("7", data)));

        Assert.Equal([2, 3], read["all"].Shape);
        Assert.Equal(Six, read["all"].Values);
        Assert.Equal([3, 2], read["turned"].Shape);
        Assert.Equal([0, 3, 1, 4, 2, 5], read["turned"].Values);
        Assert.Equal([4, 5], read["tail"].Values);
        Assert.Equal([], read["one"].Shape);
        Assert.Equal([5], read["one"].Values);
        Assert.Equal([0, 4], read["none"].Shape);
    }

    [Theory]
    [InlineData("DoubleStorage", ScalarType.Float64, new byte[] { 0, 0, 0, 0, 0, 0, 0xf0, 0x3f })]
    [InlineData("FloatStorage", ScalarType.Float32, new byte[] { 0, 0, 0x80, 0x3f })]
    [InlineData("HalfStorage", ScalarType.Float16, new byte[] { 0, 0x3c })]
    [InlineData("BFloat16Storage", ScalarType.BFloat16, new byte[] { 0x80, 0x3f })]
    [InlineData("LongStorage", ScalarType.Int64, new byte[] { 1, 0, 0, 0, 0, 0, 0, 0 })]
    [InlineData("IntStorage", ScalarType.Int32, new byte[] { 1, 0, 0, 0 })]
    [InlineData("ShortStorage", ScalarType.Int16, new byte[] { 1, 0 })]
    [InlineData("CharStorage", ScalarType.Int8, new byte[] { 1 })]
    [InlineData("ByteStorage", ScalarType.Byte, new byte[] { 1 })]
    [InlineData("BoolStorage", ScalarType.Bool, new byte[] { 1 })]
    public void Read_EveryKindOfStorage_HasItsTypeAndValue(string storage, ScalarType type, byte[] one)
    {
        byte[] pickle = new PickleBytes().Op('}').Text("a").Tensor(storage, "0", 1, 0, [1], [1]).Op('s').Stop();
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File("a.pt"), TorchFiles.Zip(pickle, ("0", one)));

        using StateDictSource source = StateDictSource.Open(folder.File("a.pt"));
        using Tensor tensor = source.Read("a");
        using Tensor value = tensor.to_type(ScalarType.Float64);

        Assert.Equal(type, source.Tensors["a"].Type);
        Assert.Equal(type, tensor.dtype);
        Assert.Equal(1, value.item<double>());
    }

    [Fact]
    public void Root_EveryPlainValue_IsReadAsItWasWritten()
    {
        byte[] pickle = new PickleBytes().Op(']').Op('(')
            .Op('N').Raw(0x88).Raw(0x89).Raw((byte)'K', 200).Raw((byte)'M', 1, 2).Op('J').Number32(-5).Integer(1L << 40)
            .Raw((byte)'G', 0x3f, 0xf8, 0, 0, 0, 0, 0, 0).Text("näh").Raw(0x8c, 1, (byte)'x')
            .Raw(0x8a, 9, 0, 0, 0, 0, 0, 0, 0, 0, 1).Raw(0x8b).Number32(2).Raw(0xff, 0xff)
            .Op('K').Raw(1).Op('K').Raw(2).Raw(0x86).Op(')')
            .Global("torch", "Size").Op('(').Op('(').Op('K').Raw(3).Op('t').Op('t').Op('R')
            .Global("__builtin__", "set").Op('(').Op(']').Op('K').Raw(4).Op('a').Op('t').Op('R')
            .Op('e').Stop();

        List<object?> root = Assert.IsType<List<object?>>(RootOf(TorchFiles.Zip(pickle)));

        Assert.Equal(
            [null, true, false, 200L, 513L, -5L, 1L << 40, 1.5, "näh", "x", System.Numerics.BigInteger.Pow(2, 64), -1L], root[..12]);
        Assert.Equal(new object?[] { 1L, 2L }, root[12]);
        Assert.Equal(Array.Empty<object?>(), root[13]);
        Assert.Equal(new object?[] { 3L }, root[14]);
        Assert.Equal([4L], Assert.IsType<HashSet<object>>(root[15]));
    }

    [Fact]
    public void Root_DictWithMemoAndState_KeepsOrderAndIdentity()
    {
        byte[] pickle = new PickleBytes().Global("collections", "OrderedDict").Op(')').Op('R').Raw((byte)'q', 0).Op('(')
            .Text("b").Op(']').Raw((byte)'q', 1).Text("a").Raw((byte)'h', 1).Op('u')
            .Op('}').Text("_metadata").Op('}').Op('s').Op('b').Stop(); // a state dict carries its versions so

        Dictionary<object, object?> root = Assert.IsType<Dictionary<object, object?>>(RootOf(TorchFiles.Zip(pickle)));

        Assert.Equal(["b", "a"], root.Keys);
        Assert.Same(root["a"], root["b"]);
    }

    [Fact]
    public void Open_Zip64AndParameters_AreRead()
    {
        byte[] pickle = new PickleBytes().Op('}').Text("a")
            .Global("torch._utils", "_rebuild_parameter").Op('(').Tensor("FloatStorage", "0", 6, 0, [6], [1]).Raw(0x88)
            .Global("collections", "OrderedDict").Op(')').Op('R').Op('t').Op('R').Op('s').Stop();
        byte[] data = MemoryMarshal.AsBytes(Six.AsSpan()).ToArray();

        byte[] file = TorchFiles.ZipOf([("x/data.pkl", pickle), ("x/byteorder", "little"u8.ToArray()), ("x/data/0", data)], wide: true);

        Assert.Equal(Six, ReadAll(file)["a"].Values);
    }

    [Fact]
    public void Open_AsPython2WroteIt_IsRead()
    {
        byte[] pickle = new PickleBytes().Global("collections", "OrderedDict").Op(']').Op('(').Op(']').Op('(')
            .Raw((byte)'U', 1, (byte)'a').Global("torch._utils", "_rebuild_tensor_v2").Op('(').Op('(')
            .Raw((byte)'U', 7).Raw("storage"u8.ToArray()).Global("torch", "FloatStorage").Raw((byte)'U', 1, (byte)'0')
            .Raw((byte)'U', 6).Raw("cuda:0"u8.ToArray()).Integer(6).Op('N').Op('t').Op('Q')
            .Integer(0).Tuple(6).Tuple(1).Raw(0x89).Op('N').Op('t').Op('R').Op('e').Op('e').Raw(0x85).Op('R').Stop();

        byte[] file = TorchFiles.Legacy(pickle, ("0", 6, MemoryMarshal.AsBytes(Six.AsSpan()).ToArray()));

        Assert.Equal(Six, ReadAll(file)["a"].Values);
    }

    [Fact]
    public void Open_StateDictWithinADict_IsFoundByItsKey()
    {
        using var folder = new TemporaryFolder();
        byte[] pickle = new PickleBytes().Op('}').Op('(').Text("epoch").Op('K').Raw(3)
            .Text("state_dict").Op('}').Text("a").Tensor("ByteStorage", "0", 1, 0, [1], [1]).Op('s').Op('u').Stop();
        File.WriteAllBytes(folder.File("a"), TorchFiles.Zip(pickle, ("0", [9])));

        using (StateDictSource source = StateDictSource.Open(folder.File("a"), "state_dict"))
        {
            Assert.Equal(["a"], source.Tensors.Keys);
            Assert.Equal("b", Assert.Throws<WeightsException>(() => source.Read("b")).TensorName);
        }

        Assert.Contains("not a tensor: epoch", Assert.Throws<WeightsException>(() => StateDictSource.Open(folder.File("a"))).Message, StringComparison.Ordinal);
        Assert.Contains("'model'", Assert.Throws<WeightsException>(() => StateDictSource.Open(folder.File("a"), "model")).Message, StringComparison.Ordinal);
    }

    private static Dictionary<string, (long[] Shape, float[] Values)> ReadAll(byte[] content)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File("a.pth"), content);
        using StateDictSource source = StateDictSource.Open(folder.File("a.pth"));
        return source.Tensors.Keys.ToDictionary(name => name, name =>
        {
            using Tensor tensor = source.Read(name);
            Assert.Equal(source.Tensors[name].Shape, tensor.shape);
            return (tensor.shape, tensor.numel() == 0 ? [] : tensor.data<float>().ToArray());
        });
    }

    private static object? RootOf(byte[] content)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File("a.pt"), content);
        using TorchPickle file = TorchPickle.Open(folder.File("a.pt"));
        return file.Root;
    }
}
