using Relsim.Torch.Weights;
using Relsim.Torch.Weights.Peft;

namespace Relsim.Torch.Tests.Weights.Peft;

public sealed class PeftConfigTests
{
    private const string Path = "model.layers.11.self_attn.q_proj";

    [Theory]
    [InlineData("""{"peft_type":"LORA","r":4,"lora_alpha":8,"target_modules":["q_proj"]}""", 4, 2)]
    [InlineData("""{"peft_type":"LORA","r":4,"lora_alpha":8,"target_modules":["q_proj"],"use_rslora":true}""", 4, 4)]
    [InlineData("""{"peft_type":"LORA","r":4,"lora_alpha":8,"target_modules":["q_proj"],"rank_pattern":{"layers.11.self_attn.q_proj":2}}""", 2, 4)]
    [InlineData("""{"peft_type":"LORA","r":4,"lora_alpha":8,"target_modules":["q_proj"],"rank_pattern":{"layers\\.1.\\..*":2},"alpha_pattern":{"layers\\.1.\\..*":3}}""", 2, 1.5)]
    [InlineData("""{"peft_type":"LORA","r":4,"lora_alpha":8,"target_modules":["q_proj"],"alpha_pattern":{"model.layers.11.self_attn.q_proj":1}}""", 4, 0.25)]
    [InlineData("""{"peft_type":"LORA","r":4,"lora_alpha":8,"target_modules":["q_proj"],"rank_pattern":{"layers.1.self_attn.q_proj":2,"q_pro":3}}""", 4, 2)]
    public void At_WithPatterns_GivesRankAndScale(string json, int rank, double scale)
    {
        PeftConfig config = Read(json);

        Assert.Equal((rank, scale), config.At(Path));
    }

    [Theory]
    [InlineData("""["q_proj","v_proj"]""", true)]
    [InlineData("""["self_attn.q_proj"]""", true)]
    [InlineData("""["model.layers.11.self_attn.q_proj"]""", true)]
    [InlineData("""["proj"]""", false)]
    [InlineData("""["attn.q_proj"]""", false)]
    [InlineData("""[]""", false)]
    [InlineData("\".*self_attn.*(q|v)_proj\"", true)]
    [InlineData("\".*self_attn.*(q|v)_pro\"", false)]
    [InlineData("\"^(?!.*visual).*(?P<kind>q)_proj\"", true)]
    [InlineData("\"self_attn\"", false)]
    [InlineData("\"q_proj|.*q_proj\"", true)]
    [InlineData("\"all-linear\"", true)]
    public void Targets_NamesAndPatterns_FollowPeft(string targets, bool expected) =>
        Assert.Equal(expected, Read($$"""{"peft_type":"LORA","r":4,"lora_alpha":8,"target_modules":{{targets}}}""").Targets(Path));

    [Fact]
    public void Targets_ExcludedModules_AreNotJoined()
    {
        PeftConfig config = Read("""{"peft_type":"LORA","r":4,"lora_alpha":8,"target_modules":["q_proj"],"exclude_modules":".*\\.11\\..*"}""");

        Assert.False(config.Targets(Path));
        Assert.True(config.Targets("model.layers.12.self_attn.q_proj"));
        Assert.False(Read("""{"peft_type":"LORA","r":4,"lora_alpha":8,"target_modules":"all-linear"}""").Targets("lm_head"));
    }

    [Theory]
    [InlineData("\"use_dora\":true", "use_dora is true")]
    [InlineData("\"bias\":\"lora_only\"", "bias is 'lora_only'")]
    [InlineData("\"modules_to_save\":[\"embed_tokens\",\"classifier\"]", "classifier")]
    [InlineData("\"fan_in_fan_out\":true", "fan_in_fan_out")]
    [InlineData("\"lora_bias\":true", "lora_bias")]
    [InlineData("\"layers_to_transform\":[1]", "layers_to_transform is [1]")]
    [InlineData("\"layer_replication\":[[0,2]]", "layer_replication")]
    [InlineData("\"init_lora_weights\":\"pissa\"", "init_lora_weights is \"pissa\"")]
    [InlineData("\"a_setting_of_tomorrow\":1", "a_setting_of_tomorrow is 1")]
    [InlineData("\"rank_pattern\":{\"(\":2}", "regular expression")]
    [InlineData("\"rank_pattern\":{\"a\":0}", "not positive")]
    [InlineData("\"r\":5", "cannot be read")]
    public void Read_SettingThatIsNotSupported_IsAnErrorThatNamesIt(string setting, string fault)
    {
        WeightsException e = Assert.Throws<WeightsException>(
            () => Read($$"""{"peft_type":"LORA","r":4,"lora_alpha":8,"target_modules":["q_proj"],{{setting}}}"""));

        Assert.Contains(fault, e.Message, StringComparison.Ordinal);
        Assert.EndsWith("adapter_config.json", e.FilePath, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"peft_type":"IA3","r":4,"lora_alpha":8,"target_modules":["q_proj"]}""", "'IA3'")]
    [InlineData("""{"peft_type":"LORA","r":0,"lora_alpha":8,"target_modules":["q_proj"]}""", "r is 0")]
    [InlineData("""{"peft_type":"LORA","r":4,"lora_alpha":8}""", "target_modules")]
    [InlineData("""{"peft_type":"LORA","r":4,"lora_alpha":8,"target_modules":null}""", "cannot be read")]
    [InlineData("""{"peft_type":"LORA","r":4,"lora_alpha":8,"target_modules":"("}""", "regular expression")]
    [InlineData("""{"peft_type":"LORA","r":"four","lora_alpha":8,"target_modules":["q_proj"]}""", "cannot be read")]
    [InlineData("null", "cannot be read")]
    [InlineData("", "cannot be read")]
    public void Read_FileThatIsNotOfLora_IsAnErrorThatSaysWhy(string json, string fault) =>
        Assert.Contains(fault, Assert.Throws<WeightsException>(() => Read(json)).Message, StringComparison.Ordinal);

    private static PeftConfig Read(string json)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("adapter_config.json"), json);
        return PeftConfig.Read(folder.File("adapter_config.json"));
    }
}
