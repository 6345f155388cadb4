namespace Relsim.Scenes.Styles;

/// <summary>A way of drawing, e.g. "hatching"; each draw varies it.</summary>
public sealed class StyleKind
{
    internal StyleKind(int index, string name, Split split, IReadOnlyList<int> palettes, Func<SceneRandom, Technique> draw)
    {
        Index = index;
        Name = name;
        Split = split;
        Palettes = palettes;
        Draw = draw;
    }

    /// <summary>Place in <see cref="StyleCatalog.All"/>, a label.</summary>
    public int Index { get; }

    /// <summary>Kebab-case.</summary>
    public string Name { get; }

    /// <summary>The only split that shows it.</summary>
    public Split Split { get; }

    internal IReadOnlyList<int> Palettes { get; }

    internal Func<SceneRandom, Technique> Draw { get; }
}
