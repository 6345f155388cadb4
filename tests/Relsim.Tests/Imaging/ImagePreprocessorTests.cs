using CsCheck;
using NetVips;
using Relsim.Imaging;

namespace Relsim.Tests.Imaging;

public sealed class ImagePreprocessorTests
{
    private static readonly ImagePreprocessor Mini = new(PreprocessingProfiles.Mini128);

    [Fact]
    public void Fingerprint_AnyFieldChanged_Differs()
    {
        PreprocessingProfile profile = PreprocessingProfiles.Mini128;
        PreprocessingProfile[] others =
        [
            profile with { Name = "other" },
            profile with { Version = 2 },
            profile with { Size = 160 },
            profile with { Fit = ImageFit.Squash },
            profile with { Fit = ImageFit.ShortestEdgeCrop, ResizeEdge = 128 },
            profile with { Fit = ImageFit.ShortestEdgeCrop, ResizeEdge = 146 },
            profile with { Normalization = PixelNormalization.Clip },
            profile with { Normalization = PixelNormalization.ImageNet },
            profile with { Normalization = new PixelNormalization(1 / 127.5, PixelNormalization.Clip.Mean, PixelNormalization.Clip.Std) },
            profile with { Filter = ResampleFilter.Box },
            profile with { AllowShrinkOnLoad = false },
            profile with { Decode = profile.Decode with { ApplyExifOrientation = false } },
            profile with { Decode = profile.Decode with { Alpha = AlphaHandling.Drop } },
            profile with { Decode = profile.Decode with { SixteenBit = SixteenBitHandling.Clip } },
        ];

        PreprocessingProfile native = PreprocessingProfiles.RelsimNative;
        PreprocessingProfile[] budgets = [native, native with { MinPixels = 1 }, native with { MaxPixels = 5000 }, native with { Multiple = 14 }];

        string[] fingerprints = [profile.Fingerprint, .. others.Concat(budgets).Select(other => other.Fingerprint)];

        Assert.Equal(fingerprints.Length, fingerprints.Distinct().Count());
        Assert.All(fingerprints, text => Assert.Matches("^[0-9a-f]{16}$", text));
    }

    [Fact]
    public void Fingerprint_BuiltInProfiles_NeverDrifts()
    {
        // Stored embeddings carry these. A change of pixels needs a new version, and with it a new line here.
        Assert.Equal("322118f0a43eb6ee", PreprocessingProfiles.Mini128.Fingerprint);
        Assert.Equal("0ccabf036fb6dd0b", PreprocessingProfiles.RelsimTrain448.Fingerprint);
        Assert.Equal("3c48973cad411347", PreprocessingProfiles.RelsimNative.Fingerprint);
        Assert.Equal("b4f150842d7ec554", PreprocessingProfiles.Captioner448.Fingerprint);
        Assert.Equal("44058a498d65c96a", PreprocessingProfiles.Clip224.Fingerprint);
        Assert.Equal("31d08ee58c5280bd", PreprocessingProfiles.DinoV2224.Fingerprint);
        Assert.Equal("14ef6a3d9c9ac76a", PreprocessingProfiles.Dino224.Fingerprint);
        Assert.Equal("64fb4b73413e3a94", PreprocessingProfiles.Lpips256.Fingerprint);
        Assert.Equal("cb88da1a84aaec97", PreprocessingProfiles.DreamSim224.Fingerprint);
    }

    [Fact]
    public void Get_UnknownName_ListsTheKnownOnes()
    {
        var error = Assert.Throws<ArgumentException>(() => PreprocessingProfiles.Get("none"));

        Assert.All(PreprocessingProfiles.All, profile => Assert.Contains(profile.Name, error.Message, StringComparison.Ordinal));
        Assert.All(PreprocessingProfiles.All, profile => Assert.Same(profile, PreprocessingProfiles.Get(profile.Name)));
    }

    [Fact]
    public void Apply_AnySidesAndFit_GivesTheSquare()
    {
        Gen.Select(Gen.Int[1, 300], Gen.Int[1, 300], Gen.Enum<ImageFit>().Where(fit => fit != ImageFit.SmartResize), Gen.Int[1, 40]).Sample((width, height, fit, size) =>
        {
            var preprocessor = new ImagePreprocessor(PreprocessingProfiles.Mini128 with { Fit = fit, Size = size, ResizeEdge = fit == ImageFit.ShortestEdgeCrop ? size + 3 : 0 });
            RgbImage square = preprocessor.Apply(new RgbImage(width, height, new byte[width * height * 3]));
            return square.Width == size && square.Height == size && square.Pixels.All(b => b == 0);
        });
    }

