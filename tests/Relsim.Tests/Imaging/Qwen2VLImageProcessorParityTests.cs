using System.Text.Json;
using Relsim.Imaging;

namespace Relsim.Tests.Imaging;

[Trait("Kind", "Parity")]
public sealed class Qwen2VLImageProcessorParityTests
{
    private const float Tolerance = 1e-6f;

    private static readonly ImagePreprocessor Native = new(PreprocessingProfiles.RelsimNative);

    [Fact]
    public void Apply_RelsimNativeProfile_EqualsFetchImage()
    {
        int compared = 0;
        foreach ((string name, ReferenceImages.Golden expected) in ReferenceImages.ReadSafetensors(ReferenceImages.Find("qwen2vl_image_processor", "resized_uint8.safetensors")))
        {
            string file = name[(name.IndexOf('.', StringComparison.Ordinal) + 1)..];
            RgbImage source = name.StartsWith("relsim.", StringComparison.Ordinal)
                ? ReferenceImages.Decode(file)
                : new ImageDecoder().Load(ReferenceImages.Find("images", file), DecodeConventions.Pillow with { Alpha = AlphaHandling.OnWhite });
            RgbImage actual = Native.Apply(source);

            Assert.Equal((name, expected.Width, expected.Height), (name, actual.Width, actual.Height));
            Assert.True(expected.Bytes.AsSpan().SequenceEqual(actual.Pixels), $"{name} differs.");
            compared++;
        }

        Assert.True(compared > 0, "The reference holds no resized image.");
    }

    [Fact]
    public void Process_ReferenceImages_EqualsPixelValues()
    {
        var processor = new Qwen2VLImageProcessor();
        int compared = 0;
        foreach ((string name, ReferenceImages.Golden expected) in ReferenceImages.ReadSafetensors(ReferenceImages.Find("qwen2vl_image_processor", "pixel_values.safetensors")))
        {
            string path = name[..name.IndexOf('.', StringComparison.Ordinal)];
            if (path == "budget")
            {
                continue;
            }

            RgbImage source = ReferenceImages.Decode(name[(path.Length + 1)..]);
            AssertClose(name, expected, processor.Process(path == "hf" ? source : Native.Apply(source)).PixelValues);
            compared++;
        }

        Assert.True(compared > 0, "The reference holds no pixel values.");
    }

    [Fact]
    public void Process_SmallBudget_EqualsReference()
    {
        var tensors = ReferenceImages.ReadSafetensors(ReferenceImages.Find("qwen2vl_image_processor", "pixel_values.safetensors"));
        using JsonDocument meta = Meta("qwen2vl_image_processor");
        JsonElement budget = meta.RootElement.GetProperty("_budget");
        var processor = new Qwen2VLImageProcessor(new Qwen2VLImageOptions
        {
            MinPixels = budget.GetProperty("min_pixels").GetInt64(),
            MaxPixels = budget.GetProperty("max_pixels").GetInt64(),
        });

        AssertPatches("budget", tensors["budget.pixel_values"], tensors["budget.image_grid_thw"], Names(budget.GetProperty("images")).Select(name => processor.Process(ReferenceImages.Decode(name))));
    }

    [Fact]
    public void Process_EveryPath_GivesTheReferenceGrids()
    {
        using JsonDocument meta = Meta("qwen2vl_image_processor");
        var processor = new Qwen2VLImageProcessor();
        int compared = 0;
        foreach (JsonProperty image in meta.RootElement.EnumerateObject().Where(entry => !entry.Name.StartsWith('_')))
        {
            RgbImage source = ReferenceImages.Decode(image.Name);
            AssertGrid(image.Name, image.Value.GetProperty("relsim_grid_thw"), processor.Process(Native.Apply(source)).Grid);
            if (image.Value.TryGetProperty("hf_grid_thw", out JsonElement grid))
            {
                AssertGrid(image.Name, grid, processor.Process(source).Grid);
            }
            else
            {
                Qwen2VLImageOptions options = processor.Options;
                Assert.Throws<ArgumentException>(() => SmartResize.Compute(
                    source.Width, source.Height, options.Multiple, options.MinPixels, options.MaxPixels, SmartResizeRule.TransformersStrict));
            }

            compared++;
        }

        Assert.True(compared > 0, "The reference holds no grid.");
    }

    [Fact]
    public void Process_ConversationImages_EqualsPixelValuesAndGrids()
    {
        int compared = 0;
        foreach (string folder in Directory.GetDirectories(ReferenceImages.Find(), "qwen25vl_*").Where(folder => File.Exists(Path.Combine(folder, "model", "preprocessor_config.json"))))
        {
            var processor = new Qwen2VLImageProcessor(Qwen2VLImageOptions.Read(Path.Combine(folder, "model", "preprocessor_config.json")));
            using JsonDocument meta = Meta(Path.GetFileName(folder));
            foreach (JsonProperty entry in meta.RootElement.GetProperty("cases").EnumerateObject())
            {
                var tensors = ReferenceImages.ReadSafetensors(Path.Combine(folder, $"case_{entry.Name}.safetensors"));
                if (tensors.TryGetValue("image_grid_thw", out ReferenceImages.Golden? grids))
                {
                    string[] images = Names(entry.Value.GetProperty("images_in_order"));
                    AssertPatches($"{folder} {entry.Name}", tensors.GetValueOrDefault("pixel_values"), grids, images.Select(name => processor.Process(ReferenceImages.Decode(name))));
                    compared++;
                }
            }
        }

        Assert.True(compared > 0, "The reference holds no conversation with an image.");
    }

