using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Relsim.Imaging;

namespace Relsim.Tests.Imaging;

public sealed partial class ImageProcessorConfigTests : IDisposable
{
    private const string Clip =
        """
        { "crop_size": { "height": 56, "width": 56 }, "do_center_crop": true, "do_convert_rgb": true, "do_normalize": true, "do_rescale": true, "do_resize": true,
          "image_mean": [0.48145466, 0.4578275, 0.40821073], "image_processor_type": "CLIPImageProcessor", "image_std": [0.26862954, 0.26130258, 0.27577711],
          "resample": 3, "rescale_factor": 0.00392156862745098, "size": { "shortest_edge": 60 } }
        """;

    // As openai/clip-vit-large-patch14 and facebook/dino-vitb16 were published.
    private const string OldClip =
        """
        { "crop_size": 224, "do_center_crop": true, "do_normalize": true, "do_resize": true, "feature_extractor_type": "CLIPFeatureExtractor",
          "image_mean": [0.48145466, 0.4578275, 0.40821073], "image_std": [0.26862954, 0.26130258, 0.27577711], "resample": 3, "size": 224 }
        """;

    private const string OldViT =
        """
        { "do_normalize": true, "do_resize": true, "feature_extractor_type": "ViTFeatureExtractor", "image_mean": [0.485, 0.456, 0.406],
          "image_std": [0.229, 0.224, 0.225], "resample": 2, "size": 224 }
        """;

    private const string Bit =
        """
        { "crop_size": { "height": 224, "width": 224 }, "do_center_crop": true, "do_normalize": true, "do_rescale": true, "do_resize": true,
          "image_mean": [0.485, 0.456, 0.406], "image_processor_type": "BitImageProcessor", "image_std": [0.229, 0.224, 0.225], "resample": 3,
          "rescale_factor": 0.00392156862745098, "size": { "shortest_edge": 256 } }
        """;

    private readonly string path = Path.GetTempFileName();

    public void Dispose() => File.Delete(path);

    [Fact]
    public void ReadProfile_PublishedFiles_AreTheBuiltInProfiles()
    {
        Assert.Same(PreprocessingProfiles.Clip224, Read(OldClip, "clip"));
        Assert.Same(PreprocessingProfiles.Dino224, Read(OldViT, "dino"));
        Assert.Same(PreprocessingProfiles.DinoV2224, Read(Bit, "dinov2"));
        Assert.Same(PreprocessingProfiles.DinoV2224, Read(Bit.Replace("BitImageProcessor", "BitImageProcessorFast", StringComparison.Ordinal), "dinov2"));
    }

    [Fact]
    public void ReadProfile_OtherValues_GiveAProfileOfTheirOwn()
    {
        PreprocessingProfile profile = Read(Clip, "clip");
        Assert.Equal(("clip-56", 56, ImageFit.ShortestEdgeCrop, 60, ResampleFilter.Bicubic), (profile.Name, profile.Size, profile.Fit, profile.ResizeEdge, profile.Filter));

        PreprocessingProfile bicubic = Read(OldViT.Replace("\"resample\": 2", "\"resample\": 3", StringComparison.Ordinal), "dino");
        Assert.Equal(("dino-224-own", ResampleFilter.Bicubic), (bicubic.Name, bicubic.Filter));

        PreprocessingProfile squashed = Read(Clip.Replace("{ \"shortest_edge\": 60 }", "{ \"height\": 56, \"width\": 56 }", StringComparison.Ordinal), "clip");
        Assert.Equal((ImageFit.Squash, 0), (squashed.Fit, squashed.ResizeEdge));

        PreprocessingProfile mean = Read(OldClip.Replace("0.4578275", "0.4578276", StringComparison.Ordinal), "clip");
        Assert.NotEqual(PreprocessingProfiles.Clip224.Fingerprint, mean.Fingerprint);
    }

