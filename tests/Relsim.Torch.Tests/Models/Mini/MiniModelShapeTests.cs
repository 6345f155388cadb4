using System.Text;
using Relsim.Torch.Models.Mini;
using static TorchSharp.torch;

namespace Relsim.Torch.Tests.Models.Mini;

/// <summary>Published weights are found by these names: a line that changes here breaks every checkpoint.</summary>
[Trait("Kind", "Shape")]
public sealed class MiniModelShapeTests
{
    private const string Golden = "mini-parameters.golden.txt";

    [Fact]
    public void StateDict_DefaultConfiguration_HasTheNamesAndShapesOfTheGoldenFile()
    {
        using var model = new MiniModel(MiniConfig.Default);
        string actual = string.Concat(model.state_dict()
            .OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => $"{pair.Key} {pair.Value.dtype} [{string.Join(", ", pair.Value.shape)}]\n"));

        using Stream stream = typeof(MiniModelShapeTests).Assembly.GetManifestResourceStream(Golden)!;
        using var reader = new StreamReader(stream, Encoding.UTF8);

        Assert.Equal(reader.ReadToEnd().ReplaceLineEndings("\n"), actual);
    }

    [Fact]
    public void EncodeImages_AnyBatch_GivesTheShapesOfTheConfiguration()
    {
        MiniConfig config = TinyMini.Config(side: 48);
        using MiniModel model = TinyMini.Model(config);
        using Tensor images = rand(3, 3, 48, 48);

        ImageFeatures features = model.EncodeImages(images);
        using Tensor texts = model.EncodeTexts(["one", "two"]);

        Assert.Equal([3, config.RelationalDimension], features.Relational.shape);
        Assert.Equal([3, config.AttributeDimension], features.Attribute.shape);
        Assert.Equal([3], features.Interest.shape);
        Assert.Equal([2, config.RelationalDimension], texts.shape);
        Assert.All([features.Relational, features.Attribute, features.Interest, texts], tensor => Assert.Equal(ScalarType.Float32, tensor.dtype));
    }
}
