using Relsim.Imaging;
using Relsim.Scenes.Captions;
using Relsim.Scenes.Relations;
using Relsim.Scenes.Styles;
using Relsim.Scenes.Subjects;

namespace Relsim.Scenes;

/// <summary>All that a scene is made from; equal recipes give equal pictures.</summary>
/// <param name="Relation">What holds between the subjects; null for clutter.</param>
/// <param name="Split">Where subjects, style and wording come from.</param>
/// <param name="LookSeed">Which look; scenes of one look share it.</param>
/// <param name="LayoutSeed">Where things stand.</param>
public sealed record SceneRecipe(Relation? Relation, Split Split, ulong LookSeed, ulong LayoutSeed)
{
    /// <summary>Paints the picture, a square of the given side in pixels.</summary>
    public RgbImage Paint(int size) => ScenePainter.Paint(SceneFactory.Compose(Relation, Look.Create(Split, LookSeed), LayoutSeed), size);

    /// <summary>Says what is true of the picture, without painting it.</summary>
    public SceneTruth Describe()
    {
        Look look = Look.Create(Split, LookSeed);
        var words = new SceneRandom(SceneRandom.Combine(LayoutSeed, LookSeed));
        SubjectKind subject = look.Any[0].Kind;
        return new SceneTruth(
            SubjectCatalog.IndexOf(subject),
            look.Style.Kind,
            look.Style.PaletteName,
            Relation is null ? string.Empty : words.Pick(CaptionCatalog.For(Relation.Id, Split)),
            CaptionCatalog.Attributes(subject.Name, look.Style.KindName, look.Style.PaletteName, words));
    }
}

/// <summary>What is true of a scene besides its relation.</summary>
/// <param name="MainSubject">The look's main subject: its place in <see cref="SubjectCatalog.All"/>.</param>
/// <param name="StyleKind">The style: its place in <see cref="StyleCatalog.All"/>.</param>
/// <param name="Palette">Name of the palette.</param>
/// <param name="Caption">An anonymous caption in the split's own wording; empty for clutter.</param>
/// <param name="AttributeCaption">What it looks like, in words.</param>
public sealed record SceneTruth(int MainSubject, int StyleKind, string Palette, string Caption, string AttributeCaption);
