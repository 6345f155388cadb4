using Relsim.Evaluation.Statistics;
using Relsim.Torch.Encoders;

namespace Relsim.Evaluation.Calibration;

/// <summary>
/// Fits a rising curve from score to probability. Labels are first drawn in as Platt (1999) does: a related pair counts as (N+ + 1) / (N+ + 2), an unrelated one as
/// 1 / (N- + 2), so that no finite number of pairs makes a probability of 0 or 1.
/// </summary>
public static class CurveFit
{
    private const int MaxSteps = 100;
    private const double SmallestStep = 1e-10;
    private const double Rounding = 1e-12;

    /// <summary>The curve of a method.</summary>
    /// <exception cref="ArgumentException">There is no pair.</exception>
    public static CalibrationCurve Fit(IReadOnlyList<LabelledScore> pairs, CalibrationMethod method)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        return pairs.Count == 0 ? throw new ArgumentException("There is no pair to fit a curve to.", nameof(pairs))
            : method == CalibrationMethod.Logistic ? FitLogistic(pairs)
            : FitIsotonic(pairs);
    }

    /// <summary>The labels as they are fitted, one a pair, each strictly between 0 and 1.</summary>
    public static double[] Targets(IReadOnlyList<LabelledScore> pairs)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        double related = pairs.Sum(pair => pair.Related), unrelated = pairs.Count - related;
        double high = (related + 1) / (related + 2), low = 1 / (unrelated + 2);
        return [.. pairs.Select(pair => (pair.Related * high) + ((1 - pair.Related) * low))];
    }

    /// <summary>
    /// Maximum likelihood of p = 1 / (1 + exp(-(slope x score + intercept))) by Newton's method, the slope held at 0 or above: where pairs are called related the less
    /// the higher they score, the best curve that does not fall is a flat one.
    /// </summary>
    private static CalibrationCurve FitLogistic(IReadOnlyList<LabelledScore> pairs)
    {
        double[] targets = Targets(pairs), scores = [.. pairs.Select(pair => pair.Score)];
        double share = targets.Average();
        double mean = scores.Average(), spread = Math.Sqrt(scores.Average(score => (score - mean) * (score - mean)));
        CalibrationCurve flat = new() { Method = CalibrationMethod.Logistic, Slope = 0, Intercept = Math.Log(share / (1 - share)) };
        // Scores that all are one number, but for rounding, have no slope.
        if (spread <= 1e-12 * (1 + Math.Abs(mean)))
        {
            return flat;
        }

        // Centred and scaled: the two parameters then hardly depend on each other.
        double[] inputs = [.. scores.Select(score => (score - mean) / spread)];
        (double slope, double intercept) = Newton(inputs, targets, flat.Intercept!.Value);
        return slope <= 0 ? flat : flat with { Slope = slope / spread, Intercept = intercept - (slope * mean / spread) };
    }

    private static (double Slope, double Intercept) Newton(double[] inputs, double[] targets, double start)
    {
        (double slope, double intercept) = (0, start);
        double loss = Loss(inputs, targets, slope, intercept);
        for (int step = 0; step < MaxSteps; step++)
        {
            double g0 = 0, g1 = 0, h00 = 0, h01 = 0, h11 = 0;
            for (int i = 0; i < inputs.Length; i++)
            {
                double p = 1 / (1 + Math.Exp(-((slope * inputs[i]) + intercept))), weight = p * (1 - p);
                g0 += targets[i] - p;
                g1 += (targets[i] - p) * inputs[i];
                h00 += weight;
                h01 += weight * inputs[i];
                h11 += weight * inputs[i] * inputs[i];
            }

            double determinant = (h00 * h11) - (h01 * h01);
            double moveIntercept = ((h11 * g0) - (h01 * g1)) / determinant, moveSlope = ((h00 * g1) - (h01 * g0)) / determinant;
            // A step that is too long is halved, unless what it could gain is lost in the loss's rounding: so near the optimum the full step is right.
            while ((moveIntercept * g0) + (moveSlope * g1) > Rounding * loss && Loss(inputs, targets, slope + moveSlope, intercept + moveIntercept) > loss)
            {
                (moveSlope, moveIntercept) = (moveSlope / 2, moveIntercept / 2);
            }

            (slope, intercept) = (slope + moveSlope, intercept + moveIntercept);
            loss = Loss(inputs, targets, slope, intercept);
            if (!(Math.Abs(moveIntercept) + Math.Abs(moveSlope) > SmallestStep))
            {
                break;
            }
        }

        return (slope, intercept);
    }

    private static double Loss(double[] inputs, double[] targets, double slope, double intercept)
    {
        double sum = 0;
        for (int i = 0; i < inputs.Length; i++)
        {
            // log(1 + exp(z)) - t z, without overflow.
            double z = (slope * inputs[i]) + intercept;
            sum += Math.Max(z, 0) + Math.Log(1 + Math.Exp(-Math.Abs(z))) - (targets[i] * z);
        }

        return sum;
    }

    /// <summary>Isotonic regression; equal scores share a probability, and each block stands at the mean of its scores, with lines between.</summary>
    private static CalibrationCurve FitIsotonic(IReadOnlyList<LabelledScore> pairs)
    {
        double[] targets = Targets(pairs);
        (double Score, double Mean, double Count)[] levels =
        [
            .. pairs.Select((pair, i) => (pair.Score, Target: targets[i])).GroupBy(pair => pair.Score).OrderBy(group => group.Key)
                .Select(group => (group.Key, group.Average(pair => pair.Target), (double)group.Count())),
        ];
        IReadOnlyList<IsotonicBlock> blocks = IsotonicRegression.Fit([.. levels.Select(level => level.Mean)], [.. levels.Select(level => level.Count)]);
        return new CalibrationCurve
        {
            Method = CalibrationMethod.Isotonic,
            Knots = [.. blocks.Select(block => new CalibrationKnot(Centre(levels.AsSpan(block.Start, block.Count)), block.Value))],
        };
    }

    private static double Centre(ReadOnlySpan<(double Score, double Mean, double Count)> levels)
    {
        double sum = 0, count = 0;
        foreach ((double score, double _, double pairs) in levels)
        {
            sum += score * pairs;
            count += pairs;
        }

        return Math.Clamp(sum / count, levels[0].Score, levels[^1].Score);
    }
}
