using System.Buffers.Binary;
using Relsim.Imaging;

namespace Relsim.Tests.Imaging;

public sealed class BmpReaderTests
{
    private static readonly byte[] FourColors = [0, 0, 0, 0, 0, 0, 255, 0, 0, 255, 0, 0, 255, 0, 0, 0];

    [Theory]
    [InlineData(1, "40000000 80000000", "1.0 0.1")]
    [InlineData(4, "30000000 12000000", "1.2 3.0")]
    [InlineData(8, "03000000 01020000", "1.2 3.0")]
    public void Read_Palette_GivesItsColors(int bits, string rowsFromBottom, string expected)
    {
        // Expected as the picture is seen: top row first, the indices of a row joined by dots.
        byte[] bitmap = EncodedImages.Bitmap(2, 2, bits, Hex(rowsFromBottom), FourColors[..(bits == 1 ? 8 : 16)]);

        Assert.Equal(Colors(expected), Decode(bitmap).Pixels);
    }

    [Fact]
    public void Read_SixteenBits_SpreadsFiveBitsOverTheRange()
    {
        byte[] bitmap = EncodedImages.Bitmap(2, 1, 16, [0x00, 0x7C, 0x1F, 0x02]);

        Assert.Equal([255, 0, 0, 0, 131, 255], Decode(bitmap).Pixels);
    }

    [Fact]
    public void Read_BitFields_UsesTheMasks()
    {
        byte[] masks = [0x00, 0xF8, 0, 0, 0xE0, 0x07, 0, 0, 0x1F, 0, 0, 0];
        byte[] bitmap = EncodedImages.Bitmap(2, 1, 16, [0xE0, 0x07, 0x00, 0xF8], masks, compression: 3);

        Assert.Equal([0, 255, 0, 255, 0, 0], Decode(bitmap).Pixels);
    }

    [Fact]
    public void Read_TopDown_StartsWithTheFirstRow()
    {
        byte[] bitmap = EncodedImages.Bitmap(1, -2, 32, [1, 2, 3, 0, 4, 5, 6, 0]);

        Assert.Equal([3, 2, 1, 6, 5, 4], Decode(bitmap).Pixels);
    }

    [Fact]
    public void Read_RunLengths_FollowsRunsLiteralsAndMoves()
    {
        // Bottom row: two 1s and one 2. Top row: a move to the third column, then the literals 3 and beyond the edge.
        byte[] data = [2, 1, 1, 2, 0, 2, 0, 1, 0, 0, 0, 1];
        byte[] literals = [3, 1, 0, 0, 0, 3, 2, 3, 1, 0, 0, 1];
        byte[] moved = EncodedImages.Bitmap(3, 2, 8, data, FourColors, compression: 1);
        byte[] literal = EncodedImages.Bitmap(3, 2, 8, literals, FourColors, compression: 1);

        Assert.Equal(Colors("0.0.0 1.1.2"), Decode(moved).Pixels);
        Assert.Equal(Colors("2.3.1 1.1.1"), Decode(literal).Pixels);
    }

    [Fact]
    public void Read_NibbleRuns_AlternatesTheTwoColors()
    {
        byte[] bitmap = EncodedImages.Bitmap(3, 1, 4, [3, 0x12, 0, 1], FourColors, compression: 2);

        Assert.Equal(Colors("1.2.1"), Decode(bitmap).Pixels);
    }

    [Theory]
    [InlineData(18, 0, ImageFault.ZeroArea)]
    [InlineData(18, -5, ImageFault.Corrupt)]
    [InlineData(22, 1_000_000, ImageFault.TooLarge)]
    [InlineData(22, 60_000, ImageFault.Truncated)]
    [InlineData(10, 1_000_000, ImageFault.Truncated)]
    [InlineData(14, 41, ImageFault.Unsupported)]
    [InlineData(30, 4, ImageFault.Unsupported)]
    public void Read_ForgedField_NamesTheFault(int offset, int value, ImageFault expected)
    {
        byte[] bitmap = EncodedImages.Bitmap(2, 1, 24, new byte[8]);
        BinaryPrimitives.WriteInt32LittleEndian(bitmap.AsSpan(offset), value);

        Assert.Equal(expected, Assert.Throws<ImageDecodeException>(() => Decode(bitmap)).Fault);
    }

    private static RgbImage Decode(byte[] bitmap) => new ImageDecoder().Decode(bitmap, "test.bmp");

    private static byte[] Hex(string text) => Convert.FromHexString(text.Replace(" ", "", StringComparison.Ordinal));

    private static byte[] Colors(string indices) =>
    [
        .. indices.Split('.', ' ').Select(int.Parse).SelectMany(
            i => new[] { FourColors[(4 * i) + 2], FourColors[(4 * i) + 1], FourColors[4 * i] }),
    ];
}
