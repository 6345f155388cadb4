using System.Security.Cryptography;
using Relsim.Datasets;
using Relsim.Imaging;

namespace Relsim.Scenes.Tests;

public sealed class SceneFilesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("relsim-scenes-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Write_Gallery_WritesThePublishedFormat()
    {
        IReadOnlyList<SceneRecipe> recipes = SceneGallery.Create(new SceneGalleryOptions { Count = 40, ClutterShare = 0.25 });
        IReadOnlyList<string> paths = SceneFiles.Write(_folder, recipes, 64, null, TestContext.Current.CancellationToken);

        CaptionRecord[] records = [.. CaptionRecord.ReadAll(Path.Combine(_folder, SceneFiles.Captions))];
        Assert.Equal(40, records.Length);
        Assert.All(records.Zip(paths), pair =>
        {
            byte[] bytes = File.ReadAllBytes(pair.Second);
            Assert.Equal(pair.First.ImageHash, Convert.ToHexStringLower(MD5.HashData(bytes)));
            RgbImage image = new ImageDecoder().Decode(bytes, pair.Second);
            Assert.Equal((64, 64), (image.Width, image.Height));
        });
        Assert.All(records.Zip(recipes), pair => Assert.Equal(pair.Second.Relation?.Id ?? "clutter", pair.First.Extra!["relation"].GetString()));
        Assert.Equal(10, records.Count(record => record.Caption.Length == 0));
    }

    [Fact]
    public void Write_Twice_WritesTheSameFiles()
    {
        IReadOnlyList<SceneRecipe> recipes = SceneGallery.Create(new SceneGalleryOptions { Count = 12 });
        IReadOnlyList<string> first = SceneFiles.Write(_folder, recipes, 48, null, TestContext.Current.CancellationToken);
        string captions = File.ReadAllText(Path.Combine(_folder, SceneFiles.Captions));
        Assert.Equal(first, SceneFiles.Write(_folder, recipes, 48, null, TestContext.Current.CancellationToken));
        Assert.Equal(captions, File.ReadAllText(Path.Combine(_folder, SceneFiles.Captions)));
    }

    [Fact]
    public void Write_SeveralOfOneRelation_GroupsThem()
    {
        SceneRecipe[] recipes = [.. SceneGallery.Create(new SceneGalleryOptions { Count = 8, ClutterShare = 0 })];
        SceneFiles.Write(_folder, [.. recipes, .. recipes.Select(recipe => recipe with { LayoutSeed = recipe.LayoutSeed + 1 })], 32, null, TestContext.Current.CancellationToken);
        IReadOnlyList<SeedGroup> groups = SeedGroup.ReadAll(Path.Combine(_folder, SceneFiles.Groups));
        Assert.Equal(8, groups.Count);
        Assert.All(groups, group =>
        {
            Assert.Equal(2, group.ImageUrls.Count);
            Assert.All(group.ImageUrls, url => Assert.True(File.Exists(Path.Combine(_folder, url))));
        });
    }
}
