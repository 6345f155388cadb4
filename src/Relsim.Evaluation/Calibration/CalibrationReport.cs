using System.Text.Json;
using System.Text.Json.Serialization;
using Relsim.Evaluation.Statistics;
using Relsim.Torch.Encoders;

namespace Relsim.Evaluation.Calibration;

/// <summary>Pairs of neighbouring scores: what was predicted of them and what people said.</summary>
/// <param name="ScoreLow">Lowest score in the bin.</param>
/// <param name="ScoreHigh">Highest score in the bin.</param>
/// <param name="Predicted">Mean probability that was predicted.</param>
/// <param name="Observed">Share that people call related, with its Wilson interval.</param>
public sealed record ReliabilityBin(double ScoreLow, double ScoreHigh, double Predicted, Proportion Observed);

/// <summary>A point of the curve from score to probability.</summary>
/// <param name="Score">Cosine.</param>
/// <param name="Probability">Probability that people call a pair of that score related.</param>
public readonly record struct CurvePoint(double Score, double Probability);

/// <summary>How a calibration was fitted and how good it is. Serialised as indented JSON with camel-case names.</summary>
public sealed record CalibrationReport
{
    /// <summary>Its file's name in a folder of results.</summary>
    public const string FileName = "calibration-report.json";

    /// <summary>Fingerprint of the model that the scores are of.</summary>
    public required string Model { get; init; }

    /// <summary>Space whose cosines were mapped.</summary>
    public required EmbeddingSpace Space { get; init; }

    /// <summary>How the mapping was fitted.</summary>
    public required CalibrationMethod Method { get; init; }

    /// <summary>Labelled pairs.</summary>
    public required int Pairs { get; init; }

    /// <summary>How many of them people call related; a fraction where they were not of one mind.</summary>
    public required double Related { get; init; }

    /// <summary>Seed of the folds.</summary>
    public required int Seed { get; init; }

    /// <summary>Folds of the cross-validation.</summary>
    public required int Folds { get; init; }

    /// <summary>Metrics of predictions on pairs that the fit did not see: the ones to believe.</summary>
    public required CalibrationMetrics CrossValidated { get; init; }

    /// <summary>Metrics on the pairs that the mapping was fitted to: too good by as much as it fits their noise.</summary>
    public required CalibrationMetrics InSample { get; init; }

    /// <summary>Reliability of the cross-validated predictions, lowest scores first.</summary>
    public required IReadOnlyList<ReliabilityBin> Bins { get; init; }

    /// <summary>The mapping at evenly spaced scores over the data's range.</summary>
    public required IReadOnlyList<CurvePoint> Curve { get; init; }

    /// <summary>The threshold at the chosen precision; null where no score reaches it.</summary>
    public CalibrationThreshold? Threshold { get; init; }

    /// <summary>Precision of the threshold and share of related pairs above it, chosen without the pairs that it is measured on; null without a threshold.</summary>
    public ThresholdCheck? ThresholdCrossValidated { get; init; }

    /// <summary>Why there is no threshold, as a sentence; null where there is one.</summary>
    public string? ThresholdRefused { get; init; }

    /// <summary>Indented JSON with camel-case names.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, CalibrationReportJson.Default.CalibrationReport);

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="JsonException">The text is no such report.</exception>
    public static CalibrationReport FromJson(string json) =>
        JsonSerializer.Deserialize(json, CalibrationReportJson.Default.CalibrationReport) ?? throw new JsonException("The report is null.");
}

/// <summary>What a rule 'at or above the threshold' gave on pairs that it was not chosen on.</summary>
/// <param name="Precision">Share of the pairs at or above the threshold that are related.</param>
/// <param name="Recall">Share of the related pairs that are at or above the threshold.</param>
public sealed record ThresholdCheck(Proportion Precision, double Recall);

[JsonSourceGenerationOptions(
    WriteIndented = true,
    RespectNullableAnnotations = true,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(CalibrationReport))]
internal sealed partial class CalibrationReportJson : JsonSerializerContext;
