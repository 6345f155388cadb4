using Relsim.Torch.Models.Qwen25VL;

namespace Relsim.Torch.Tests.Models.Qwen25VL;

/// <summary>A small model of random weights, for what needs no reference.</summary>
internal static class TinyLanguage
{
    public static Qwen25VLConfig Config { get; } = new()
    {
        HiddenSize = 40,
        IntermediateSize = 72,
        NumHiddenLayers = 3,
        NumAttentionHeads = 5,
        NumKeyValueHeads = 1,
        RmsNormEps = 1e-6,
        RopeTheta = 10000,
        RopeScaling = new Qwen25VLRopeScaling([1, 2, 1]),
        VocabSize = 97,
        TieWordEmbeddings = false,
        ImageTokenId = 90,
        VideoTokenId = 91,
        VisionStartTokenId = 92,
        VisionConfig = TinyVision.Config,
    };
}
