namespace Relsim.Scenes.Styles;

/// <summary>Everything about looks: one draw of a style kind's background, inks, strokes and finish. Immutable, safe to share between threads.</summary>
public sealed class Style
{
    private Style(StyleKind kind, int palette, Palette colors, Technique technique)
    {
        Kind = kind.Index;
        KindName = kind.Name;
        Palette = palette;
        Colors = colors;
        Technique = technique;
    }

    /// <summary>Index of the style kind in <see cref="StyleCatalog.All"/>, a label.</summary>
    public int Kind { get; }

    /// <summary>The kind's name, kebab-case.</summary>
    public string KindName { get; }

    /// <summary>Index of the palette family in <see cref="PaletteCatalog.All"/>, a label.</summary>
    public int Palette { get; }

    /// <summary>The palette family's name, kebab-case.</summary>
    public string PaletteName => PaletteCatalog.All[Palette].Name;

    /// <summary>What lies behind the elements, a label.</summary>
    public Background Background => Technique.Background;

    internal Palette Colors { get; }

    internal Technique Technique { get; }

    /// <summary>Draws a style of the given split.</summary>
    public static Style Create(Split split, SceneRandom random)
    {
        ArgumentNullException.ThrowIfNull(random);
        return Create(random.Pick(StyleCatalog.Of(split)), random);
    }

    /// <summary>Draws a style of the given kind.</summary>
    public static Style Create(StyleKind kind, SceneRandom random)
    {
        ArgumentNullException.ThrowIfNull(kind);
        ArgumentNullException.ThrowIfNull(random);
        return Create(kind, random.Pick(kind.Palettes), random);
    }

    /// <summary>Draws a style of the given kind in a palette of the given family.</summary>
    internal static Style Create(StyleKind kind, int palette, SceneRandom random) =>
        new(kind, palette, PaletteCatalog.All[palette].Draw(random), kind.Draw(random));
}
