using Relsim.Imaging;
using Relsim.Torch.Models.Qwen25VL;
using Relsim.Torch.Nn;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Relsim.Torch.Tests.Models.Qwen25VL;

/// <summary>A small model of random weights, for what needs no reference.</summary>
internal static class TinyLanguage
{
    public const int PaddingId = 0;

    public static Qwen25VLConfig Config { get; } = new()
    {
        HiddenSize = 40,
        IntermediateSize = 72,
        NumHiddenLayers = 3,
        NumAttentionHeads = 4,
        NumKeyValueHeads = 2,
        RmsNormEps = 1e-6,
        RopeTheta = 10000,
        RopeScaling = new Qwen25VLRopeScaling([1, 2, 2]),
        VocabSize = 97,
        TieWordEmbeddings = false,
        ImageTokenId = 90,
        VideoTokenId = 91,
        VisionStartTokenId = 92,
        VisionConfig = TinyVision.Config,
    };

    /// <summary>An image of 4 x 6 patches, which are 6 tokens.</summary>
    public static GridThw Grid { get; } = new(1, 4, 6);

    /// <summary>Text, an image, text, a token (80) that stands once, text; prompts of different lengths begin with the same four tokens.</summary>
    public static int[][] Prompts { get; } =
    [
        [5, 6, 7, 8, .. Image, 9, 80, 10],
        [5, 6, 7, 8, 11, 12, .. Image, 13, 14, 15, 80, 16, 17, 18],
        [5, 6, 7, 8, .. Image, .. Image, 80],
    ];

    /// <summary>The images of <see cref="Prompts"/>, in order.</summary>
    public static GridThw[] Grids { get; } = [Grid, Grid, Grid, Grid];

    private static int[] Image => [92, .. Enumerable.Repeat(90, 6)];

    public static Qwen25VLModel Model(ScalarType type = ScalarType.Float32, Qwen25VLConfig? config = null)
    {
        using DisposeScope scope = NewDisposeScope();
        var model = new Qwen25VLModel(config ?? Config);
        using var generator = new Generator(11);
        foreach (WeightLayer layer in model.modules().OfType<WeightLayer>())
        {
            foreach ((string name, Parameter parameter) in layer.named_parameters(recurse: false).ToArray())
            {
                Tensor values = randn(parameter.shape, generator: generator) * (layer is TokenEmbedding ? 1f : 0.15f);
                layer.Bind(name, (layer is RmsNorm ? values + 1 : values).to_type(type).DetachFromDisposeScope());
            }
        }

        model.eval();
        return model;
    }

    /// <summary>Made-up image embeddings of so many images, [I, D].</summary>
    public static Tensor Images(int count)
    {
        using var generator = new Generator(5);
        return randn([count * 6, Config.HiddenSize], generator: generator);
    }
}
