using Relsim.Torch.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Relsim.Torch.Tests.Weights;

public sealed class SafetensorsRoundTripTests
{
    [Theory]
    [InlineData(ScalarType.Float64)]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float16)]
    [InlineData(ScalarType.BFloat16)]
    [InlineData(ScalarType.Int64)]
    [InlineData(ScalarType.Int32)]
    [InlineData(ScalarType.Int16)]
    [InlineData(ScalarType.Int8)]
    [InlineData(ScalarType.Byte)]
    [InlineData(ScalarType.Bool)]
    public void Write_EachType_ReadsBackEqual(ScalarType type)
    {
        using var folder = new TemporaryFolder();
        using Tensor numbers = arange(0, 24, float32);
        using Tensor original = numbers.reshape(2, 3, 4).to(type);
        SafetensorsWriter.Write(folder.File("a"), new Dictionary<string, Tensor> { ["numbers"] = original });

        using SafetensorsFile file = SafetensorsFile.Open(folder.File("a"));
        using Tensor read = file.Read("numbers");

        Assert.Equal(type, read.dtype);
        Assert.Equal([2, 3, 4], read.shape);
        AssertSame(original, read);
    }

    [Fact]
    public void Write_TensorsOfAllWidths_AreAlignedAndKeepMetadata()
    {
        using var folder = new TemporaryFolder();
        using Tensor odd = ones(7, ScalarType.Int8), wide = ones(3, ScalarType.Int64), none = empty(0, 5), single = tensor(2.5f), half = ones(5, ScalarType.Float16);
        var metadata = new Dictionary<string, string> { ["format"] = "pt", ["note \" ü"] = "ä\n" };
        SafetensorsWriter.Write(
            folder.File("a"),
            new Dictionary<string, Tensor> { ["odd"] = odd, ["wide"] = wide, ["none"] = none, ["single"] = single, ["half"] = half },
            metadata);

        using SafetensorsFile file = SafetensorsFile.Open(folder.File("a"));

        Assert.Equal(metadata, file.Metadata);
        Assert.All(file.Tensors.Values, entry => Assert.Equal(0, entry.Offset % SafetensorsTypes.SizeOf(entry.Type)));
        Assert.Equal(0, file.Tensors.Values.Min(entry => entry.Offset) % 64);
        using Tensor readNone = file.Read("none"), readSingle = file.Read("single");
        Assert.Equal([0, 5], readNone.shape);
        Assert.Empty(readSingle.shape);
        Assert.Equal(2.5f, readSingle.item<float>());
    }

    [Fact]
    public void Write_TransposedTensor_StoresItsValuesInRowOrder()
    {
        using var folder = new TemporaryFolder();
        using Tensor rows = arange(0, 6, float32).reshape(2, 3);
        using Tensor columns = rows.transpose(0, 1);
        SafetensorsWriter.Write(folder.File("a"), new Dictionary<string, Tensor> { ["t"] = columns });

        using SafetensorsFile file = SafetensorsFile.Open(folder.File("a"));
        using Tensor read = file.Read("t");

        AssertSame(columns, read);
    }

    [Fact]
    public void Write_SameTensorsTwice_GivesTheSameBytes()
    {
        using var folder = new TemporaryFolder();
        using Tensor a = ones(3), b = zeros(2, 2);
        SafetensorsWriter.Write(folder.File("1"), new Dictionary<string, Tensor> { ["a"] = a, ["b"] = b });
        SafetensorsWriter.Write(folder.File("2"), new Dictionary<string, Tensor> { ["b"] = b, ["a"] = a });

        Assert.Equal(File.ReadAllBytes(folder.File("1")), File.ReadAllBytes(folder.File("2")));
    }

    [Fact]
    public void Write_ValueBeyondTheStorageType_NamesTheTensorAndLeavesTheOldFile()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("a"), "old");
        using Tensor large = full([2], 70_000f);

        WeightsException e = Assert.Throws<WeightsException>(() =>
            SafetensorsWriter.Write(folder.File("a"), new Dictionary<string, Tensor> { ["large"] = large }, storage: ScalarType.Float16));

        Assert.Equal("large", e.TensorName);
        Assert.Equal("old", File.ReadAllText(folder.File("a")));
        Assert.Single(Directory.GetFiles(folder.FullName));
    }

    [Fact]
    public void Write_ComplexTensor_IsATypedError()
    {
        using var folder = new TemporaryFolder();
        using Tensor complex = zeros(2, ScalarType.ComplexFloat32);

        Assert.Throws<WeightsException>(() => SafetensorsWriter.Write(folder.File("a"), new Dictionary<string, Tensor> { ["c"] = complex }));
    }

    [Fact]
    public void Read_FileClosedFirst_TensorKeepsItsValues()
    {
        using var folder = new TemporaryFolder();
        using Tensor original = arange(0, 100_000, float32);
        SafetensorsWriter.Write(folder.File("a"), new Dictionary<string, Tensor> { ["t"] = original });
        SafetensorsFile file = SafetensorsFile.Open(folder.File("a"));
        using Tensor first = file.Read("t"), second = file.Read("t");

        file.Dispose();
        first.Dispose();

        AssertSame(original, second);
        Assert.Throws<ObjectDisposedException>(() => file.Read("t"));
    }

    [Fact]
    public void Read_FileReplacedWhileOpen_KeepsTheOldValues()
    {
        using var folder = new TemporaryFolder();
        using Tensor old = ones(1000), replacement = zeros(1000);
        SafetensorsWriter.Write(folder.File("a"), new Dictionary<string, Tensor> { ["t"] = old });
        using SafetensorsFile file = SafetensorsFile.Open(folder.File("a"));
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows does not replace a mapped file.");

        SafetensorsWriter.Write(folder.File("a"), new Dictionary<string, Tensor> { ["t"] = replacement });

        using Tensor read = file.Read("t");
        AssertSame(old, read);
    }

    [Fact]
    public void Read_ManyTimes_LeavesNoTensorAlive()
    {
        using var folder = new TemporaryFolder();
        using Tensor original = ones(64);
        SafetensorsWriter.Write(folder.File("a"), new Dictionary<string, Tensor> { ["t"] = original });
        using SafetensorsFile file = SafetensorsFile.Open(folder.File("a"));
        long before = LiveTensors();

        for (int i = 0; i < 100; i++)
        {
            file.Read("t").Dispose();
        }

        Assert.Equal(before, LiveTensors());
    }

    private static void AssertSame(Tensor expected, Tensor actual)
    {
        using Tensor same = expected.eq(actual).all();
        Assert.True(same.item<bool>());
    }

    // Of this thread alone: other tests run beside this one.
    private static long LiveTensors() => DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
}
