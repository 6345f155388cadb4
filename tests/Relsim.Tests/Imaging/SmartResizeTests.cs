using System.Text.Json;
using Relsim.Imaging;

namespace Relsim.Tests.Imaging;

public sealed class SmartResizeTests
{
    private static readonly Dictionary<string, SmartResizeRule> Rules = new(StringComparer.Ordinal)
    {
        ["qwen_vl_utils"] = SmartResizeRule.QwenVlUtils,
        ["transformers_4.57"] = SmartResizeRule.Transformers,
        ["transformers_4.50.0"] = SmartResizeRule.TransformersStrict,
    };

    [Fact]
    [Trait("Kind", "Parity")]
    public void Compute_ReferenceCases_EqualsEachImplementation()
    {
        using var cases = JsonDocument.Parse(File.ReadAllBytes(ReferenceImages.Find("qwen2vl_image_processor", "smart_resize.json")));
        int compared = 0;
        foreach (JsonElement entry in cases.RootElement.GetProperty("cases").EnumerateArray())
        {
            foreach ((string name, SmartResizeRule rule) in Rules)
            {
                JsonElement expected = entry.GetProperty(name);
                (int Width, int Height) Compute() => SmartResize.Compute(
                    entry.GetProperty("width").GetInt32(), entry.GetProperty("height").GetInt32(), 28,
                    entry.GetProperty("min_pixels").GetInt64(), entry.GetProperty("max_pixels").GetInt64(), rule);
                if (expected.ValueKind == JsonValueKind.String || expected[0].GetInt32() * expected[1].GetInt32() == 0)
                {
                    Assert.Throws<ArgumentException>(() => Compute());
                }
                else
                {
                    Assert.Equal((entry.ToString(), expected[1].GetInt32(), expected[0].GetInt32()), (entry.ToString(), Compute().Width, Compute().Height));
                }

                compared++;
            }
        }

        Assert.True(compared > 0, "The reference holds no case.");
    }

    [Theory]
    [InlineData(SmartResizeRule.QwenVlUtils)]
    [InlineData(SmartResizeRule.TransformersStrict)]
    public void Compute_NothingLeftOfTheShortSide_ThrowsWhereTheNewestRuleKeepsAMultiple(SmartResizeRule rule)
    {
        Assert.Throws<ArgumentException>(() => SmartResize.Compute(5600, 28, 28, 3136, 100_352, rule));
        Assert.Equal((4480, 28), SmartResize.Compute(5600, 28, 28, 3136, 100_352, SmartResizeRule.Transformers));
    }
}
