using System.Buffers.Binary;
using NetVips;
using Relsim.Imaging;

namespace Relsim.Tests.Imaging;

public sealed class ImageDecoderTests
{
    private static readonly ImageDecoder Decoder = new();

    [Fact]
    public void Decode_EveryFormat_GivesThePicture()
    {
        using Image photo = EncodedImages.Photo();
        byte[] expected = photo.WriteToMemory<byte>();
        foreach ((string name, byte[] bytes) in EncodedImages.Make())
        {
            RgbImage image = Decoder.Decode(bytes, name, DecodeConventions.Pillow);

            Assert.Equal((EncodedImages.Width, EncodedImages.Height), (image.Width, image.Height));
            if (name.StartsWith("rgb.", StringComparison.Ordinal) || name is "lossless.webp" or "deflate.tif" or "tiled.tif" or "rgb16.png" or "interlaced.png")
            {
                Assert.True(expected.AsSpan().SequenceEqual(image.Pixels) || name == "lossless.webp", $"{name} is not exact.");
            }
            else if (!name.Contains("grey", StringComparison.Ordinal) && !name.Contains("cmyk", StringComparison.Ordinal))
            {
                double error = expected.Zip(image.Pixels).Average(pair => Math.Abs(pair.First - pair.Second));
                Assert.True(error < 6, $"{name} is off by {error:F1} levels on average.");
            }
        }
    }

    [Theory]
    [InlineData(1, "012345", 3)]
    [InlineData(2, "210543", 3)]
    [InlineData(3, "543210", 3)]
    [InlineData(4, "345012", 3)]
    [InlineData(5, "031425", 2)]
    [InlineData(6, "304152", 2)]
    [InlineData(7, "524130", 2)]
    [InlineData(8, "251403", 2)]
    [InlineData(9, "012345", 3)]
    public void Apply_Orientation_TurnsUpright(int orientation, string expected, int expectedWidth)
    {
        byte[] pixels = [.. "012345".SelectMany(c => new[] { (byte)c, (byte)c, (byte)c })];

        RgbImage upright = Orientation.Apply(new RgbImage(3, 2, pixels), orientation);

        Assert.Equal(expectedWidth, upright.Width);
        Assert.Equal(expected, string.Concat(upright.Pixels.Where((_, i) => i % 3 == 0).Select(b => (char)b)));
    }

    [Theory]
    [InlineData(true, 31, 45)]
    [InlineData(false, 45, 31)]
    public void Decode_ExifOrientation_IsAppliedOrIgnored(bool apply, int width, int height)
    {
        using Image photo = EncodedImages.Photo();
        using Image turned = photo.Mutate(image => image.Set(GValue.GIntType, "orientation", 6));

        RgbImage image = Decoder.Decode(turned.JpegsaveBuffer(), "turned.jpg", new DecodeConventions { ApplyExifOrientation = apply });

        Assert.Equal((width, height), (image.Width, image.Height));
    }

    [Fact]
    public void Decode_Transparency_GoesOnWhiteOrIsDropped()
    {
        using Image clear = Solid([200, 100, 0, 0], Enums.BandFormat.Uchar, Enums.Interpretation.Srgb);
        byte[] png = clear.PngsaveBuffer();

        Assert.Equal([255, 255, 255], Decoder.Decode(png, "clear.png").Pixels);
        Assert.Equal([200, 100, 0], Decoder.Decode(png, "clear.png", DecodeConventions.Pillow).Pixels);
    }

    [Theory]
    [InlineData(SixteenBitHandling.Scale, 51)]
    [InlineData(SixteenBitHandling.Clip, 255)]
    public void Decode_SixteenBitGrey_FollowsTheConvention(SixteenBitHandling handling, byte expected)
    {
        using Image grey = Solid([51 * 257], Enums.BandFormat.Ushort, Enums.Interpretation.Grey16);

        RgbImage image = Decoder.Decode(grey.PngsaveBuffer(), "grey16.png", new DecodeConventions { SixteenBit = handling });

        Assert.Equal([expected, expected, expected], image.Pixels);
    }

    [Fact]
    public void Decode_CmykTiff_FollowsPillow()
    {
        using Image ink = Solid([0, 128, 255, 51], Enums.BandFormat.Uchar, Enums.Interpretation.Cmyk);

        RgbImage image = Decoder.Decode(ink.TiffsaveBuffer(), "ink.tif");

        Assert.Equal([204, 102, 0], image.Pixels);
    }

    [Fact]
    public void Decode_AnimatedGif_GivesTheFirstFrame()
    {
        using Image first = Solid([255, 0, 0], Enums.BandFormat.Uchar, Enums.Interpretation.Srgb);
        using Image second = Solid([0, 0, 255], Enums.BandFormat.Uchar, Enums.Interpretation.Srgb);
        using Image frames = first.Join(second, Enums.Direction.Vertical).Mutate(image => image.Set(GValue.GIntType, "page-height", 1));

        RgbImage image = Decoder.Decode(frames.GifsaveBuffer(), "two.gif");

        Assert.Equal((1, 1), (image.Width, image.Height));
        Assert.Equal([255, 0, 0], image.Pixels);
    }

