namespace Relsim.Scenes.Styles;

/// <summary>Every palette family, in a fixed order (the index is a label).</summary>
public static class PaletteCatalog
{
    // OKLCh hues in turns.
    private const float Pink = 0.0f;
    private const float Red = 0.08f;
    private const float Orange = 0.16f;
    private const float Ochre = 0.22f;
    private const float Yellow = 0.29f;
    private const float Lime = 0.35f;
    private const float Green = 0.41f;
    private const float Teal = 0.52f;
    private const float Sky = 0.65f;
    private const float Blue = 0.73f;
    private const float Violet = 0.81f;
    private const float Magenta = 0.91f;

    private static readonly PaletteFamily[] Families =
    [
        new("ink", (0.985f, 0.002f, Ochre), (0.16f, 0.004f, [Blue, Blue, Ochre, Ochre]), (Blue, Blue)),
        new("chalk", (0.2f, 0.008f, Green), (0.93f, 0.01f, [Ochre, Ochre, Sky, Sky]), (Ochre, Ochre)),
        new("blueprint", (0.38f, 0.11f, Blue), (0.95f, 0.025f, [Sky, Sky, Blue, Yellow]), (Yellow, Sky)),
        new("sepia", (0.88f, 0.045f, Ochre), (0.36f, 0.05f, [Orange, Ochre, Red, Ochre]), (Yellow, Red)),
        new("primary", (0.97f, 0.01f, Yellow), (0.52f, 0.2f, [Red, Blue, Green, Orange]), (Yellow, Blue)),
        new("pastel", (0.95f, 0.03f, Sky), (0.62f, 0.1f, [Pink, Sky, Green, Violet]), (Pink, Blue)),
        new("earth", (0.92f, 0.035f, Ochre), (0.45f, 0.09f, [Orange, Ochre, Lime, Red]), (Ochre, Green)),
        new("forest", (0.93f, 0.04f, Lime), (0.42f, 0.11f, [Green, Teal, Lime, Orange]), (Lime, Teal)),
        new("ocean", (0.93f, 0.035f, Sky), (0.45f, 0.13f, [Blue, Teal, Sky, Red]), (Teal, Violet)),
        new("sunset", (0.93f, 0.045f, Orange), (0.48f, 0.17f, [Red, Magenta, Violet, Orange]), (Orange, Violet)),
        new("candy", (0.93f, 0.045f, Pink), (0.53f, 0.19f, [Magenta, Teal, Violet, Red]), (Sky, Magenta)),
        new("slate", (0.88f, 0.012f, Blue), (0.4f, 0.05f, [Blue, Teal, Violet, Orange]), (Orange, Blue)),
        new("kraft", (0.74f, 0.06f, Ochre), (0.38f, 0.09f, [Red, Blue, Green, Violet]), (Orange, Blue)),
        new("denim", (0.42f, 0.06f, Blue), (0.88f, 0.09f, [Yellow, Pink, Sky, Lime]), (Yellow, Red)),
        new("night", (0.24f, 0.06f, Blue), (0.82f, 0.11f, [Yellow, Sky, Pink, Green]), (Yellow, Blue)),
        new("neon", (0.15f, 0.03f, Violet), (0.8f, 0.22f, [Magenta, Green, Sky, Yellow]), (Lime, Magenta)),
        new("ember", (0.25f, 0.04f, Red), (0.8f, 0.12f, [Orange, Yellow, Pink, Lime]), (Yellow, Red)),
    ];

    /// <summary>All families; the first four are monochrome.</summary>
    public static IReadOnlyList<PaletteFamily> All => Families;

    internal const int Ink = 0;
    internal const int Chalk = 1;
    internal const int Blueprint = 2;
    internal const int Sepia = 3;

    internal static int[] Light { get; } = [.. Colorful(dark: false)];

    /// <summary>Light ones near white.</summary>
    internal static int[] Pale { get; } = [.. Light.Where(i => Families[i].IsPale)];

    internal static int[] Dark { get; } = [.. Colorful(dark: true)];

    internal static int[] Any { get; } = [.. Light, .. Dark];

    private static IEnumerable<int> Colorful(bool dark) =>
        Enumerable.Range(Sepia + 1, Families.Length - Sepia - 1).Where(i => Families[i].IsDark == dark);
}
