using System.Text.Json.Nodes;
using Relsim.Torch.Models.Qwen25VL;

namespace Relsim.Torch.Tests.Models.Qwen25VL;

/// <summary>The published models' weights are found by these names.</summary>
[Trait("Kind", "Shape")]
public sealed class VisionTowerShapeTests
{
    [Fact]
    public void StateDict_EveryPublishedSize_HasItsNamesAndShapes() =>
        Assert.All(ReferenceFolder.Files("*.json").Where(path => Path.GetFileName(Path.GetDirectoryName(path)) == "qwen25vl_manifests"), path =>
        {
            JsonNode manifest = JsonNode.Parse(File.ReadAllText(path))!;
            Qwen25VLConfig config = Qwen25VLConfig.Parse(manifest["config"]!.ToJsonString());
            using var tower = new VisionTower(config.VisionConfig);

            IEnumerable<string> expected = manifest["state_dict_shapes"]!.AsObject()
                .Where(pair => pair.Key.StartsWith(VisionTower.Prefix, StringComparison.Ordinal))
                .Select(pair => $"{pair.Key} [{string.Join(", ", pair.Value!.AsArray().Select(size => (long)size!))}]");
            IEnumerable<string> actual = tower.state_dict()
                .Select(pair => $"{VisionTower.Prefix}{pair.Key} [{string.Join(", ", pair.Value.shape)}]");

            Assert.Equal(expected.Order(StringComparer.Ordinal), actual.Order(StringComparer.Ordinal));
        });
}
