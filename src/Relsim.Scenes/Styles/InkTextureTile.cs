using SkiaSharp;

namespace Relsim.Scenes.Styles;

/// <summary>Coverage masks of the ink textures, 256 x 256 and seamless; the paint's color shows through the mask.</summary>
internal static class InkTextureTile
{
    private const int Side = NoiseTile.Side;

    private static readonly SKImage HatchMask = Mask(Hatch);
    private static readonly SKImage CrossMask = Mask((x, y) => MathF.Max(Hatch(x, y), Hatch(y, x)));
    private static readonly SKImage StippleMask = MakeStipple();
    private static readonly SKImage CrayonMask = Mask((x, y) => 0.72f + (NoiseTile.Wax[x, y] / 60f));
    private static readonly SKImage PigmentMask = Mask((x, y) => 0.45f + (NoiseTile.Cloud[x, y] / 160f) + (NoiseTile.Paper[x, y] / 500f));
    private static readonly SKImage GougeMask = Mask(Gouge);

    /// <summary>A shader that repeats a texture; turned, scaled and moved by the matrix. The caller disposes it.</summary>
    public static SKShader Shader(InkTexture texture, SKMatrix place)
    {
        SKImage mask = texture switch
        {
            InkTexture.Hatch => HatchMask,
            InkTexture.CrossHatch => CrossMask,
            InkTexture.Stipple => StippleMask,
            InkTexture.Gouge => GougeMask,
            InkTexture.Pigment => PigmentMask,
            _ => CrayonMask,
        };
        return mask.ToShader(SKShaderTileMode.Repeat, SKShaderTileMode.Repeat, new SKSamplingOptions(SKFilterMode.Nearest), place);
    }

    /// <summary>Lines along x about 5 pixels apart, drawn by an unsteady hand.</summary>
    private static float Hatch(int x, int y)
    {
        const float Period = Side / 54f;
        float bent = y + (NoiseTile.WarpY[x, y] / 127f);
        float away = MathF.Abs((bent / Period) - MathF.Round(bent / Period)) * Period;
        return 1.05f + (0.2f * NoiseTile.WarpX[x, y] / 127f) - away;
    }

    /// <summary>Ink with short cuts of a knife along x.</summary>
    private static float Gouge(int x, int y)
    {
        const float Period = Side / 50f;
        float bent = y + (1.5f * NoiseTile.WarpY[x, y] / 127f);
        float away = MathF.Abs((bent / Period) - MathF.Round(bent / Period)) * Period;
        return 2.6f + (3.2f * NoiseTile.WarpX[x, y] / 127f) - away;
    }

    private static SKImage MakeStipple()
    {
        const int Cells = 76;
        const float Period = Side / (float)Cells;
        var random = new SceneRandom(12);
        float[] coverage = new float[Side * Side];
        for (int cell = 0; cell < Cells * Cells; cell++)
        {
            float centerX = ((cell % Cells) + random.Uniform(0.25f, 0.75f)) * Period;
            float centerY = ((cell / Cells) + random.Uniform(0.25f, 0.75f)) * Period;
            float radius = random.Uniform(0.85f, 1.25f);
            for (int dot = 0; dot < 36; dot++)
            {
                (int x, int y) = ((int)centerX - 2 + (dot % 6), (int)centerY - 2 + (dot / 6));
                ref float value = ref coverage[((y & (Side - 1)) * Side) + (x & (Side - 1))];
                value = MathF.Max(value, radius + 0.5f - MathF.Sqrt(((x - centerX) * (x - centerX)) + ((y - centerY) * (y - centerY))));
            }
        }

        return Mask((x, y) => coverage[(y * Side) + x]);
    }

    private static SKImage Mask(Func<int, int, float> coverage)
    {
        byte[] alpha = new byte[Side * Side];
        for (int i = 0; i < alpha.Length; i++)
        {
            alpha[i] = (byte)(255 * Math.Clamp(coverage(i % Side, i / Side), 0, 1));
        }

        return SKImage.FromPixelCopy(new SKImageInfo(Side, Side, SKColorType.Alpha8, SKAlphaType.Premul), alpha);
    }
}