    [Theory]
    [InlineData("", ImageFault.Empty)]
    [InlineData("3C 73 76 67 3E", ImageFault.NotAnImage)]
    [InlineData("25 50 44 46 2D 31 2E 37", ImageFault.NotAnImage)]
    [InlineData("FF D8 FF", ImageFault.Corrupt, ImageFault.Truncated)]
    [InlineData("89 50 4E 47 0D 0A 1A 0A", ImageFault.Corrupt, ImageFault.Truncated)]
    [InlineData("89 50 4E 47 0D 0A 1A 0A 00 00 00 0D 49 48 44 52 00 00 00 00 00 00 00 07 08 02 00 00 00", ImageFault.ZeroArea)]
    [InlineData("FF D8 FF C0 00 11 08 00 00 00 10 03 01 11 00 02 11 00 03 11 00", ImageFault.ZeroArea)]
    public void Decode_BytesWithoutPicture_NamesTheFault(string hex, params ImageFault[] expected)
    {
        byte[] bytes = Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));

        var error = Assert.Throws<ImageDecodeException>(() => Decoder.Decode(bytes, "bad.bin"));

        Assert.Equal("bad.bin", error.Name);
        Assert.StartsWith("bad.bin: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(error.Fault, expected);
    }

    [Fact]
    public void Decode_HalfOfEveryFormat_Throws()
    {
        foreach ((string name, byte[] bytes) in EncodedImages.Make())
        {
            var error = Assert.Throws<ImageDecodeException>(() => Decoder.Decode(bytes.AsMemory(0, bytes.Length / 2), name));

            Assert.True(error.Fault is ImageFault.Truncated or ImageFault.Corrupt, $"{error.Fault}: {error.Message}");
        }
    }

    [Fact]
    public void Decode_ForgedJpegSize_IsRefusedByItsHeader()
    {
        byte[] forged = EncodedImages.Make()["baseline.jpg"];
        int frame = forged.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xC0]);
        BinaryPrimitives.WriteUInt32BigEndian(forged.AsSpan(frame + 5), 0xFF00FF00);

        var error = Assert.Throws<ImageDecodeException>(() => Decoder.Decode(forged, "bomb.jpg"));

        Assert.Equal(ImageFault.TooLarge, error.Fault);
    }

    [Fact]
    public void Decode_EveryFormatOverTheLimits_Throws()
    {
        var few = new ImageDecoder(new ImageDecoderOptions { MaxPixels = (EncodedImages.Width * EncodedImages.Height) - 1 });
        var narrow = new ImageDecoder(new ImageDecoderOptions { MaxSide = EncodedImages.Width - 1 });
        foreach ((string name, byte[] bytes) in EncodedImages.Make())
        {
            var brief = new ImageDecoder(new ImageDecoderOptions { MaxBytes = bytes.Length - 1 });

            Assert.Equal(ImageFault.TooLarge, Assert.Throws<ImageDecodeException>(() => few.Decode(bytes, name)).Fault);
            Assert.Equal(ImageFault.TooLarge, Assert.Throws<ImageDecodeException>(() => narrow.Decode(bytes, name)).Fault);
            Assert.Equal(ImageFault.TooManyBytes, Assert.Throws<ImageDecodeException>(() => brief.Decode(bytes, name)).Fault);
        }
    }

    [Fact]
    public void Decode_OverTheTime_IsStopped()
    {
        using Image photo = EncodedImages.Photo(6000, 6000);
        byte[] jpeg = photo.JpegsaveBuffer();
        var hasty = new ImageDecoder(new ImageDecoderOptions { Timeout = TimeSpan.FromTicks(1) });

        var error = Assert.Throws<ImageDecodeException>(() => hasty.Decode(jpeg, "slow.jpg"));

        Assert.Equal(ImageFault.TimedOut, error.Fault);
    }

    [Fact]
    public void Load_MissingFileFolderAndEmptyFile_Throw()
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        string empty = Path.Combine(folder, "empty.jpg");
        File.WriteAllBytes(empty, []);
        try
        {
            Assert.Equal(ImageFault.Unreadable, Assert.Throws<ImageDecodeException>(() => Decoder.Load(Path.Combine(folder, "none.jpg"))).Fault);
            Assert.Equal(ImageFault.Unreadable, Assert.Throws<ImageDecodeException>(() => Decoder.Load(folder)).Fault);
            Assert.Equal(ImageFault.Empty, Assert.Throws<ImageDecodeException>(() => Decoder.Load(empty)).Fault);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Decode_ManyThreads_GivesEqualPixels()
    {
        foreach ((string name, byte[] bytes) in EncodedImages.Make())
        {
            byte[] expected = Decoder.Decode(bytes, name).Pixels;
            Parallel.For(0, 32, _ => Assert.Equal(expected, Decoder.Decode(bytes, name).Pixels));
        }
    }

    private static Image Solid(double[] color, Enums.BandFormat format, Enums.Interpretation interpretation) =>
        (Image.Black(1, 1, bands: color.Length) + color).Cast(format).Copy(interpretation: interpretation);
}
