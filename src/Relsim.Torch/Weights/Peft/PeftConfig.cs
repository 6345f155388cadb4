using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace Relsim.Torch.Weights.Peft;

/// <summary>
/// A LoRA adapter's settings, from PEFT's adapter_config.json. What they say and we do not do (DoRA, trained biases, changed bases ...)
/// is an error that names it, never passed over.
/// </summary>
/// <remarks>Meaning of the keys: huggingface/peft 0.14.0, `tuners/lora/config.py`, `tuners/lora/model.py` and `tuners/tuners_utils.py`.</remarks>
internal sealed record PeftConfig
{
    // Keys that say how an adapter was made or where it belongs, and nothing about what it computes.
    private static readonly HashSet<string> Notes =
    [
        "auto_mapping", "base_model_name_or_path", "corda_config", "eva_config", "inference_mode", "loftq_config", "lora_dropout",
        "megatron_core", "peft_version", "qalora_group_size", "revision", "runtime_config", "task_type",
    ];

    private static readonly HashSet<string> HarmlessStarts = ["gaussian", "eva", "orthogonal"];
    private static readonly HashSet<string> Tables = ["embed_tokens", "lm_head"];

    /// <summary>Kind of adapter; "LORA" alone is read.</summary>
    public required string PeftType { get; init; }

    /// <summary>r, the rank where no pattern says otherwise.</summary>
    public required int R { get; init; }

    /// <summary>Alpha where no pattern says otherwise.</summary>
    public required double LoraAlpha { get; init; }

    /// <summary>The layers that the adapter joins.</summary>
    public required ModuleSelector TargetModules { get; init; }

    /// <summary>Layers that it does not join although they are named so.</summary>
    public ModuleSelector? ExcludeModules { get; init; }

    /// <summary>Whether the scale is alpha / sqrt(r) instead of alpha / r.</summary>
    public bool UseRslora { get; init; }

    /// <summary>Other ranks, by a regular expression for the end of a path.</summary>
    public Dictionary<string, int>? RankPattern { get; init; }

    /// <summary>Other alphas, likewise.</summary>
    public Dictionary<string, double>? AlphaPattern { get; init; }

    /// <summary>Modules that the adapter brings whole: the token embedding and the head alone.</summary>
    public string[]? ModulesToSave { get; init; }

    /// <summary>Which biases were trained; "none" alone is read.</summary>
    public string? Bias { get; init; }

    /// <summary>How the adapter began: true, false or a name.</summary>
    public JsonElement? InitLoraWeights { get; init; }

    /// <summary>All other keys; set once, by the reader, which cannot fill an init-only property with them.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement> Others { get; set; } = [];

    /// <summary>Reads adapter_config.json.</summary>
    /// <exception cref="WeightsException">It is missing, not JSON, lacks a key, or asks for what is not supported.</exception>
    public static PeftConfig Read(string path)
    {
        try
        {
            PeftConfig config = JsonSerializer.Deserialize(File.ReadAllBytes(path), PeftJson.Default.PeftConfig)
                ?? throw new JsonException("it is null.");
            string[] problems = [.. config.Problems()];
            return problems.Length == 0
                ? config
                : throw new WeightsException(path, null, $"the adapter cannot be used: {string.Join("; ", problems)}");
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            throw new WeightsException(path, null, $"the adapter's settings cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Whether the adapter joins the layer at <paramref name="path"/>, in the tree that it was made on.</summary>
    public bool Targets(string path) => TargetModules.Matches(path) && ExcludeModules?.Matches(path) != true;

    /// <summary>The rank and scale of the layer at <paramref name="path"/>, in the tree that the adapter was made on.</summary>
    public (int Rank, double Scale) At(string path)
    {
        IEnumerable<string> patterns = (RankPattern?.Keys ?? Enumerable.Empty<string>()).Concat(AlphaPattern?.Keys ?? Enumerable.Empty<string>());
        string key = patterns.FirstOrDefault(pattern => ModuleSelector.PythonPattern($".*\\.{pattern}$").IsMatch(path)) ?? path;
        int rank = RankPattern is not null && RankPattern.TryGetValue(key, out int otherRank) ? otherRank : R;
        double alpha = AlphaPattern is not null && AlphaPattern.TryGetValue(key, out double otherAlpha) ? otherAlpha : LoraAlpha;
        return (rank, UseRslora ? alpha / Math.Sqrt(rank) : alpha / rank);
    }

    private IEnumerable<string> Problems()
    {
        if (PeftType != "LORA")
        {
            yield return $"peft_type is '{PeftType}', and only 'LORA' is supported";
        }

        if (R <= 0 || (RankPattern?.Values.Any(rank => rank <= 0) ?? false))
        {
            yield return $"r is {R.ToString(CultureInfo.InvariantCulture)}, or a rank of rank_pattern is not positive";
        }

        if (Bias is not (null or "none"))
        {
            yield return $"bias is '{Bias}', and only 'none' is supported";
        }

        if (ModulesToSave?.Where(name => !Tables.Contains(name)).ToArray() is { Length: > 0 } others)
        {
            yield return $"modules_to_save holds {string.Join(", ", others)}, and only {string.Join(" and ", Tables)} are supported";
        }

        if (InitLoraWeights is { ValueKind: not (JsonValueKind.True or JsonValueKind.False or JsonValueKind.Null) } start
            && !(start.ValueKind == JsonValueKind.String && HarmlessStarts.Contains(start.GetString()!)))
        {
            yield return $"init_lora_weights is {start.GetRawText()}, which changes the base; save the adapter converted to plain LoRA";
        }

        foreach ((string key, JsonElement value) in Others.OrderBy(other => other.Key, StringComparer.Ordinal))
        {
            if (!Notes.Contains(key) && !IsNeutral(value))
            {
                yield return $"{key} is {value.GetRawText()}, which is not supported";
            }
        }

        foreach (string problem in InvalidPatterns())
        {
            yield return problem;
        }
    }

    private IEnumerable<string> InvalidPatterns()
    {
        foreach (string pattern in (RankPattern?.Keys ?? Enumerable.Empty<string>()).Concat(AlphaPattern?.Keys ?? Enumerable.Empty<string>()))
        {
            string? fault = null;
            try
            {
                ModuleSelector.PythonPattern(pattern);
            }
            catch (ArgumentException e)
            {
                fault = e.Message;
            }

            if (fault is not null)
            {
                yield return $"'{pattern}' is not a regular expression: {fault}";
            }
        }
    }

    private static bool IsNeutral(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.False => true,
        JsonValueKind.String => value.GetString()!.Length == 0,
        JsonValueKind.Array => value.GetArrayLength() == 0,
        JsonValueKind.Object => !value.EnumerateObject().Any(),
        _ => false,
    };
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, AllowDuplicateProperties = false, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(PeftConfig))]
[JsonSerializable(typeof(string[]))]
internal sealed partial class PeftJson : JsonSerializerContext;