    [Fact]
    public void Apply_SmartResize_GivesMultiplesWithinTheBudget()
    {
        Gen.Select(Gen.Int[1, 400], Gen.Int[1, 400]).Where(sides => Math.Max(sides.Item1, sides.Item2) <= 200 * Math.Min(sides.Item1, sides.Item2)).Sample((width, height) =>
        {
            PreprocessingProfile profile = PreprocessingProfiles.RelsimNative with { MinPixels = 3136, MaxPixels = 400_000 };
            RgbImage image = new ImagePreprocessor(profile).Apply(new RgbImage(width, height, new byte[width * height * 3]));
            int pixels = image.Width * image.Height;
            return image.Width % 28 == 0 && image.Height % 28 == 0 && pixels >= profile.MinPixels && pixels <= profile.MaxPixels;
        });
    }

    [Fact]
    public void Decode_SliverBeyondTheRatio_IsAnErrorOfTheImage()
    {
        using Image sliver = Image.Black(402, 2, bands: 3);

        var error = Assert.Throws<ImageDecodeException>(() => new ImagePreprocessor(PreprocessingProfiles.RelsimNative).Decode(sliver.PngsaveBuffer(), "sliver.png"));

        Assert.Equal(ImageFault.TooNarrow, error.Fault);
        Assert.Contains("sliver.png: 402x2 pixels", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Apply_SquareOfRightSize_ReturnsItUnchanged()
    {
        var image = new RgbImage(128, 128, new byte[128 * 128 * 3]);

        Assert.Same(image, Mini.Apply(image));
    }

    [Fact]
    public void Apply_PadSquare_FillsWithTheFrameMedian()
    {
        // A 4x2 picture of grey 10 with one bright corner: the corner does not move the median.
        byte[] pixels = [.. Enumerable.Repeat((byte)10, 24)];
        pixels[0] = 255;
        var preprocessor = new ImagePreprocessor(PreprocessingProfiles.Mini128 with { Size = 4 });

        RgbImage square = preprocessor.Apply(new RgbImage(4, 2, pixels));

        Assert.All(square.Pixels[..12], value => Assert.Equal(10, value));
        Assert.Equal(pixels, square.Pixels[12..36]);
        Assert.All(square.Pixels[36..], value => Assert.Equal(10, value));
    }

    [Fact]
    public void Apply_CropSquare_EqualsCropThenResize()
    {
        var random = new Random(7);
        var pixels = new byte[31 * 20 * 3];
        random.NextBytes(pixels);
        byte[] crop = [.. Enumerable.Range(0, 20).SelectMany(y => pixels[(((y * 31) + 5) * 3)..(((y * 31) + 25) * 3)])];
        var preprocessor = new ImagePreprocessor(PreprocessingProfiles.RelsimTrain448 with { Size = 9 });

        RgbImage square = preprocessor.Apply(new RgbImage(31, 20, pixels));

        Assert.Equal(PillowResampler.Resize(crop, 20, 20, 3, 9, 9, ResampleFilter.Lanczos), square.Pixels);
    }

    [Fact]
    public void Apply_ShortestEdgeCrop_IsTheMiddleOfTheWholeResize()
    {
        Gen.Select(Gen.Int[1, 90], Gen.Int[1, 90], Gen.Int[1, 40], Gen.Int[1, 60], Gen.Int).Sample((width, height, size, edge, seed) =>
        {
            byte[] pixels = new byte[width * height * 3];
            new Random(seed).NextBytes(pixels);
            var image = new RgbImage(width, height, pixels);
            PreprocessingProfile profile = PreprocessingProfiles.Clip224 with { Size = size, ResizeEdge = edge };

            RgbImage square = new ImagePreprocessor(profile).Apply(image);

            int longSide = edge * Math.Max(width, height) / Math.Min(width, height);
            RgbImage whole = PillowResampler.Resize(image, width <= height ? edge : longSide, width <= height ? longSide : edge, ResampleFilter.Bicubic);
            int left = (int)Math.Floor((whole.Width - size) / 2.0);
            int top = (int)Math.Floor((whole.Height - size) / 2.0);
            for (int i = 0; i < square.Pixels.Length; i++)
            {
                (int x, int y) = ((i / 3 % size) + left, (i / 3 / size) + top);
                bool inside = x >= 0 && y >= 0 && x < whole.Width && y < whole.Height;
                if (square.Pixels[i] != (inside ? whole.Pixels[(((y * whole.Width) + x) * 3) + (i % 3)] : 0))
                {
                    return false;
                }
            }

            return true;
        });
    }

    [Fact]
    public void Apply_ShortestEdgeCropOfASliver_NeedsNoMemoryForWhatItCutsOff()
    {
        RgbImage sliver = new(1, 60_000, new byte[60_000 * 3]); // whole, the resize would take 9 GB

        RgbImage square = new ImagePreprocessor(PreprocessingProfiles.Clip224).Apply(sliver);

        Assert.Equal((224, 224), (square.Width, square.Height));
    }

    [Theory]
    [InlineData(ImageFit.PadSquare, 1152, 864, 4)]
    [InlineData(ImageFit.CropSquare, 1152, 864, 2)]
    [InlineData(ImageFit.Squash, 1152, 1024, 4)]
    [InlineData(ImageFit.PadSquare, 511, 511, 1)]
    [InlineData(ImageFit.PadSquare, 20_000, 100, 8)]
    public void ShrinkOnLoad_Sides_LeavesTwiceTheTarget(ImageFit fit, int width, int height, int expected)
    {
        PreprocessingProfile profile = PreprocessingProfiles.Mini128 with { Fit = fit };

        Assert.Equal(expected, profile.ShrinkOnLoad(width, height));
        Assert.Equal(1, (profile with { AllowShrinkOnLoad = false }).ShrinkOnLoad(width, height));
    }

    [Theory]
    [InlineData(ImageFit.CropSquare, 1, 1035, 777)]
    [InlineData(ImageFit.PadSquare, 6, 777, 1035)]
    [InlineData(ImageFit.Squash, 8, 777, 1035)]
    public void Prepare_JpegShrunkOnLoad_StaysCloseToFullDecode(ImageFit fit, int orientation, int width, int height)
    {
        using Image photo = EncodedImages.Photo(1035, 777);
        using Image turned = photo.Mutate(image => image.Set(GValue.GIntType, "orientation", orientation));
        byte[] jpeg = turned.JpegsaveBuffer(q: 95);
        PreprocessingProfile profile = PreprocessingProfiles.Mini128 with { Fit = fit };

        PreparedImage fast = new ImagePreprocessor(profile).Prepare(jpeg, "photo.jpg");
        PreparedImage exact = new ImagePreprocessor(profile with { AllowShrinkOnLoad = false }).Prepare(jpeg, "photo.jpg");

        DecodedImage reduced = new ImageDecoder().DecodeReduced(jpeg, "photo.jpg", profile.Decode, profile.ShrinkOnLoad);
        Assert.True(reduced.Shrink > 1, "Nothing was shrunk: the comparison would prove nothing.");
        Assert.Equal((width, height), (fast.SourceWidth, fast.SourceHeight));
        Assert.Equal((width, height), (exact.SourceWidth, exact.SourceHeight));
        int worst = fast.Image.Pixels.Zip(exact.Image.Pixels).Max(pair => Math.Abs(pair.First - pair.Second));
        Assert.True(worst <= 4, $"Shrinking while decoding moved a pixel by {worst} levels.");
    }

    [Fact]
    public void Load_File_EqualsDecodeOfItsBytes()
    {
        byte[] png = EncodedImages.Make()["rgb.png"];
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, png);

            Assert.Equal(Mini.Decode(png, "rgb.png").Pixels, Mini.Load(path).Pixels);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Constructor_SizeOrLimitNotPositive_Throws()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new ImagePreprocessor(PreprocessingProfiles.Mini128 with { Size = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ImagePreprocessor(PreprocessingProfiles.RelsimNative with { Multiple = 0 }));
        Assert.Throws<ArgumentException>(() => new ImagePreprocessor(PreprocessingProfiles.RelsimNative with { Size = 28 }));
        Assert.Throws<ArgumentException>(() => new ImagePreprocessor(PreprocessingProfiles.RelsimNative with { AllowShrinkOnLoad = true }));
        Assert.Throws<ArgumentException>(() => new ImagePreprocessor(PreprocessingProfiles.Mini128 with { ResizeEdge = 1 }));
        Assert.Throws<ArgumentException>(() => new ImagePreprocessor(PreprocessingProfiles.Clip224 with { ResizeEdge = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ImageDecoder(new ImageDecoderOptions { MaxPixels = 0 }));
    }
}
