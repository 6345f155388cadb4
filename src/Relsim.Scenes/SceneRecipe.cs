using Relsim.Imaging;
using Relsim.Scenes.Captions;
using Relsim.Scenes.Relations;
using Relsim.Scenes.Styles;

namespace Relsim.Scenes;

/// <summary>All that a scene is made from; equal recipes give equal pictures.</summary>
/// <param name="Relation">What holds between the subjects; null for clutter.</param>
/// <param name="Split">Where subjects, style and wording come from.</param>
/// <param name="LookSeed">Which look; scenes of one look share it.</param>
/// <param name="LayoutSeed">Where things stand.</param>
public sealed record SceneRecipe(Relation? Relation, Split Split, ulong LookSeed, ulong LayoutSeed)
{
    /// <summary>Paints the picture, with its ground truth.</summary>
    public LabelledScene Paint(int size)
    {
        Look look = Look.Create(Split, LookSeed);
        RgbImage image = ScenePainter.Paint(SceneFactory.Compose(Relation, look, LayoutSeed), size);
        var words = new SceneRandom(SceneRandom.Combine(LayoutSeed, LookSeed));
        string subject = look.Any[0].Kind.Name;
        return new LabelledScene(
            image,
            this,
            subject,
            look.Style.KindName,
            look.Style.PaletteName,
            Relation is null ? string.Empty : words.Pick(CaptionCatalog.For(Relation.Id, Split)),
            CaptionCatalog.Attributes(subject, look.Style.KindName, look.Style.PaletteName, words));
    }
}

/// <summary>A picture and what is true of it.</summary>
/// <param name="Image">The picture.</param>
/// <param name="Recipe">What it was made from; the relation is there.</param>
/// <param name="Subject">Name of the look's main subject.</param>
/// <param name="Style">Name of the style.</param>
/// <param name="Palette">Name of the palette.</param>
/// <param name="Caption">An anonymous caption in the split's own wording; empty for clutter.</param>
/// <param name="AttributeCaption">What it looks like, in words.</param>
public sealed record LabelledScene(
    RgbImage Image, SceneRecipe Recipe, string Subject, string Style, string Palette, string Caption, string AttributeCaption);
