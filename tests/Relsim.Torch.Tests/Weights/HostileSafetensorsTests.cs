using System.Buffers.Binary;
using System.Text;
using CsCheck;
using Relsim.Torch.Weights;
using static TorchSharp.torch;

namespace Relsim.Torch.Tests.Weights;

public sealed class HostileSafetensorsTests
{
    [Theory]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", "a")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"\u0061":{"dtype":"F32","shape":[0],"data_offsets":[8,8]}}""", "a")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", "overlap")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", "no tensor")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", "no tensor")]
    [InlineData("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,12]}}""", "tensor 'a'")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}""", "tensor 'a'")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[-8,0]}}""", "tensor 'a'")]
    [InlineData("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""", "[3]")]
    [InlineData("""{"a":{"dtype":"F32","shape":[9223372036854775807,4],"data_offsets":[0,8]}}""", "tensor 'a'")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[0,4611686018427387904,4],"data_offsets":[8,8]}}""", "tensor 'b'")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-1,-2],"data_offsets":[0,8]}}""", "tensor 'a'")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2.5],"data_offsets":[0,8]}}""", "tensor 'a'")]
    [InlineData("""{"a":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,8]}}""", "tensor 'a'")]
    [InlineData("""{"a":{"dtype":"Q3","shape":[2],"data_offsets":[0,8]}}""", "'Q3'")]
    [InlineData("""{"a":{"dtype":7,"shape":[2],"data_offsets":[0,8]}}""", "tensor 'a'")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2]}}""", "tensor 'a'")]
    [InlineData("""{"a":null}""", "tensor 'a'")]
    [InlineData("""{"__metadata__":[]}""", "__metadata__")]
    [InlineData("""{"__metadata__":{"x":1}}""", "'x'")]
    [InlineData("""{"\ud800":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", "header")]
    [InlineData("""[1]""", "object")]
    [InlineData("""{"a":""", "header")]
    [InlineData("""{"a":[[[[[[[[[[1]]]]]]]]]]}""", "header")]
    [InlineData("", "header")]
    public void Open_HeaderThatBreaksTheFormat_NamesTheFileAndTheFault(string header, string fault)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File("a"), Compose(header, 8));

        WeightsException e = Assert.Throws<WeightsException>(() => SafetensorsFile.Open(folder.File("a")));

        Assert.Equal(folder.File("a"), e.FilePath);
        Assert.Contains(fault, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new byte[0])]
    [InlineData(new byte[] { 1, 2, 3 })]
    [InlineData(new byte[] { 255, 255, 255, 255, 255, 255, 255, 255, 123, 125 })]
    [InlineData(new byte[] { 3, 0, 0, 0, 0, 0, 0, 0, 123, 125 })]
    [InlineData(new byte[] { 2, 0, 0, 0, 0, 0, 0, 128, 123, 125 })]
    public void Open_LengthThatIsNotThere_IsATypedError(byte[] content)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File("a"), content);

        Assert.Throws<WeightsException>(() => SafetensorsFile.Open(folder.File("a")));
    }

    [Fact]
    public void Open_MissingFileOrFolder_IsATypedError()
    {
        using var folder = new TemporaryFolder();

        Assert.Throws<WeightsException>(() => SafetensorsFile.Open(folder.File("absent")));
        Assert.Throws<WeightsException>(() => SafetensorsFile.Open(folder.FullName));
    }

    [Fact]
    public void Open_FileWithoutTensors_IsEmpty()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File("a"), Compose("{}", 0));

        using SafetensorsFile file = SafetensorsFile.Open(folder.File("a"));

        Assert.Empty(file.Tensors);
        Assert.Equal("x", Assert.Throws<WeightsException>(() => file.Read("x")).TensorName);
    }

    [Fact]
    public void Read_DataThatIsNotAligned_StillGivesTheValues()
    {
        using var folder = new TemporaryFolder();
        string header = """{"b":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"a":{"dtype":"F32","shape":[1],"data_offsets":[1,5]}}""";
        byte[] content = Compose(header, 5);
        BinaryPrimitives.WriteSingleLittleEndian(content.AsSpan(content.Length - 4), 1.5f);
        File.WriteAllBytes(folder.File("a"), content);

        using SafetensorsFile file = SafetensorsFile.Open(folder.File("a"));
        using Tensor value = file.Read("a");

        Assert.Equal(1.5f, value.item<float>());
    }

    [Fact]
    public void Open_MutatedValidFile_OpensOrIsATypedError()
    {
        using var folder = new TemporaryFolder();
        byte[] valid = Compose(
            """{"__metadata__":{"k":"v"},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"I8","shape":[2,2],"data_offsets":[8,12]}}""", 12);
        Gen<(int At, byte Value)> edit = Gen.Select(Gen.Int[0, valid.Length - 1], Gen.OneOf(Gen.Byte, Gen.Char["0123456789[]{}\",:-.eE\\u"].Select(c => (byte)c)));
        int number = 0;

        Gen.Select(edit.Array[1, 4], Gen.Int[0, 20]).Sample(
            (edits, cut) =>
            {
                byte[] content = [.. valid];
                foreach ((int at, byte value) in edits)
                {
                    content[at] = value;
                }

                string path = folder.File($"{Interlocked.Increment(ref number)}");
                File.WriteAllBytes(path, cut < 5 ? content[..^cut] : content);
                Exception? thrown = Record.Exception(() => ReadEverything(path));
                File.Delete(path);
                return thrown is null or WeightsException;
            },
            iter: 5000);
    }

    private static void ReadEverything(string path)
    {
        using SafetensorsFile file = SafetensorsFile.Open(path);
        foreach (string name in file.Tensors.Keys)
        {
            using Tensor tensor = file.Read(name);
            using Tensor copy = tensor.clone();
        }
    }

    private static byte[] Compose(string header, int dataLength)
    {
        byte[] json = Encoding.UTF8.GetBytes(header);
        byte[] file = new byte[8 + json.Length + dataLength];
        BinaryPrimitives.WriteInt64LittleEndian(file, json.Length);
        json.CopyTo(file, 8);
        return file;
    }
}
