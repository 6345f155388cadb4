using System.Text.Json;
using Relsim.Imaging;

namespace Relsim.Tests.Imaging;

[Trait("Kind", "Parity")]
public sealed class ImageDecoderParityTests
{
    // libjpeg-turbo in both, but builds differ in rounding: 2 levels, as the reference's README allows.
    private const int JpegTolerance = 2;

    [Fact]
    public void Load_ReferenceImages_EqualsPillow()
    {
        string folder = ReferenceImages.Find("images");
        using var manifest = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "manifest.json")));
        var decoder = new ImageDecoder();
        int compared = 0;
        foreach (JsonElement entry in manifest.RootElement.GetProperty("images").EnumerateArray())
        {
            string file = entry.GetProperty("file").GetString()!;
            RgbImage image = decoder.Load(Path.Combine(folder, file), DecodeConventions.Pillow);
            int[] size = [.. entry.GetProperty("size_wh").EnumerateArray().Select(n => n.GetInt32())];
            Assert.Equal((size[0], size[1]), (image.Width, image.Height));
            if (!entry.TryGetProperty("decoded_rgb", out JsonElement decoded))
            {
                continue;
            }

            byte[] expected = ReferenceImages.ReadNpy(Path.Combine(folder, decoded.GetString()!)).Bytes;
            int tolerance = entry.GetProperty("format").GetString() == "JPEG" ? JpegTolerance : 0;
            int worst = expected.Zip(image.Pixels).Max(pair => Math.Abs(pair.First - pair.Second));
            Assert.True(worst <= tolerance, $"{file} differs by {worst} levels, {tolerance} are allowed.");
            compared++;
        }

        Assert.True(compared > 0, "The reference holds no decoded image.");
    }

    [Fact]
    public void Apply_RelsimTrainingProfile_EqualsReference()
    {
        byte[] source = ReferenceImages.ReadNpy(ReferenceImages.Find("images", "decoded", "photo_like.jpg.npy")).Bytes;
        ReferenceImages.Golden shape = ReferenceImages.ReadNpy(ReferenceImages.Find("images", "decoded", "photo_like.jpg.npy"));
        RgbImage expected = new ImageDecoder().Load(ReferenceImages.Find("relsim", "train448_resized.png"));

        RgbImage actual = new ImagePreprocessor(PreprocessingProfiles.RelsimTrain448)
            .Apply(new RgbImage(shape.Width, shape.Height, source));

        Assert.Equal(expected.Pixels, actual.Pixels);
    }
}
