using System.Text.Json.Nodes;
using Relsim.Torch.Models.Qwen25VL;

namespace Relsim.Torch.Tests.Models.Qwen25VL;

public sealed class VisionConfigTests
{
    [Theory]
    [InlineData("window_size", 13, "window_size 13")]
    [InlineData("patch_size", 0, "patch_size")]
    [InlineData("spatial_merge_size", 0, "spatial_merge_size")]
    [InlineData("num_heads", 3, "3 heads")]
    public void Parse_VisionTowerThatCannotBe_SaysWhatIsWrong(string key, int value, string expected)
    {
        string path = ReferenceFolder.Files("config.json").First(file => File.ReadAllText(file).Contains("fullatt_block_indexes", StringComparison.Ordinal));
        JsonNode root = JsonNode.Parse(File.ReadAllText(path))!;
        root["vision_config"]!["hidden_size"] = 64;
        root["vision_config"]![key] = value;

        InvalidDataException e = Assert.Throws<InvalidDataException>(() => Qwen25VLConfig.Parse(root.ToJsonString()));

        Assert.Contains(expected, e.Message, StringComparison.Ordinal);
    }
}
