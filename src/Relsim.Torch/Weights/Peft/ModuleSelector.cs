using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace Relsim.Torch.Weights.Peft;

/// <summary>
/// Which modules a PEFT setting means: a list of names or of ends of dotted paths, or a Python regular expression for the whole path.
/// </summary>
[JsonConverter(typeof(ModuleSelectorConverter))]
internal sealed class ModuleSelector
{
    private const string AllLinear = "all-linear"; // PEFT's word for every linear layer but the head

    private readonly IReadOnlyList<string> names;
    private readonly Regex? pattern;

    /// <summary>Modules by name.</summary>
    public ModuleSelector(IReadOnlyList<string> names) => this.names = names;

    /// <summary>Modules by pattern.</summary>
    /// <exception cref="ArgumentException">It is not a regular expression.</exception>
    public ModuleSelector(string text)
        : this([text])
    {
        IsPattern = true;
        pattern = text == AllLinear ? null : PythonPattern($"(?:{text})\\z");
    }

    /// <summary>Whether this is a regular expression.</summary>
    public bool IsPattern { get; }

    /// <summary>The names, or the expression alone.</summary>
    public IReadOnlyList<string> Names => names;

    /// <summary>Whether the module at the dotted path <paramref name="path"/> is meant.</summary>
    /// <exception cref="RegexMatchTimeoutException">The expression takes too long.</exception>
    public bool Matches(string path) =>
        !IsPattern ? names.Any(name => path == name || path.EndsWith($".{name}", StringComparison.Ordinal))
        : pattern is null ? path != "lm_head" && !path.EndsWith(".lm_head", StringComparison.Ordinal)
        : pattern.IsMatch(path);

    /// <summary>A Python regular expression that matches from the start of a text.</summary>
    /// <exception cref="ArgumentException">It is not a regular expression.</exception>
    public static Regex PythonPattern(string text) => new(
        $"\\A(?:{text.Replace("(?P<", "(?<", StringComparison.Ordinal)})", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
}

/// <summary>Reads text as a pattern and an array as names.</summary>
internal sealed class ModuleSelectorConverter : JsonConverter<ModuleSelector>
{
    public override ModuleSelector Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            try
            {
                return new ModuleSelector(reader.GetString()!);
            }
            catch (ArgumentException e)
            {
                throw new JsonException($"'{reader.GetString()}' is not a regular expression: {e.Message}", e);
            }
        }

        return new ModuleSelector(JsonSerializer.Deserialize(ref reader, PeftJson.Default.StringArray)!);
    }

    public override void Write(Utf8JsonWriter writer, ModuleSelector value, JsonSerializerOptions options)
    {
        if (value.IsPattern)
        {
            writer.WriteStringValue(value.Names[0]);
        }
        else
        {
            JsonSerializer.Serialize(writer, [.. value.Names], PeftJson.Default.StringArray);
        }
    }
}
