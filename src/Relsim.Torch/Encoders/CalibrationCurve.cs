using System.Text.Json.Serialization;

namespace Relsim.Torch.Encoders;

/// <summary>How a mapping from score to probability was fitted.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CalibrationMethod>))]
public enum CalibrationMethod
{
    /// <summary>A logistic curve of two parameters (Platt 1999): for few pairs.</summary>
    [JsonStringEnumMemberName("logistic")]
    Logistic,

    /// <summary>Isotonic regression (Ayer et al. 1955), interpolated: for many pairs, as it takes any rising shape.</summary>
    [JsonStringEnumMemberName("isotonic")]
    Isotonic,
}

/// <summary>A point that an isotonic mapping passes through.</summary>
/// <param name="Score">Mean score of the pairs that share the probability.</param>
/// <param name="Probability">Their probability.</param>
public readonly record struct CalibrationKnot(double Score, double Probability);

/// <summary>A mapping from score to probability that never falls. Immutable and thread-safe.</summary>
public sealed record CalibrationCurve
{
    /// <summary>How it was fitted.</summary>
    public required CalibrationMethod Method { get; init; }

    /// <summary>Logistic: what a score is multiplied by, 0 or more; else null.</summary>
    public double? Slope { get; init; }

    /// <summary>Logistic: what is added, the log odds at score 0; else null.</summary>
    public double? Intercept { get; init; }

    /// <summary>Isotonic: at least one point, of rising scores and of probabilities that do not fall; else empty. Between points lies a line; beyond them nothing changes.</summary>
    public IReadOnlyList<CalibrationKnot> Knots { get; init; } = [];

    /// <summary>Whether every score gets the same probability: such a mapping says nothing.</summary>
    [JsonIgnore]
    public bool IsFlat => Method == CalibrationMethod.Logistic ? Slope == 0 : Knots[0].Probability == Knots[^1].Probability;

    /// <summary>The probability, 0 to 1, at a score.</summary>
    /// <exception cref="ArgumentException">The score is NaN.</exception>
    public double Probability(double score)
    {
        if (double.IsNaN(score))
        {
            throw new ArgumentException("NaN is no score.", nameof(score));
        }

        return Method == CalibrationMethod.Logistic ? 1 / (1 + Math.Exp(-((Slope!.Value * score) + Intercept!.Value))) : Interpolate(score);
    }

    /// <summary>What is wrong with the numbers, or null.</summary>
    internal string? Fault()
    {
        if (Method == CalibrationMethod.Logistic)
        {
            return Slope is >= 0 and < double.PositiveInfinity && Intercept is { } intercept && double.IsFinite(intercept)
                ? null
                : "a logistic one needs a slope of 0 or more and an intercept";
        }

        bool rises = Knots.Count > 0 && Knots.All(knot => double.IsFinite(knot.Score) && knot.Probability is >= 0 and <= 1)
            && Knots.Zip(Knots.Skip(1)).All(pair => pair.First.Score < pair.Second.Score && pair.First.Probability <= pair.Second.Probability);
        return rises ? null : "an isotonic one needs knots of rising scores and of probabilities between 0 and 1 that do not fall";
    }

    private double Interpolate(double score)
    {
        if (score <= Knots[0].Score)
        {
            return Knots[0].Probability;
        }

        for (int i = 1; i < Knots.Count; i++)
        {
            if (score <= Knots[i].Score)
            {
                (CalibrationKnot low, CalibrationKnot high) = (Knots[i - 1], Knots[i]);
                double share = (score - low.Score) / (high.Score - low.Score);
                // No rounding may lift a point above the knot that follows it.
                return Math.Min(high.Probability, low.Probability + (share * (high.Probability - low.Probability)));
            }
        }

        return Knots[^1].Probability;
    }
}
