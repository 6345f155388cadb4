using System.Text;
using CsCheck;
using Relsim.Torch.Weights;
using Relsim.Torch.Weights.Pickle;
using TorchSharp;
using static TorchSharp.torch;

namespace Relsim.Torch.Tests.Weights.Pickle;

public sealed class HostilePickleTests
{
    public static TheoryData<string, byte[], string> Pickles => new()
    {
        { "a shell command", new PickleBytes().Global("os", "system").Op('(').Text("echo").Op('t').Op('R').Stop(), "os.system" },
        { "eval", new PickleBytes().Global("builtins", "eval").Op('(').Text("1").Op('t').Op('R').Stop(), "builtins.eval" },
        { "eval by stack", new PickleBytes().Raw(0x8c, 8).Raw("builtins"u8.ToArray()).Raw(0x8c, 4).Raw("eval"u8.ToArray()).Raw(0x93).Stop(), "builtins.eval" },
        { "a global not named by texts", new PickleBytes().Op('K').Raw(1).Op('K').Raw(2).Raw(0x93).Stop(), "named by texts" },
        { "a harmless name of a known module", new PickleBytes().Global("torch", "load").Stop(), "torch.load" },
        { "a script", new PickleBytes().Global("__torch__.model", "Model").Stop(), "__torch__.model.Model" },
        { "a call of a text", new PickleBytes().Text("os.system").Op(')').Op('R').Stop(), "calls something" },
        { "a call without a tuple", new PickleBytes().Global("torch", "Size").Text("a").Op('R').Stop(), "calls something" },
        { "a call of a storage type", new PickleBytes().Global("torch", "FloatStorage").Op(')').Op('R').Stop(), "arguments of a Storage" },
        { "a size of texts", new PickleBytes().Global("torch", "Size").Text("a").Raw(0x85).Raw(0x85).Op('R').Stop(), "natural number" },
        { "an extension", new PickleBytes().Raw(0x82, 1).Stop(), "0x82" },
        { "an extension of two bytes", new PickleBytes().Raw(0x83, 1, 0).Stop(), "0x83" },
        { "an extension of four bytes", new PickleBytes().Raw(0x84, 1, 0, 0, 0).Stop(), "0x84" },
        { "a new object", new PickleBytes().Global("torch", "Size").Op(')').Raw(0x81).Stop(), "0x81" },
        { "a new object with keywords", new PickleBytes().Global("torch", "Size").Op(')').Op('}').Raw(0x92).Stop(), "0x92" },
        { "an instance", new PickleBytes().Op('(').Op('i').Raw("os\nsystem\n"u8.ToArray()).Stop(), "0x69" },
        { "an object", new PickleBytes().Op('(').Op('o').Stop(), "0x6f" },
        { "a persistent id in text", new PickleBytes().Op('P').Raw("0\n"u8.ToArray()).Stop(), "0x50" },
        { "a persistent id that is a text", new PickleBytes().Text("0").Op('Q').Stop(), "persistent id" },
        { "a persistent id of another kind", new PickleBytes().Op('(').Text("module").Global("torch", "FloatStorage").Text("0").Text("cpu").Integer(1).Op('t').Op('Q').Stop(), "persistent id" },
        { "a persistent id without a type", new PickleBytes().Op('(').Text("storage").Text("FloatStorage").Text("0").Text("cpu").Integer(1).Op('t').Op('Q').Stop(), "persistent id" },
        { "a persistent id that is too short", new PickleBytes().Op('(').Text("storage").Op('t').Op('Q').Stop(), "persistent id" },
        { "a storage of less than nothing", new PickleBytes().Storage("FloatStorage", "0", -1).Stop(), "persistent id" },
        { "a storage that is absent", new PickleBytes().Storage("FloatStorage", "9", 6).Stop(), "data/9" },
        { "a storage elsewhere", new PickleBytes().Storage("FloatStorage", "../../etc/passwd", 6).Stop(), "data/../../etc/passwd" },
        { "a storage of another size", new PickleBytes().Storage("FloatStorage", "0", 7).Stop(), "7 elements" },
        { "a storage of two types", new PickleBytes().Storage("FloatStorage", "0", 6).Op('0').Storage("IntStorage", "0", 6).Stop(), "two ways" },
        { "a tensor beyond its storage", new PickleBytes().Tensor("FloatStorage", "0", 6, 1, [6], [1]).Stop(), "does not fit" },
        { "a tensor far beyond it", new PickleBytes().Tensor("FloatStorage", "0", 6, 0, [2], [long.MaxValue]).Stop(), "does not fit" },
        { "a tensor of many repeats", new PickleBytes().Tensor("FloatStorage", "0", 6, 0, [1L << 40], [0]).Stop(), "does not fit" },
        { "a tensor beyond all numbers", new PickleBytes().Tensor("FloatStorage", "0", 6, 0, [1L << 62, 1L << 62, 1L << 62], [0, 0, 0]).Stop(), "does not fit" },
        { "an empty tensor beyond all numbers", new PickleBytes().Tensor("FloatStorage", "0", 6, 0, [0, 1L << 62, 1L << 62], [0, 0, 0]).Stop(), "does not fit" },
        { "a tensor before its storage", new PickleBytes().Tensor("FloatStorage", "0", 6, -1, [1], [1]).Stop(), "starts at -1" },
        { "a negative size", new PickleBytes().Tensor("FloatStorage", "0", 6, 0, [-1], [1]).Stop(), "natural number" },
        { "a negative stride", new PickleBytes().Tensor("FloatStorage", "0", 6, 5, [2], [-1]).Stop(), "natural number" },
        { "a tensor with hooks", new PickleBytes().Global("torch._utils", "_rebuild_tensor_v2").Op('(').Storage("FloatStorage", "0", 6).Integer(0).Tuple(6).Tuple(1).Raw(0x89).Op('}').Op('K').Raw(1).Op('N').Op('s').Op('t').Op('R').Stop(), "arguments of a Tensor" },
        { "too few strides", new PickleBytes().Tensor("FloatStorage", "0", 6, 0, [2, 2], [1]).Stop(), "strides" },
        { "too many sizes", new PickleBytes().Tensor("FloatStorage", "0", 6, 0, Ones(65), Ones(65)).Stop(), "65 sizes" },
        { "a list that holds itself", new PickleBytes().Op(']').Raw((byte)'q', 0).Raw((byte)'h', 0).Op('a').Stop(), "holds itself" },
        { "a dict that holds itself", new PickleBytes().Op('}').Raw((byte)'q', 0).Text("a").Raw((byte)'h', 0).Op('s').Stop(), "holds itself" },
        { "lists a thousand deep", new PickleBytes().Raw([.. Enumerable.Repeat((byte)']', 1000), .. Enumerable.Repeat((byte)'a', 999)]).Stop(), "deep" },
        { "a memo that was never written", new PickleBytes().Op('j').Number32(-1).Stop(), "never kept" },
        { "a key that is a list", new PickleBytes().Op('}').Op(']').Op('N').Op('s').Stop(), "key" },
        { "a set of lists", new PickleBytes().Raw(0x8f).Op('(').Op(']').Raw(0x90).Stop(), "key" },
        { "a key without a value", new PickleBytes().Op('}').Op('(').Text("a").Op('u').Stop(), "without its value" },
        { "an item of a text", new PickleBytes().Text("a").Op('N').Op('a').Stop(), "not a list" },
        { "items of a list", new PickleBytes().Op(']').Text("a").Op('N').Op('s').Stop(), "not a dict" },
        { "a state of a list", new PickleBytes().Op(']').Op('}').Op('b').Stop(), "state" },
        { "a value from below a mark", new PickleBytes().Op('N').Op('(').Raw(0x85).Stop(), "empty stack" },
        { "a group that never began", new PickleBytes().Op('t').Stop(), "never began" },
        { "nothing", new PickleBytes().Stop(), "empty stack" },
        { "two values", new PickleBytes().Op('N').Op('N').Stop(), "left over" },
        { "an open mark", new PickleBytes().Op('N').Op('(').Stop(), "empty stack" },
        { "no end", [0x80, 2, (byte)'N'], "too soon" },
        { "a text of four gigabytes", new PickleBytes().Op('X').Number32(-1).Stop(), "too long" },
        { "a text of more than there are", new PickleBytes().Op('X').Number32(1000).Stop(), "too soon" },
        { "a text of exabytes", new PickleBytes().Raw(0x8d).Integer(1).Stop(), "too" },
        { "a number of a megabyte", new PickleBytes().Raw(0x8b).Number32(1 << 20).Raw(new byte[1 << 20]).Stop(), "too long" },
        { "a text that is not UTF-8", new PickleBytes().Op('X').Number32(1).Raw(0xff).Stop(), "UTF-8" },
        { "a name without end", new PickleBytes().Op('c').Raw(Encoding.UTF8.GetBytes(new string('a', 300))).Stop(), "does not end" },
        { "an unknown protocol", [0x80, 99, (byte)'N', (byte)'.'], "protocol" },
        { "three million values", new PickleBytes().Raw([.. Enumerable.Repeat((byte)'}', 3_000_000)]).Stop(), "steps" },
        { "a thousand sets of a thousand", ManySets(), "steps" },
        { "a key of a megabyte", new PickleBytes().Op('}').Text(new string('a', 1 << 20)).Op('N').Op('s').Stop(), "letters" },
        { "more after its end", [.. new PickleBytes().Op('N').Stop(), 1], "follow" },
    };

