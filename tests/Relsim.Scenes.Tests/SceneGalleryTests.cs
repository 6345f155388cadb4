using Relsim.Scenes.Relations;

namespace Relsim.Scenes.Tests;

public class SceneGalleryTests
{
    [Fact]
    public void Create_SameOptions_GivesTheSameRecipes()
    {
        var options = new SceneGalleryOptions { Count = 200, Seed = 9 };
        Assert.Equal(SceneGallery.Create(options), SceneGallery.Create(options));
        Assert.NotEqual(SceneGallery.Create(options), SceneGallery.Create(options with { Seed = 10 }));
    }

    [Fact]
    public void Create_HalfClutter_HoldsEveryRelationAboutEquallyOften()
    {
        IReadOnlyList<SceneRecipe> gallery = SceneGallery.Create(new SceneGalleryOptions { Count = 4 * RelationCatalog.All.Count, ClutterShare = 0.5 });
        Assert.Equal(gallery.Count / 2, gallery.Count(recipe => recipe.Relation is null));
        Assert.All(RelationCatalog.All, relation => Assert.Equal(2, gallery.Count(recipe => recipe.Relation == relation)));
    }

    [Fact]
    public void Create_ScenesPerLook_SharesLooksUnderDifferentRelations()
    {
        IReadOnlyList<SceneRecipe> gallery = SceneGallery.Create(new SceneGalleryOptions { Count = 400, ClutterShare = 0, ScenesPerLook = 4 });
        Assert.All(gallery.GroupBy(recipe => recipe.LookSeed), look =>
        {
            Assert.Equal(4, look.Count());
            Assert.Equal(4, look.Select(recipe => recipe.LayoutSeed).Distinct().Count());
        });
    }

    [Fact]
    public void Create_SiblingsShareLooks_PutsVariantsOfOneFamilyInOneLook()
    {
        IReadOnlyList<SceneRecipe> gallery = SceneGallery.Create(new SceneGalleryOptions { Count = 400, ClutterShare = 0, ScenesPerLook = 4, SiblingsShareLooks = true });
        int withSiblings = gallery.GroupBy(recipe => recipe.LookSeed).Count(look => look.DistinctBy(recipe => recipe.Relation!.FamilyIndex).Count() < 4);
        Assert.True(withSiblings > 90, $"{withSiblings} of 100 looks hold two variants of a family");
    }

    [Theory]
    [InlineData(0, 0.5, 1)]
    [InlineData(10, 1.5, 1)]
    [InlineData(10, 0.5, 0)]
    public void Create_OptionOutOfRange_IsRefused(int count, double clutter, int perLook)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => SceneGallery.Create(new SceneGalleryOptions { Count = count, ClutterShare = clutter, ScenesPerLook = perLook }));
    }

    [Fact]
    public void Catalog_HeldOutFamilies_AreEightAndNeverTrained()
    {
        Assert.Equal(8, RelationCatalog.HeldOut.DistinctBy(relation => relation.FamilyIndex).Count());
        Assert.Empty(RelationCatalog.HeldOut.Select(r => r.FamilyIndex).Intersect(RelationCatalog.Trained.Select(r => r.FamilyIndex)));
        Assert.True(RelationCatalog.Families.Count - 8 >= 48);
        Assert.Equal(RelationCatalog.Families.Count, RelationCatalog.Families.DistinctBy(family => family.Name).Count());
    }
}
