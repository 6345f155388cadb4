namespace Relsim.Scenes.Styles;

/// <summary>
/// The colors of one picture. Every ink keeps <see cref="InkContrast"/> and every place on the ramp keeps
/// <see cref="RampContrast"/> from both extremes of the ground.
/// </summary>
/// <param name="Ground">One extreme of the background.</param>
/// <param name="GroundShade">The other extreme: where a gradient or a texture leads to.</param>
/// <param name="Inks">Four.</param>
/// <param name="RampStart">The ramp's color at tone 0.</param>
/// <param name="RampEnd">The ramp's color at tone 1; differs from the start in lightness, and in hue unless the family is monochrome.</param>
internal sealed record Palette(InkColor Ground, InkColor GroundShade, InkColor[] Inks, InkColor RampStart, InkColor RampEnd)
{
    /// <summary>The least WCAG contrast of an ink with the ground.</summary>
    public const float InkContrast = 3;

    /// <summary>The least WCAG contrast of a ramp color with the ground.</summary>
    public const float RampContrast = 1.5f;

    /// <summary>The ground's mean color.</summary>
    public InkColor Middle { get; } = InkColor.Mix(Ground, GroundShade, 0.5f);

    /// <summary>The ground is darker than the inks.</summary>
    public bool IsDark => Middle.Luminance < Inks[0].Luminance;

    /// <summary>What outlines around filled bodies are drawn with: near black, or near white on a dark ground.</summary>
    public InkColor Line => IsDark
        ? InkColor.Mix(InkColor.White, Middle, 0.08f)
        : InkColor.Mix(InkColor.Black, Inks[0], 0.25f);

    /// <summary>The ink at an index taken modulo 4.</summary>
    public InkColor Ink(int index) => Inks[index & 3];

    /// <summary>The ramp's color at a tone in [0, 1].</summary>
    public InkColor Ramp(float tone) => InkColor.Blend(RampStart, RampEnd, Math.Clamp(tone, 0, 1));

    /// <summary>The given color where it is visible on a body, else the color of the palette that stands out most.</summary>
    public InkColor VisibleOn(InkColor body, InkColor wanted)
    {
        if (InkColor.Distance(wanted, body) >= 0.2f)
        {
            return wanted;
        }

        InkColor line = Line;
        return InkColor.Distance(Middle, body) >= InkColor.Distance(line, body) ? Middle : line;
    }
}
