using System.Buffers.Binary;
using System.Numerics;
using System.Text;
using Relsim.Torch.Training;

namespace Relsim.Torch.Tests.Training;

public sealed class TrainingLogTests
{
    [Fact]
    public void Write_Values_AreRowsOfTheCsvFile()
    {
        using var folder = new TemporaryFolder();
        using (var log = new TrainingLog(folder.FullName))
        {
            log.Write(10, "train", [new("loss", 1234.5), new("rate", 1e-7)]);
        }

        using (var log = new TrainingLog(folder.FullName))
        {
            log.Write(20, "validation", [new("score", double.NaN)]);
        }

        Assert.Equal(["step,name,value", "10,train/loss,1234.5", "10,train/rate,1E-07", "20,validation/score,NaN"], File.ReadAllLines(folder.File("log.csv")));
    }

    [Fact]
    public void Write_Values_AreRecordsThatTensorBoardReads()
    {
        using var folder = new TemporaryFolder();
        using (var log = new TrainingLog(folder.FullName))
        {
            log.Write(10, "train", [new("loss", 2.5), new("text", 0.5)]);
            log.Write(20, "validation", [new("score", 0.25)]);
        }

        string[] files = Directory.GetFiles(folder.File("tensorboard"), "*tfevents*", SearchOption.AllDirectories);
        byte[][] records = [.. files.SelectMany(file => Records(File.ReadAllBytes(file)))];
        string text = string.Join('\n', records.Select(Encoding.Latin1.GetString));

        Assert.Contains("brain.Event:2", text, StringComparison.Ordinal);
        foreach ((string tag, float value) in new[] { ("train/loss", 2.5f), ("train/text", 0.5f), ("validation/score", 0.25f) })
        {
            byte[] bytes = new byte[4];
            BinaryPrimitives.WriteSingleLittleEndian(bytes, value);
            byte[] record = Assert.Single(records, r => r.AsSpan().IndexOf(Encoding.UTF8.GetBytes(tag)) >= 0);
            Assert.True(record.AsSpan().IndexOf(bytes) > 0, $"{tag} without its value");
        }
    }

    // TFRecord: length (8 bytes), its checksum (4), the record, its checksum (4).
    private static List<byte[]> Records(byte[] file)
    {
        var records = new List<byte[]>();
        for (int at = 0; at < file.Length;)
        {
            int length = checked((int)BinaryPrimitives.ReadUInt64LittleEndian(file.AsSpan(at)));
            Assert.Equal(Checksum(file.AsSpan(at, 8)), BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at + 8)));
            byte[] record = file[(at + 12)..(at + 12 + length)];
            Assert.Equal(Checksum(record), BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at + 12 + length)));
            records.Add(record);
            at += length + 16;
        }

        return records;
    }

    /// <summary>CRC-32C, turned and shifted as TensorFlow's record format has it.</summary>
    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in bytes)
        {
            crc = BitOperations.Crc32C(crc, value);
        }

        return BitOperations.RotateRight(~crc, 15) + 0xa282ead8;
    }
}
