using System.Text.Json.Nodes;
using Relsim.Imaging;
using Relsim.Torch.Models.Qwen25VL;
using Relsim.Torch.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Relsim.Torch.Tests.Models.Qwen25VL;

public sealed class RopeIndexTests
{
    [Fact]
    [Trait("Kind", "Parity")]
    public void Create_ReferenceCasesOfImagesAndVideos_PositionsAreTheReferences() =>
        Assert.All(ReferenceFolder.Files("cases.safetensors").Where(path => FolderOf(path) == "qwen25vl_rope_index"), path =>
        {
            // The cases have the published models' token ids and constants, which every manifest holds.
            Qwen25VLConfig config = Qwen25VLConfig.Parse(
                JsonNode.Parse(File.ReadAllText(ReferenceFolder.Files("*.json").First(file => FolderOf(file) == "qwen25vl_manifests")))!["config"]!.ToJsonString());
            using SafetensorsFile file = SafetensorsFile.Open(path);
            string[] cases = [.. file.Tensors.Keys.Where(key => key.EndsWith(".input_ids", StringComparison.Ordinal)).Select(key => key[..^"input_ids".Length])];
            Assert.NotEmpty(cases);
            Assert.All(cases, name => Compare(file, name, config));
        });

    [Fact]
    [Trait("Kind", "Parity")]
    public void Create_ReferenceConversations_PositionsAreTheReferences() =>
        Assert.All(Qwen25VLReference.All(), reference => Assert.All(reference.Cases(), name =>
        {
            using SafetensorsFile file = reference.Open(name);
            Compare(file, "", reference.Config);
        }));

    [Theory]
    [InlineData(1, 1, "no image is left")]
    [InlineData(5, 2, "needs 4 tokens, 1 are there")]
    public void Create_TokensThatFitNoGrid_SaysWhich(int imageTokens, int images, string expected)
    {
        int[] prompt = [7, .. Enumerable.Repeat(TinyLanguage.Config.ImageTokenId, imageTokens), 8];
        GridThw[] grids = [.. Enumerable.Repeat(new GridThw(1, 4, 4), images - (imageTokens == 1 ? 1 : 0))];

        ArgumentException e = Assert.Throws<ArgumentException>(() => RopeIndex.Create(TinyLanguage.Config, TokenBatch.Of([prompt], 0), grids));

        Assert.Contains(expected, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Create_ImageWithoutTokens_IsAnError()
    {
        ArgumentException e = Assert.Throws<ArgumentException>(() => RopeIndex.Create(TinyLanguage.Config, TokenBatch.Of([[7, 8]], 0), [new GridThw(1, 4, 4)]));

        Assert.Contains("1 images", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Create_RowWithoutToken_IsAnError() => Assert.Throws<ArgumentException>(() => TokenBatch.Of([[7], []], 0));

    private static void Compare(SafetensorsFile file, string prefix, Qwen25VLConfig config)
    {
        TokenBatch batch = Qwen25VLReference.Batch(file, prefix);
        float[]? seconds = null;
        if (file.Tensors.ContainsKey($"{prefix}second_per_grid_ts"))
        {
            using Tensor stored = file.Read($"{prefix}second_per_grid_ts"), single = stored.to_type(ScalarType.Float32);
            seconds = single.data<float>().ToArray();
        }

        var index = RopeIndex.Create(config, batch, Grids($"{prefix}image_grid_thw"), Grids($"{prefix}video_grid_thw"), seconds);

        Assert.Equal(VisionReference.Integers(file, $"{prefix}position_ids"), index.PositionIds);
        Assert.Equal(VisionReference.Integers(file, $"{prefix}rope_deltas"), index.RopeDeltas);
        Assert.Equal(index.RopeDeltas.Select(delta => delta + batch.Length), index.Next);

        GridThw[] Grids(string name) => file.Tensors.ContainsKey(name) ? VisionReference.Grids(file, name) : [];
    }

    private static string? FolderOf(string path) => Path.GetFileName(Path.GetDirectoryName(path));
}
