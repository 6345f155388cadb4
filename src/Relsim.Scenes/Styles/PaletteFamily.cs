namespace Relsim.Scenes.Styles;

/// <summary>Palettes that look related: one ground color and four ink hues, drawn anew for every look.</summary>
public sealed class PaletteFamily
{
    private readonly float _groundHue;
    private readonly float _groundChroma;
    private readonly float _groundLightness;
    private readonly float[] _inkHues;
    private readonly float _inkChroma;
    private readonly float _inkLightness;
    private readonly (float Start, float End) _rampHues;

    internal PaletteFamily(
        string name,
        (float Lightness, float Chroma, float Hue) ground,
        (float Lightness, float Chroma, float[] Hues) inks,
        (float Start, float End) rampHues)
    {
        Name = name;
        (_groundLightness, _groundChroma, _groundHue) = ground;
        (_inkLightness, _inkChroma, _inkHues) = inks;
        _rampHues = rampHues;
    }

    /// <summary>Kebab-case, e.g. "sunset".</summary>
    public string Name { get; }

    /// <summary>Inks are light, the ground is dark.</summary>
    internal bool IsDark => _groundLightness < 0.5f;

    /// <summary>The ground is near white.</summary>
    internal bool IsPale => _groundLightness > 0.85f;

    /// <summary>Draws a palette; see <see cref="Palette"/> for what it guarantees.</summary>
    internal Palette Draw(SceneRandom random)
    {
        float hue = _groundHue + random.Uniform(-0.04f, 0.04f);
        float lightness = _groundLightness + random.Uniform(-0.02f, 0.02f);
        float chroma = _groundChroma * random.Uniform(0.6f, 1.2f);
        InkColor ground = InkColor.FromOkLch(lightness, chroma, hue);
        float shadeLightness = lightness + ((IsDark ? 1 : -1) * random.Uniform(0.04f, 0.09f));
        InkColor shade = InkColor.FromOkLch(shadeLightness, chroma * random.Uniform(0.9f, 1.5f), hue + random.Uniform(-0.06f, 0.06f));

        int[] order = random.Permutation(4);
        var inks = new InkColor[4];
        for (int i = 0; i < 4; i++)
        {
            float inkHue = _inkHues[order[i]] + random.Uniform(-0.03f, 0.03f);
            float inkChroma = _inkChroma * random.Uniform(0.75f, 1.15f);
            inks[i] = Contrasting(_inkLightness + random.Uniform(-0.1f, 0.1f), inkChroma, inkHue, ground, shade, Palette.InkContrast);
        }

        (InkColor start, InkColor end) = DrawRamp(random, ground, shade);
        return new Palette(ground, shade, inks, start, end);
    }

    private (InkColor Start, InkColor End) DrawRamp(SceneRandom random, InkColor ground, InkColor shade)
    {
        bool isGray = _inkChroma < 0.02f;
        float chroma = isGray ? 0 : MathF.Max(0.13f, _inkChroma) * random.Uniform(0.9f, 1.2f);
        (float startHue, float endHue) = (_rampHues.Start + random.Uniform(-0.02f, 0.02f), _rampHues.End + random.Uniform(-0.02f, 0.02f));

        // Against a light ground the pale end is the one near the ground; against a dark one it is the deep end.
        float pale = IsDark ? 0.95f : 0.8f;
        float deep = IsDark ? 0.5f : 0.34f;
        InkColor start = Contrasting(pale, chroma, startHue, ground, shade, Palette.RampContrast);
        InkColor end = Contrasting(deep, chroma, endHue, ground, shade, Palette.RampContrast);
        return (start, end);
    }

    private InkColor Contrasting(float lightness, float chroma, float hue, InkColor ground, InkColor shade, float least)
    {
        float step = IsDark ? 0.02f : -0.02f;
        InkColor color = InkColor.FromOkLch(lightness, chroma, hue);
        while (InkColor.Contrast(color, ground) < least || InkColor.Contrast(color, shade) < least)
        {
            lightness += step;
            if (lightness is <= 0 or >= 1)
            {
                return IsDark ? InkColor.White : InkColor.Black;
            }

            color = InkColor.FromOkLch(lightness, chroma, hue);
        }

        return color;
    }
}
