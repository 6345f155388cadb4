namespace Relsim.Scenes.Styles;

/// <summary>Everything about looks: one draw of a style kind's background, inks, strokes and finish.</summary>
public sealed class Style
{
    /// <summary>Draws a style of the given split.</summary>
    public static Style Create(Split split, SceneRandom random) => new();

    /// <summary>Index of the style kind, a label.</summary>
    public int Kind { get; init; }

    /// <summary>Index of the palette family, a label.</summary>
    public int Palette { get; init; }
}
