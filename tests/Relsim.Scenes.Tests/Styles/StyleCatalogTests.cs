using Relsim.Scenes.Styles;

namespace Relsim.Scenes.Tests.Styles;

public sealed class StyleCatalogTests
{
    [Fact]
    public void All_Indices_AreTheirPlaces()
    {
        Assert.All(StyleCatalog.All.Index(), one => Assert.Equal(one.Index, one.Item.Index));
        Assert.Equal(StyleCatalog.All.Count, StyleCatalog.All.Select(kind => kind.Name).Distinct().Count());
        Assert.Equal(PaletteCatalog.All.Count, PaletteCatalog.All.Select(family => family.Name).Distinct().Count());
    }

    [Fact]
    public void Of_Splits_PartAllKinds()
    {
        StyleKind[] joined = [.. Enum.GetValues<Split>().SelectMany(StyleCatalog.Of)];

        Assert.Equal(StyleCatalog.All.Count, joined.Length);
        Assert.Equal(StyleCatalog.All.Count, joined.Distinct().Count());
        Assert.True(StyleCatalog.Of(Split.Train).Count >= 12);
        Assert.True(StyleCatalog.Of(Split.Validation).Count >= 2);
        Assert.True(StyleCatalog.Of(Split.Test).Count >= 4);
    }

    [Theory]
    [InlineData(Split.Train)]
    [InlineData(Split.Validation)]
    [InlineData(Split.Test)]
    public void Create_ManySeeds_ShowsEachKindOfTheSplitAndNoOther(Split split)
    {
        int[] seen = [.. Enumerable.Range(0, 400).Select(seed => Style.Create(split, new SceneRandom((ulong)seed)).Kind).Distinct().Order()];

        Assert.Equal(StyleCatalog.Of(split).Select(kind => kind.Index), seen);
    }

    [Fact]
    public void Create_SameSeed_SameStyle()
    {
        Style one = Style.Create(Split.Train, new SceneRandom(77));
        Style two = Style.Create(Split.Train, new SceneRandom(77));

        Assert.Equal((one.Kind, one.Palette, one.Technique), (two.Kind, two.Palette, two.Technique));
        Assert.Equal(one.Colors.Inks, two.Colors.Inks);
    }

    [Fact]
    public void Draw_AnyPalette_KeepsItsContrasts()
    {
        foreach (PaletteFamily family in PaletteCatalog.All)
        {
            for (ulong seed = 0; seed < 200; seed++)
            {
                Palette palette = family.Draw(new SceneRandom(seed));
                InkColor[] grounds = [palette.Ground, palette.GroundShade];
                Assert.All(grounds, ground =>
                {
                    Assert.All(palette.Inks, ink => Assert.True(InkColor.Contrast(ink, ground) >= Palette.InkContrast - 0.01f, $"{family.Name} {seed}"));
                    Assert.True(InkColor.Contrast(palette.RampStart, ground) >= Palette.RampContrast - 0.01f, $"{family.Name} {seed}");
                    Assert.True(InkColor.Contrast(palette.RampEnd, ground) >= Palette.RampContrast - 0.01f, $"{family.Name} {seed}");
                });
                Assert.True(InkColor.Contrast(palette.RampStart, palette.RampEnd) >= 2, $"{family.Name} {seed}: the ramp is flat");
            }
        }
    }

    [Fact]
    public void VisibleOn_BodyOfTheSameInk_FindsAnotherColor()
    {
        Palette palette = PaletteCatalog.All[PaletteCatalog.Ink].Draw(new SceneRandom(1));

        Assert.True(InkColor.Distance(palette.VisibleOn(palette.Inks[0], palette.Inks[1]), palette.Inks[0]) > 0.2f);
    }
}
