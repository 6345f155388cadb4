using System.Numerics;
using Relsim.Datasets;
using Relsim.Imaging;
using Relsim.Scenes.Captions;
using Relsim.Scenes.Relations;
using Relsim.Scenes.Styles;

namespace Relsim.Scenes.Transformations;

/// <summary>
/// Pictures of a before and an after side by side, twice as wide as high and padded to a square as the model's profile pads them: six looks, each under
/// two variants of two kinds of change, and each change in three looks.
/// </summary>
/// <param name="split">Which subjects, styles and wordings.</param>
/// <param name="size">Side of the pictures in pixels.</param>
/// <param name="seed">Another seed, other pictures.</param>
public sealed class PanelBatches(Split split, int size, ulong seed)
{
    private const int Looks = 6;
    private const int KindsOfABatch = 4;
    private const float ParaphrasedShare = .7f;

    /// <summary>The batch of a step: always the same one for the same step. Thread-safe.</summary>
    public RelationalBatch At(long step)
    {
        var random = new SceneRandom(SceneRandom.Combine(seed, (ulong)step));
        Transformation[][] kinds = [.. random.Permutation(TransformationCatalog.FamilyCount)[..KindsOfABatch].Select(kind => TwoVariants(kind, random))];
        Look[] looks = [.. Enumerable.Range(0, Looks).Select(_ => Look.Create(split, random.NextSeed()))];
        (Look Look, int Number, Transformation Change)[] pictures =
        [
            .. from number in Enumerable.Range(0, Looks)
               from kind in new[] { number % KindsOfABatch, (number + 1 + (number / KindsOfABatch)) % KindsOfABatch }
               from change in kinds[kind]
               select (looks[number], number, change),
        ];
        byte[] pixels = new byte[pictures.Length * size * size * 3];
        for (int i = 0; i < pictures.Length; i++)
        {
            RgbImage image = Paint(pictures[i].Change, pictures[i].Look, random.NextSeed(), size);
            image.Pixels.CopyTo(pixels, i * image.Pixels.Length);
        }

        return new RelationalBatch
        {
            Size = size,
            Pixels = pixels,
            Relation = [.. pictures.Select(picture => picture.Change.Index)],
            Family = [.. pictures.Select(picture => picture.Change.FamilyIndex)],
            Look = [.. pictures.Select(picture => picture.Number)],
            Style = [.. pictures.Select(picture => picture.Look.Style.Kind)],
            Palette = [.. pictures.Select(picture => picture.Look.Style.Palette)],
            Bank = [.. TransformationCatalog.All.Select(change => Caption(change, random))],
            BankFamily = [.. TransformationCatalog.All.Select(change => change.FamilyIndex)],
        };
    }

    /// <summary>Paints one picture.</summary>
    internal static RgbImage Paint(Transformation change, Look look, ulong layoutSeed, int size)
    {
        var draw = new SceneRandom(layoutSeed);
        Panels panels = change.Compose(look, draw);
        Element[] elements = [.. panels.Before.Select(e => Into(e, 0)), .. panels.After.Select(e => Into(e, .5f))];
        ulong grain = draw.NextSeed();
        var canvas = new PanelCanvas(ScenePainter.Paint(look.Style, elements, grain, size).Pixels.ToArray(), size);
        if (panels.Tint is { } tint)
        {
            canvas.TintRight(tint, ScenePainter.Paint(look.Style, [], grain, size));
        }

        canvas.Divide(draw);
        canvas.Pad();
        return canvas.Image;
    }

    // A panel is half as wide as the picture, and lies in the middle half of its height.
    private static Element Into(Element element, float left) => Placement.Moved(element, .5f, new Vector2(left, .25f));

    private string Caption(Transformation change, SceneRandom random)
    {
        string caption = random.Pick(CaptionCatalog.For(change.Id, split));
        return split == Split.Train && random.Chance(ParaphrasedShare) ? CaptionCatalog.Paraphrase(caption, random) : caption;
    }

    private static Transformation[] TwoVariants(int kind, SceneRandom random)
    {
        Transformation[] variants = [.. TransformationCatalog.All.Where(change => change.FamilyIndex == kind)];
        int[] order = random.Permutation(variants.Length);
        return [variants[order[0]], variants[order[1 % variants.Length]]];
    }
}
