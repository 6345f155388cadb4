using SkiaSharp;

namespace Relsim.Scenes.Styles;

/// <summary>An sRGB color, channels in [0, 1], with the perceptual measures that palettes are checked by.</summary>
internal readonly record struct InkColor(float R, float G, float B)
{
    public static InkColor White { get; } = new(1, 1, 1);

    public static InkColor Black { get; } = new(0, 0, 0);

    /// <summary>Relative luminance as WCAG 2 defines it, [0, 1].</summary>
    public float Luminance => (0.2126f * Linear(R)) + (0.7152f * Linear(G)) + (0.0722f * Linear(B));

    /// <summary>
    /// A color by OKLCh (Ottosson 2020): lightness [0, 1], chroma [0, ~0.3], hue in turns. Chroma shrinks until the color
    /// fits sRGB, so that lightness, which contrast depends on, is kept.
    /// </summary>
    public static InkColor FromOkLch(float lightness, float chroma, float hue)
    {
        (float sin, float cos) = MathF.SinCos(hue * MathF.Tau);
        lightness = Math.Clamp(lightness, 0, 1);
        for (int step = 0; step < 16; step++, chroma *= 0.85f)
        {
            if (FromOkLab(lightness, chroma * cos, chroma * sin) is { } color)
            {
                return color;
            }
        }

        return FromOkLab(lightness, 0, 0) ?? (lightness > 0.5f ? White : Black);
    }

    /// <summary>WCAG contrast of two colors, 1 (the same) to 21 (black and white).</summary>
    public static float Contrast(InkColor a, InkColor b)
    {
        (float low, float high) = (a.Luminance, b.Luminance);
        return (MathF.Max(low, high) + 0.05f) / (MathF.Min(low, high) + 0.05f);
    }

    /// <summary>Distance in OKLab; 0.02 is just noticeable, 1 is black to white.</summary>
    public static float Distance(InkColor a, InkColor b)
    {
        (float la, float aa, float ba) = a.ToOkLab();
        (float lb, float ab, float bb) = b.ToOkLab();
        return MathF.Sqrt(((la - lb) * (la - lb)) + ((aa - ab) * (aa - ab)) + ((ba - bb) * (ba - bb)));
    }

    /// <summary>From a (0) to b (1) in sRGB.</summary>
    public static InkColor Mix(InkColor a, InkColor b, float t) =>
        new(a.R + ((b.R - a.R) * t), a.G + ((b.G - a.G) * t), a.B + ((b.B - a.B) * t));

    /// <summary>From a (0) to b (1) in OKLab: equal steps look equal.</summary>
    public static InkColor Blend(InkColor a, InkColor b, float t)
    {
        (float la, float aa, float ba) = a.ToOkLab();
        (float lb, float ab, float bb) = b.ToOkLab();
        return FromOkLab(la + ((lb - la) * t), aa + ((ab - aa) * t), ba + ((bb - ba) * t)) ?? Mix(a, b, t);
    }

    public SKColor ToSkia(float alpha = 1) =>
        new((byte)((R * 255) + 0.5f), (byte)((G * 255) + 0.5f), (byte)((B * 255) + 0.5f), (byte)((alpha * 255) + 0.5f));

    private static InkColor? FromOkLab(float lightness, float a, float b)
    {
        float l = Cube(lightness + (0.3963377774f * a) + (0.2158037573f * b));
        float m = Cube(lightness - (0.1055613458f * a) - (0.0638541728f * b));
        float s = Cube(lightness - (0.0894841775f * a) - (1.2914855480f * b));
        float red = (4.0767416621f * l) - (3.3077115913f * m) + (0.2309699292f * s);
        float green = (-1.2684380046f * l) + (2.6097574011f * m) - (0.3413193965f * s);
        float blue = (-0.0041960863f * l) - (0.7034186147f * m) + (1.7076147010f * s);
        return Fits(red) && Fits(green) && Fits(blue) ? new InkColor(Encode(red), Encode(green), Encode(blue)) : null;
    }

    private static bool Fits(float linear) => linear is > -0.0005f and < 1.0005f;

    private static float Cube(float x) => x * x * x;

    private static float Linear(float c) => c <= 0.04045f ? c / 12.92f : MathF.Pow((c + 0.055f) / 1.055f, 2.4f);

    private static float Encode(float linear)
    {
        float c = Math.Clamp(linear, 0, 1);
        return c <= 0.0031308f ? c * 12.92f : (1.055f * MathF.Pow(c, 1 / 2.4f)) - 0.055f;
    }

    private (float L, float A, float B) ToOkLab()
    {
        (float red, float green, float blue) = (Linear(R), Linear(G), Linear(B));
        float l = MathF.Cbrt((0.4122214708f * red) + (0.5363325363f * green) + (0.0514459929f * blue));
        float m = MathF.Cbrt((0.2119034982f * red) + (0.6806995451f * green) + (0.1073969566f * blue));
        float s = MathF.Cbrt((0.0883024619f * red) + (0.2817188376f * green) + (0.6299787005f * blue));
        return ((0.2104542553f * l) + (0.7936177850f * m) - (0.0040720468f * s),
            (1.9779984951f * l) - (2.4285922050f * m) + (0.4505937099f * s),
            (0.0259040371f * l) + (0.7827717662f * m) - (0.8086757660f * s));
    }
}
