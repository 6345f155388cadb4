using System.Text.Json;

namespace Relsim.Torch.Models.Qwen25VL;

/// <summary>How text is generated. Names and meaning are those of transformers' generation_config.json.</summary>
internal sealed record GenerationOptions
{
    // What the file may ask for beyond this record, and the value by which it asks for nothing.
    private static readonly (string Key, double Neutral)[] Unsupported =
    [
        ("num_beams", 1), ("num_beam_groups", 1), ("penalty_alpha", 0), ("typical_p", 1), ("min_p", 0), ("epsilon_cutoff", 0), ("eta_cutoff", 0),
        ("no_repeat_ngram_size", 0), ("encoder_repetition_penalty", 1), ("encoder_no_repeat_ngram_size", 0), ("diversity_penalty", 0),
        ("guidance_scale", 1), ("min_new_tokens", 0), ("min_length", 0),
    ];

    /// <summary>Tokens generated at most for a prompt, at least 1. Default: 128.</summary>
    public int MaxNewTokens { get; init; } = 128;

    /// <summary>Whether tokens are drawn by their probability rather than the likeliest taken. Default: false.</summary>
    public bool Sample { get; init; }

    /// <summary>Divides the logits before tokens are drawn, above 0. Default: 1.</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>Tokens are drawn from so many of the likeliest and those as likely as the last of them; 0 for all. Default: 50, as in transformers.</summary>
    public int TopK { get; init; } = 50;

    /// <summary>Tokens are drawn from the likeliest that together have this probability, above 0 and at most 1. Default: 1.</summary>
    public double TopP { get; init; } = 1;

    /// <summary>
    /// Divides positive logits and multiplies negative ones of tokens in the prompt or generated already, above 0 (Keskar et al. 2019, section 4.1).
    /// Default: 1, which does nothing.
    /// </summary>
    public double RepetitionPenalty { get; init; } = 1;

    /// <summary>Whether the padding token counts as part of a padded prompt for the penalty, as in transformers; a result then depends on the batch. Default: false.</summary>
    public bool PenalizePadding { get; init; }

    /// <summary>Tokens after which a prompt is finished; each is part of the result. Default: none.</summary>
    public IReadOnlyList<int> StopTokens { get; init; } = [];

    /// <summary>Results for each prompt, drawn independently; more than one needs <see cref="Sample"/>. Default: 1.</summary>
    public int Samples { get; init; } = 1;

    /// <summary>Decides what is drawn. The same seed gives the same tokens for a prompt, whatever the others of its batch. Default: 0.</summary>
    public ulong Seed { get; init; }

    /// <summary>Reads generation_config.json; what it leaves out is as in transformers, which is how this record begins.</summary>
    /// <exception cref="InvalidDataException">It is missing, not JSON, out of range, or asks for what is not done here; the message names it.</exception>
    public static GenerationOptions Read(string path)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
            GenerationOptions options = Parse(document.RootElement);
            options.Validate();
            return options;
        }
        catch (Exception e) when (e is JsonException or InvalidDataException or IOException or InvalidOperationException or FormatException or ArgumentException)
        {
            throw new InvalidDataException($"{path} is no configuration of a generation: {e.Message}", e);
        }
    }

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One is out of its range; the message names it.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxNewTokens, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(TopK);
        ArgumentOutOfRangeException.ThrowIfLessThan(Samples, 1);
        Require(nameof(Temperature), Temperature, Temperature > 0 && double.IsFinite(Temperature), "a finite number above 0");
        Require(nameof(TopP), TopP, TopP is > 0 and <= 1, "above 0 and at most 1");
        Require(nameof(RepetitionPenalty), RepetitionPenalty, RepetitionPenalty > 0 && double.IsFinite(RepetitionPenalty), "a finite number above 0");
        Require(nameof(Samples), Samples, Samples == 1 || Sample, "1 where tokens are not drawn, since all would be the same");
    }

    private static GenerationOptions Parse(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw new InvalidDataException("it is not a JSON object.");
        }

        foreach ((string key, double neutral) in Unsupported)
        {
            if (Find(root, key) is JsonElement value && value.GetDouble() != neutral)
            {
                throw new InvalidDataException($"{key} is {value.GetRawText()}, which is not supported; set it to {neutral}.");
            }
        }

        var initial = new GenerationOptions();
        return new GenerationOptions
        {
            MaxNewTokens = Find(root, "max_new_tokens")?.GetInt32() ?? initial.MaxNewTokens,
            Sample = Find(root, "do_sample")?.GetBoolean() ?? initial.Sample,
            Temperature = Find(root, "temperature")?.GetDouble() ?? initial.Temperature,
            TopK = Find(root, "top_k")?.GetInt32() ?? initial.TopK,
            TopP = Find(root, "top_p")?.GetDouble() ?? initial.TopP,
            RepetitionPenalty = Find(root, "repetition_penalty")?.GetDouble() ?? initial.RepetitionPenalty,
            StopTokens = Find(root, "eos_token_id") switch
            {
                null => [],
                { ValueKind: JsonValueKind.Array } ids => [.. ids.EnumerateArray().Select(id => id.GetInt32())],
                JsonElement id => [id.GetInt32()],
            },
        };
    }

    private static JsonElement? Find(JsonElement root, string key) =>
        root.TryGetProperty(key, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private static void Require(string name, double value, bool holds, string range)
    {
        if (!holds)
        {
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be {range}.");
        }
    }
}
