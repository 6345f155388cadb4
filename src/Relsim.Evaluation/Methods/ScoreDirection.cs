using System.Text.Json.Serialization;

namespace Relsim.Evaluation.Methods;

/// <summary>Which of two scores is the closer one.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ScoreDirection>))]
public enum ScoreDirection
{
    /// <summary>A similarity: the greater score is closer.</summary>
    HigherIsCloser,

    /// <summary>A distance: the smaller score is closer.</summary>
    LowerIsCloser,
}

/// <summary>What a method's scores lie between, both ends included.</summary>
/// <param name="Minimum">The least score.</param>
/// <param name="Maximum">The greatest score; null where there is none.</param>
public readonly record struct ScoreRange(double Minimum, double? Maximum)
{
    /// <summary>Cosines of any vectors: -1 to 1.</summary>
    public static ScoreRange Cosine { get; } = new(-1, 1);

    /// <summary>Products of vectors without negative numbers, and shares: 0 to 1.</summary>
    public static ScoreRange Share { get; } = new(0, 1);

    /// <summary>Distances without an upper end.</summary>
    public static ScoreRange Distance { get; } = new(0, null);
}