    [Fact]
    public void Process_RelsimScorerImages_EqualsPixelValuesAndGrids()
    {
        using JsonDocument meta = Meta("relsim");
        int compared = 0;
        foreach (JsonProperty adapter in meta.RootElement.GetProperty("inference").EnumerateObject())
        {
            // An adapter whose goldens are those of another has no file of its own.
            string path = Path.Combine(ReferenceImages.Find("relsim"), $"golden_{adapter.Name}.safetensors");
            if (!File.Exists(path))
            {
                continue;
            }

            var processor = new Qwen2VLImageProcessor(Qwen2VLImageOptions.Read(ReferenceImages.Find("relsim", adapter.Name, "preprocessor_config.json")));
            var tensors = ReferenceImages.ReadSafetensors(path);
            int i = 0;
            foreach (JsonElement image in adapter.Value.GetProperty("images").EnumerateArray())
            {
                ImagePatches patches = processor.Process(Native.Apply(ReferenceImages.Decode(image.GetProperty("image").GetString()!)));
                AssertPatches($"{adapter.Name} {i}", tensors.GetValueOrDefault($"{i}.pixel_values"), tensors[$"{i}.image_grid_thw"], [patches]);
                i++;
                compared++;
            }
        }

        Assert.True(compared > 0, "The reference holds no scored image.");
    }

    [Fact]
    public void Process_RelsimTrainingImages_EqualsPixelsPixelValuesAndGrids()
    {
        using JsonDocument meta = Meta("relsim");
        var tensors = ReferenceImages.ReadSafetensors(ReferenceImages.Find("relsim", "golden_train_step.safetensors"));
        JsonElement train = meta.RootElement.GetProperty("train");
        var preprocessor = new ImagePreprocessor(PreprocessingProfiles.RelsimTrain448 with { Size = train.GetProperty("target_size").GetInt32() });
        RgbImage[] squares = [.. Names(train.GetProperty("images")).Select(name => preprocessor.Apply(ReferenceImages.Decode(name)))];

        Assert.All(squares, (square, i) => Assert.Equal(tensors[$"{i}.resized_rgb"].Bytes, square.Pixels));
        AssertPatches("train step", tensors["pixel_values"], tensors["image_grid_thw"], squares.Select(new Qwen2VLImageProcessor().Process));
    }

    [Fact]
    public void Process_Train448Image_EqualsGrid()
    {
        using JsonDocument meta = Meta("relsim");
        RgbImage source = ReferenceImages.Decode(meta.RootElement.GetProperty("train448").GetProperty("image").GetString()!);
        RgbImage square = new ImagePreprocessor(PreprocessingProfiles.RelsimTrain448).Apply(source);

        Assert.Equal(new ImageDecoder().Load(ReferenceImages.Find("relsim", "train448_resized.png")).Pixels, square.Pixels);
        AssertPatches(
            "train448", null, ReferenceImages.ReadSafetensors(ReferenceImages.Find("relsim", "golden_train448.safetensors"))["image_grid_thw"], [new Qwen2VLImageProcessor().Process(square)]);
    }

    private static JsonDocument Meta(string folder) => JsonDocument.Parse(File.ReadAllBytes(ReferenceImages.Find(folder, "meta.json")));

    private static string[] Names(JsonElement list) => [.. list.EnumerateArray().Select(name => name.GetString()!)];

    private static void AssertPatches(string name, ReferenceImages.Golden? pixelValues, ReferenceImages.Golden grids, IEnumerable<ImagePatches> actual)
    {
        ImagePatches[] patches = [.. actual];
        long[] expected = [.. grids.Longs];
        Assert.Equal(expected, patches.SelectMany(image => new long[] { image.Grid.T, image.Grid.H, image.Grid.W }));
        if (pixelValues is not null)
        {
            AssertClose(name, pixelValues, [.. patches.SelectMany(image => image.PixelValues)]);
        }
    }

    private static void AssertGrid(string name, JsonElement expected, GridThw actual) =>
        Assert.Equal((name, expected[0].GetInt32(), expected[1].GetInt32(), expected[2].GetInt32()), (name, actual.T, actual.H, actual.W));

    private static void AssertClose(string name, ReferenceImages.Golden expected, float[] actual)
    {
        Assert.Equal((name, expected.Floats.Length), (name, actual.Length));
        float worst = 0;
        for (int i = 0; i < actual.Length; i++)
        {
            worst = Math.Max(worst, MathF.Abs(expected.Floats[i] - actual[i]));
        }

        Assert.True(worst <= Tolerance, $"{name} differs by {worst}.");
    }
}
