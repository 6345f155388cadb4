using Relsim.Imaging;

namespace Relsim.Tests.Imaging;

[Trait("Kind", "Parity")]
public sealed class PillowResamplerParityTests
{
    private const float FloatTolerance = 1e-5f;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Resize_ReferenceImages_EqualsPillow(bool vectorized)
    {
        var tensors = ReferenceImages.ReadSafetensors(ReferenceImages.Find("pillow_resample", "resample.safetensors"));
        int compared = 0;
        foreach ((string name, ReferenceImages.Golden expected) in tensors)
        {
            // <source>.<filter>[_box].<W>x<H>; nearest has no taps and is not offered.
            string[] parts = name.Split('.');
            if (parts[1] == "src" || !Enum.TryParse(parts[1].Replace("_box", "", StringComparison.Ordinal), ignoreCase: true, out ResampleFilter filter))
            {
                continue;
            }

            ReferenceImages.Golden source = tensors[parts[0] + ".src"];
            ResampleBox? box = parts[1].EndsWith("_box", StringComparison.Ordinal)
                ? new ResampleBox(3.5f, 2.25f, source.Width - 10.75f, source.Height - 5.5f)
                : null;
            if (parts[0] == "float")
            {
                AssertFloats(name, source, expected, filter, box);
            }
            else
            {
                AssertBytes(name, source, expected, filter, box, vectorized);
            }

            compared++;
        }

        Assert.True(compared > 0, "The reference holds no resampled image.");
    }

    private static void AssertFloats(
        string name, ReferenceImages.Golden source, ReferenceImages.Golden expected, ResampleFilter filter, ResampleBox? box)
    {
        float[] actual = PillowResampler.Resize(source.Floats, source.Width, source.Height, expected.Width, expected.Height, filter, box);
        Assert.Equal(expected.Floats.Length, actual.Length);
        for (int i = 0; i < actual.Length; i++)
        {
            Assert.True(MathF.Abs(expected.Floats[i] - actual[i]) <= FloatTolerance, $"{name}[{i}]: {expected.Floats[i]} became {actual[i]}.");
        }
    }

    private static void AssertBytes(
        string name, ReferenceImages.Golden source, ReferenceImages.Golden expected, ResampleFilter filter, ResampleBox? box, bool vectorized)
    {
        // The scalar path is what machines without AVX2 run; it has no public switch.
        byte[] actual = vectorized || source.Channels == 4
            ? PillowResampler.Resize(source.Bytes, source.Width, source.Height, source.Channels, expected.Width, expected.Height, filter, box)
            : PillowResampler.ResizeView(
                source.Bytes, source.Width * source.Channels, source.Width, source.Height, source.Channels,
                expected.Width, expected.Height, filter, box ?? ResampleBox.Whole(source.Width, source.Height), vectorized: false);
        Assert.True(expected.Bytes.AsSpan().SequenceEqual(actual), $"{name} differs.");
    }
}
