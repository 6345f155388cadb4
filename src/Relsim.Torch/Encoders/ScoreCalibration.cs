using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Relsim.Datasets;

namespace Relsim.Torch.Encoders;

/// <summary>How good predicted probabilities are; lower is better for all three.</summary>
/// <param name="Brier">Mean squared difference of probability and label.</param>
/// <param name="LogLoss">Mean negative log likelihood, in nats.</param>
/// <param name="CalibrationError">Expected calibration error over bins of equal count: mean distance of predicted and observed share.</param>
public sealed record CalibrationMetrics(double Brier, double LogLoss, double CalibrationError);

/// <summary>The smallest score from which on a chosen share of pairs is related.</summary>
/// <param name="Score">Pairs of this score and above are taken for related.</param>
/// <param name="Target">The precision asked for, 0 to 1.</param>
/// <param name="Precision">Share of the labelled pairs at or above the score that are related.</param>
/// <param name="PrecisionLow">Lower end of its 95 % Wilson interval.</param>
/// <param name="Recall">Share of the related pairs that are at or above the score.</param>
/// <param name="Pairs">Labelled pairs at or above the score.</param>
public sealed record CalibrationThreshold(double Score, double Target, double Precision, double PrecisionLow, double Recall, int Pairs);

/// <summary>
/// What a cosine means: the probability that people call a pair of that score related. It belongs to one model, space and preprocessing, and to pairs like those that
/// it was fitted to. None ships with the program: it takes labels of people, and <c>relsim evaluate calibrate</c>. Immutable and thread-safe.
/// </summary>
public sealed record ScoreCalibration
{
    /// <summary>Fingerprint of the encoder whose scores it maps.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>The space of the scores.</summary>
    public required EmbeddingSpace Space { get; init; }

    /// <summary>The mapping.</summary>
    public required CalibrationCurve Curve { get; init; }

    /// <summary>Labelled pairs that it was fitted to.</summary>
    public required int Pairs { get; init; }

    /// <summary>How many of them people call related; a fraction where they were not of one mind.</summary>
    public required double Related { get; init; }

    /// <summary>Cross-validated metrics.</summary>
    public required CalibrationMetrics Metrics { get; init; }

    /// <summary>From which score on a pair is taken for related; null where none was reached.</summary>
    public CalibrationThreshold? Threshold { get; init; }

    /// <summary>The probability, 0 to 1, that people call a pair of this score related; never falling as the score rises.</summary>
    /// <exception cref="ArgumentException">The score is NaN.</exception>
    public double Probability(double score) => Curve.Probability(score);

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <exception cref="DatasetFormatException">The file is no calibration, or one that falls with the score.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static ScoreCalibration Load(string path)
    {
        try
        {
            ScoreCalibration calibration = JsonSerializer.Deserialize(File.ReadAllText(path), CalibrationJson.Default.ScoreCalibration)
                ?? throw new DatasetFormatException(path, "the file holds null, not a calibration.");
            return calibration.Curve.Fault() is { } fault ? throw new DatasetFormatException(path, $"this is no calibration: {fault}. Make it again: relsim evaluate calibrate.") : calibration;
        }
        catch (JsonException e)
        {
            throw new DatasetFormatException(path, $"this is no calibration ({e.Message}). Make it again: relsim evaluate calibrate.", e);
        }
    }

    /// <summary>Writes it as indented JSON with camel-case names.</summary>
    /// <exception cref="IOException">The file cannot be written; an old one is kept.</exception>
    /// <exception cref="UnauthorizedAccessException">Its folder may not be written to.</exception>
    public void Save(string path)
    {
        string json = JsonSerializer.Serialize(this, CalibrationJson.Default.ScoreCalibration);
        AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(json + "\n")));
    }
}

[JsonSourceGenerationOptions(
    WriteIndented = true, RespectNullableAnnotations = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ScoreCalibration))]
internal sealed partial class CalibrationJson : JsonSerializerContext;
