using NetVips;

namespace Relsim.Torch.Tests.Encoders;

/// <summary>Pictures of noise, each of its own.</summary>
internal static class Pngs
{
    public static byte[] Write(int seed, int width, int height)
    {
        using Image noise = Image.Gaussnoise(width, height, mean: 128, sigma: 50, seed: seed).Cast(Enums.BandFormat.Uchar);
        using Image image = noise.Bandjoin(noise.Invert(), noise).Copy(interpretation: Enums.Interpretation.Srgb);
        return image.PngsaveBuffer();
    }
}