    [Theory]
    [MemberData(nameof(Pickles))]
    public void Open_PickleThatIsNotOfTensors_IsRefusedByName(string what, byte[] pickle, string fault)
    {
        foreach (byte[] content in (byte[][])[TorchFiles.Zip(pickle, ("0", new byte[24])), TorchFiles.Legacy(pickle, ("0", 6, new byte[24]))])
        {
            using var folder = new TemporaryFolder();
            File.WriteAllBytes(folder.File("a"), content);
            long before = GC.GetAllocatedBytesForCurrentThread();

            Exception? e = Record.Exception(() => TorchPickle.Open(folder.File("a")).Dispose());

            Assert.True(e is WeightsException { FilePath: not null }, $"{what}: {e}");
            Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1L << 30, what);
            if (content[0] == (byte)'P') // the older format has its own words where no storage is known yet
            {
                Assert.Contains(fault, e!.Message, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void Open_ContainersThatShareParts_TakesNoLongerThanTheyAreLong()
    {
        var pickle = new PickleBytes().Op(']').Raw((byte)'q', 0);
        for (byte i = 1; i < 60; i++)
        {
            pickle.Op(']').Raw((byte)'q', i).Op('(').Raw((byte)'h', (byte)(i - 1)).Raw((byte)'h', (byte)(i - 1)).Op('e');
        }

        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File("a"), TorchFiles.Zip(new PickleBytes().Op('(').Raw(pickle.Stop()[2..^1]).Op('t').Stop()));

        using TorchPickle file = TorchPickle.Open(folder.File("a"));

        Assert.Equal(60, Assert.IsType<object?[]>(file.Root).Length);
    }

    [Theory]
    [InlineData("compressed")]
    [InlineData("twice")]
    [InlineData("two pickles")]
    [InlineData("no pickle")]
    [InlineData("big-endian")]
    [InlineData("empty")]
    [InlineData("short")]
    [InlineData("text")]
    [InlineData("cut")]
    [InlineData("cut legacy")]
    [InlineData("longer legacy")]
    [InlineData("big-endian legacy")]
    [InlineData("tar")]
    public void Open_FileOfAnotherShape_IsATypedError(string shape)
    {
        byte[] pickle = new PickleBytes().Op('}').Text("a").Tensor("ByteStorage", "0", 3, 0, [3], [1]).Op('s').Stop();
        byte[] zip = TorchFiles.Zip(pickle, ("0", [1, 2, 3]));
        byte[] legacy = TorchFiles.Legacy(pickle, ("0", 3, [1, 2, 3]));
        byte[] content = shape switch
        {
            "compressed" => TorchFiles.ZipOf([("a/data.pkl", pickle)], method: 8),
            "twice" => TorchFiles.ZipOf([("a/data.pkl", pickle), ("a/data.pkl", pickle)]),
            "two pickles" => TorchFiles.ZipOf([("a/data.pkl", pickle), ("b/data.pkl", pickle)]),
            "no pickle" => TorchFiles.ZipOf([("a/version", [1])]),
            "big-endian" => TorchFiles.ZipOf([("a/data.pkl", pickle), ("a/byteorder", "big"u8.ToArray()), ("a/data/0", [1, 2, 3])]),
            "empty" => [],
            "short" => [0x80],
            "text" => "not a checkpoint"u8.ToArray(),
            "cut" => zip[..^40],
            "cut legacy" => legacy[..^1],
            "longer legacy" => [.. legacy, 0],
            "big-endian legacy" => Swap(legacy),
            _ => new byte[1024],
        };
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File("a"), content);

        WeightsException e = Assert.Throws<WeightsException>(() => TorchPickle.Open(folder.File("a")));

        Assert.Equal(folder.File("a"), e.FilePath);
    }

    [Fact]
    public void Open_EntriesThatShareBytes_IsATypedError()
    {
        using var folder = new TemporaryFolder();
        byte[] inner = TorchFiles.ZipOf([("a/data.pkl", new PickleBytes().Op('N').Stop())]);
        int central = inner.AsSpan().IndexOf("PK\u0001\u0002"u8);
        byte[] entry = inner[central..^22];
        byte[] other = [.. entry];
        other[46] = (byte)'a';
        byte[] end = inner[^22..];
        (end[8], end[10], end[12]) = (2, 2, (byte)(2 * entry.Length));
        File.WriteAllBytes(folder.File("a"), [.. inner[..central], .. entry, .. other, .. end]);

        Assert.Throws<WeightsException>(() => TorchPickle.Open(folder.File("a")));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Open_MutatedValidFile_OpensOrIsATypedError(bool legacy)
    {
        using var folder = new TemporaryFolder();
        byte[] pickle = new PickleBytes().Global("collections", "OrderedDict").Op(')').Op('R').Raw((byte)'q', 0).Op('(')
            .Text("a").Tensor("FloatStorage", "0", 6, 0, [3, 2], [1, 3]).Text("b").Tensor("LongStorage", "1", 2, 1, [1], [1])
            .Text("c").Raw((byte)'h', 0).Op('0').Op('N').Op('u').Stop();
        byte[] valid = legacy
            ? TorchFiles.Legacy(pickle, ("0", 6, new byte[24]), ("1", 2, new byte[16]))
            : TorchFiles.Zip(pickle, ("0", new byte[24]), ("1", new byte[16]));
        Gen<(int At, byte Value)> edit = Gen.Select(Gen.Int[0, valid.Length - 1], Gen.OneOf(Gen.Byte, Gen.Byte[0x28, 0x30], Gen.Byte[0x80, 0x95], Gen.Byte[0x61, 0x7d]));
        int number = 0;
        int opened = 0;

        Gen.Select(edit.Array[1, 3], Gen.Int[0, 100]).Sample(
            (edits, cut) =>
            {
                byte[] content = [.. valid];
                foreach ((int at, byte value) in edits)
                {
                    content[at] = value;
                }

                string path = folder.File($"{Interlocked.Increment(ref number)}");
                File.WriteAllBytes(path, cut < 5 ? content[..^(cut * 7)] : content);
                Exception? thrown = Record.Exception(() => ReadEverything(path));
                File.Delete(path);
                Interlocked.Add(ref opened, thrown is null ? 1 : 0);
                return thrown is null or WeightsException;
            },
            iter: 5000);

        Assert.InRange(opened, 1, number - 1);
    }

    private static void ReadEverything(string path)
    {
        using TorchPickle file = TorchPickle.Open(path);
        if (file.Root is Dictionary<object, object?> state)
        {
            foreach (PickledTensor pickled in state.Values.OfType<PickledTensor>())
            {
                using Tensor tensor = file.Read(pickled);
                using Tensor copy = tensor.clone();
            }
        }
    }

    /// <summary>A short file that would become long: one list, recalled from the memo as the argument of many calls.</summary>
    private static byte[] ManySets()
    {
        var pickle = new PickleBytes().Op('(').Op(']').Raw((byte)'q', 0).Op('(');
        for (int i = 0; i < 3000; i++)
        {
            pickle.Integer(i);
        }

        pickle.Op('e');
        for (int i = 0; i < 1000; i++)
        {
            pickle.Global("builtins", "set").Raw((byte)'h', 0).Raw(0x85).Op('R');
        }

        return pickle.Op('t').Stop();
    }

    private static long[] Ones(int count) => [.. Enumerable.Repeat(1L, count)];

    private static byte[] Swap(byte[] legacy)
    {
        byte[] swapped = [.. legacy];
        int at = swapped.AsSpan().IndexOf("little_endian"u8) + "little_endian".Length;
        swapped[at] = 0x89; // False
        return swapped;
    }
}
