using Relsim.Torch.Models.Qwen25VL;

namespace Relsim.Torch.Tests.Models.Qwen25VL;

public sealed class GenerationOptionsTests
{
    [Fact]
    public void Read_EveryKey_TakesItsValue()
    {
        GenerationOptions options = Read("""
            {"do_sample": true, "temperature": 0.7, "top_k": 3, "top_p": 0.9, "repetition_penalty": 1.05, "eos_token_id": [7, 9], "max_new_tokens": 12, "num_beams": 1, "min_p": null}
            """);

        Assert.Equal((true, 0.7, 3, 0.9, 1.05, 12), (options.Sample, options.Temperature, options.TopK, options.TopP, options.RepetitionPenalty, options.MaxNewTokens));
        Assert.Equal([7, 9], options.StopTokens);
    }

    [Fact]
    public void Read_NoKey_IsAsTransformersBegins()
    {
        GenerationOptions options = Read("{}");

        Assert.Equal((false, 1.0, 50, 1.0, 1.0), (options.Sample, options.Temperature, options.TopK, options.TopP, options.RepetitionPenalty));
        Assert.Empty(options.StopTokens);
    }

    [Fact]
    public void Read_OneStopToken_IsAList() => Assert.Equal([5], Read("""{"eos_token_id": 5}""").StopTokens);

    [Theory]
    [InlineData("""{"num_beams": 4}""", "num_beams is 4")]
    [InlineData("""{"temperature": 0}""", "Temperature must be")]
    [InlineData("""{"top_p": 1.5}""", "TopP must be")]
    [InlineData("""{"top_k": -1}""", "TopK")]
    [InlineData("""{"repetition_penalty": 0}""", "RepetitionPenalty must be")]
    [InlineData("""{"max_new_tokens": 0}""", "MaxNewTokens")]
    [InlineData("""{"do_sample": "yes"}""", "")]
    [InlineData("""{"top_k": 1.5}""", "")]
    [InlineData("[]", "not a JSON object")]
    [InlineData("{", "")]
    public void Read_WhatCannotBeDone_NamesTheFileAndTheValue(string json, string expected)
    {
        InvalidDataException e = Assert.Throws<InvalidDataException>(() => Read(json));

        Assert.Contains("generation_config.json", e.Message, StringComparison.Ordinal);
        Assert.Contains(expected, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_SeveralGreedyResults_IsAnError() =>
        Assert.Contains("Samples must be 1", Assert.Throws<ArgumentOutOfRangeException>(() => new GenerationOptions { Samples = 2 }.Validate()).Message, StringComparison.Ordinal);

    private static GenerationOptions Read(string json)
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("generation_config.json");
        File.WriteAllText(path, json);
        return GenerationOptions.Read(path);
    }
}
