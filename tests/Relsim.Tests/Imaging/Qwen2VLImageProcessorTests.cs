using Relsim.Imaging;

namespace Relsim.Tests.Imaging;

public sealed class Qwen2VLImageProcessorTests
{
    [Fact]
    public void Process_PictureOfKnownPixels_LaysPatchesOutInMergeOrder()
    {
        // Small numbers, so that the whole layout can be computed by hand: 2x2 pixels a patch, 2x2 patches a block, a grid of 2x4 patches.
        var options = new Qwen2VLImageOptions
        {
            PatchSize = 2,
            MergeSize = 2,
            TemporalPatchSize = 3,
            MinPixels = 1,
            MaxPixels = 1000,
            RescaleFactor = 1,
            ImageMean = [0, 0, 0],
            ImageStd = [1, 1, 1],
        };
        byte[] pixels = [.. Enumerable.Range(0, 8 * 4 * 3).Select(i => (byte)i)];

        ImagePatches patches = new Qwen2VLImageProcessor(options).Process(new RgbImage(8, 4, pixels));

        Assert.Equal(new GridThw(1, 2, 4), patches.Grid);
        Assert.Equal((8, 2), (patches.Grid.Patches, patches.Grid.Tokens(2)));
        (int Row, int Column)[] order = [(0, 0), (0, 1), (1, 0), (1, 1), (0, 2), (0, 3), (1, 2), (1, 3)];
        IEnumerable<float> expected =
            from patch in order
            from channel in Enumerable.Range(0, 3)
            from frame in Enumerable.Range(0, 3)
            from y in Enumerable.Range(0, 2)
            from x in Enumerable.Range(0, 2)
            select (float)((((((patch.Row * 2) + y) * 8) + (patch.Column * 2) + x) * 3) + channel);
        Assert.Equal(expected, patches.PixelValues);
    }

    [Fact]
    public void Read_BudgetInSizeAlone_IsTaken()
    {
        Qwen2VLImageOptions options = Read("""
            { "size": { "shortest_edge": 3136, "longest_edge": 9999 }, "patch_size": 14, "merge_size": 2, "temporal_patch_size": 2,
              "image_mean": [0.1, 0.2, 0.3], "image_std": [0.4, 0.5, 0.6], "min_pixels": null }
            """);

        Assert.Equal((3136L, 9999L, 28), (options.MinPixels, options.MaxPixels, options.Multiple));
        Assert.Equal(1 / 255.0, options.RescaleFactor);
    }

    [Theory]
    [InlineData("""{ "patch_size": 14 }""", "merge_size")]
    [InlineData("""{ "patch_size": 14, "merge_size": 2, "temporal_patch_size": 2, "image_mean": [0,0,0], "image_std": [1,1,1] }""", "min_pixels")]
    [InlineData("""{ "patch_size": 0, "merge_size": 2, "temporal_patch_size": 2, "image_mean": [0,0,0], "image_std": [1,1,1], "min_pixels": 1, "max_pixels": 2 }""", "PatchSize")]
    [InlineData("""{ "patch_size": 14, "merge_size": 2, "temporal_patch_size": 2, "image_mean": [0], "image_std": [1,1,1], "min_pixels": 1, "max_pixels": 2 }""", "three")]
    [InlineData("""{ "do_resize": false, "patch_size": 14, "merge_size": 2, "temporal_patch_size": 2, "image_mean": [0,0,0], "image_std": [1,1,1], "min_pixels": 1, "max_pixels": 2 }""", "do_resize")]
    public void Read_BadConfiguration_NamesFileAndFault(string json, string named)
    {
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => Read(json));

        Assert.Contains("preprocessor_config.json", error.Message, StringComparison.Ordinal);
        Assert.Contains(named, error.Message, StringComparison.OrdinalIgnoreCase);
    }

    private static Qwen2VLImageOptions Read(string json)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("relsim-test-");
        try
        {
            string path = Path.Combine(folder.FullName, "preprocessor_config.json");
            File.WriteAllText(path, json);
            return Qwen2VLImageOptions.Read(path);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