    [Theory]
    [InlineData("\"CLIPImageProcessor\"", "\"SiglipImageProcessor\"", "SiglipImageProcessor")]
    [InlineData("\"image_processor_type\"", "\"processor\"", "image_processor_type")]
    [InlineData("\"do_rescale\": true", "\"do_rescale\": false", "do_rescale")]
    [InlineData("\"do_center_crop\": true", "\"do_center_crop\": false", "do_center_crop")]
    [InlineData("\"resample\": 3", "\"resample\": 0", "resample 0")]
    [InlineData("\"resample\": 3,", "", "resample")]
    [InlineData("\"image_mean\"", "\"mean\"", "image_mean")]
    [InlineData("0.48145466, 0.4578275", "0.4578275", "means")]
    [InlineData("\"height\": 56, \"width\": 56", "\"height\": 56, \"width\": 57", "crop_size")]
    [InlineData("\"height\": 56, \"width\": 56", "\"height\": -1, \"width\": -1", "-1")]
    [InlineData("\"shortest_edge\": 60", "\"shortest_edge\": 1e99", "configuration")]
    [InlineData("\"shortest_edge\": 60", "\"shortest_edge\": 99999", "99999")]
    [InlineData("\"shortest_edge\": 60", "\"longest_edge\": 60", "longest_edge")]
    [InlineData("{ \"shortest_edge\": 60 }", "\"small\"", "configuration")]
    [InlineData("{ \"shortest_edge\": 60 }", "{ \"height\": 60, \"width\": 60 }", "60")]
    [InlineData("\"crop_size\"", "\"crop\"", "crop_size")]
    [InlineData("} }", "}", "configuration")]
    public void ReadProfile_AnotherProcessorOrADamagedFile_NamesFileAndFault(string old, string replacement, string fault)
    {
        Assert.Contains(old, Clip, StringComparison.Ordinal);

        InvalidDataException e = Assert.Throws<InvalidDataException>(() => Read(Clip.Replace(old, replacement, StringComparison.Ordinal), "clip"));

        Assert.Contains(path, e.Message, StringComparison.Ordinal);
        Assert.Contains(fault, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ReadProfile_NoFile_NamesIt() =>
        Assert.Contains("nowhere.json", Assert.Throws<InvalidDataException>(() => ImageProcessorConfig.ReadProfile("nowhere.json", "clip")).Message, StringComparison.Ordinal);

    [Fact]
    [Trait("Kind", "Parity")]
    public void Apply_ProfileOfEveryFolder_GivesTheReferencePixels()
    {
        int compared = 0;
        foreach ((string folder, string model) in Folders())
        {
            PreprocessingProfile own = ImageProcessorConfig.ReadProfile(Path.Combine(model, ImageProcessorConfig.FileName), "own");
            foreach ((string name, ReferenceImages.Golden golden) in ReferenceImages.ReadSafetensors(Path.Combine(folder, "golden.safetensors")))
            {
                if (ResizedName().Match(name) is not { Success: true } match)
                {
                    continue;
                }

                int edge = int.Parse(match.Groups["edge"].ValueSpan, CultureInfo.InvariantCulture);
                int size = match.Groups["size"].Success ? int.Parse(match.Groups["size"].ValueSpan, CultureInfo.InvariantCulture) : edge;
                RgbImage actual = new ImagePreprocessor(own with { Size = size, ResizeEdge = edge }).Apply(ReferenceImages.Decode(match.Groups["image"].Value));
                Assert.Equal((name, golden.Width, golden.Height), (name, actual.Width, actual.Height));
                Assert.True(golden.Bytes.AsSpan().SequenceEqual(actual.Pixels), $"{folder}: {name} differs.");
                compared++;
            }
        }

        Assert.SkipWhen(compared == 0, "The reference folder holds no resized and cropped image.");
    }

    [Fact]
    [Trait("Kind", "Parity")]
    public void Fill_ImagesOfEveryFolder_GivesTheReferencePixelValues()
    {
        int compared = 0;
        foreach ((string folder, string model) in Folders())
        {
            PreprocessingProfile own = ImageProcessorConfig.ReadProfile(Path.Combine(model, ImageProcessorConfig.FileName), "own");
            using var meta = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "meta.json")));
            RgbImage[] images = [.. meta.RootElement.GetProperty("images").EnumerateArray().Select(name => ReferenceImages.Decode(name.GetString()!))];
            foreach ((string name, ReferenceImages.Golden golden) in ReferenceImages.ReadSafetensors(Path.Combine(folder, "golden.safetensors")))
            {
                if (PixelsName().Match(name) is not { Success: true } match)
                {
                    continue;
                }

                PreprocessingProfile profile = match.Groups["filter"].Success ? own with { Filter = Enum.Parse<ResampleFilter>(match.Groups["filter"].Value, ignoreCase: true) } : own;
                var preprocessor = new ImagePreprocessor(profile);
                int length = golden.Floats.Length / images.Length;
                for (int i = 0; i < images.Length; i++)
                {
                    float[] planes = new float[3 * profile.Size * profile.Size];
                    profile.Normalization!.Fill(preprocessor.Apply(images[i]), planes);
                    Assert.Equal(length, planes.Length);
                    float worst = planes.Zip(golden.Floats.Slice(i * length, length).ToArray(), (x, y) => Math.Abs(x - y)).Max();
                    Assert.True(worst <= 1e-6f, $"{folder}: {name}[{i}] differs by {worst}.");
                    compared++;
                }
            }
        }

        Assert.SkipWhen(compared == 0, "The reference folder holds no pixel values of such a processor.");
    }

    /// <summary>Every folder with goldens of a model whose processor makes squares, and the model's.</summary>
    private static IEnumerable<(string Root, string Model)> Folders() =>
        from file in Directory.GetFiles(ReferenceImages.Find(), ImageProcessorConfig.FileName, SearchOption.AllDirectories).Order(StringComparer.Ordinal)
        let model = Path.GetDirectoryName(file)!
        let root = Path.GetDirectoryName(model)!
        where File.Exists(Path.Combine(root, "golden.safetensors")) && File.Exists(Path.Combine(root, "meta.json")) && !File.ReadAllText(file).Contains("Qwen", StringComparison.Ordinal)
        select (root, model);

    [GeneratedRegex(@"\Aresized_cropped_(?<edge>\d+)_((?<size>\d+)_)?uint8\.(?<image>.+)\z", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex ResizedName();

    [GeneratedRegex(@"\Apixel_values(_(?<filter>[a-z]+))?\z", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex PixelsName();

    private PreprocessingProfile Read(string json, string family)
    {
        File.WriteAllText(path, json);
        return ImageProcessorConfig.ReadProfile(path, family);
    }
}
