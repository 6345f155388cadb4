using System.Globalization;
using Relsim.Evaluation.Statistics;
using Relsim.Torch.Encoders;

namespace Relsim.Evaluation.Calibration;

/// <summary>A calibration and how good it is.</summary>
/// <param name="Calibration">To be kept beside the model.</param>
/// <param name="Report">To be read and drawn.</param>
public sealed record CalibrationResult(ScoreCalibration Calibration, CalibrationReport Report);

/// <summary>
/// Fits what a cosine means to people from pairs that they labelled: a rising curve to 'probability that people call it related', checked on pairs that the fit did not
/// see, and a threshold for a wanted precision.
/// </summary>
public static class Calibrator
{
    /// <summary>Fewest labelled pairs.</summary>
    public const int FewestPairs = 20;

    /// <summary>Fewest pairs of either label.</summary>
    public const int FewestOfALabel = 5;

    private const int CurvePoints = 101;

    /// <summary>Fits pairs scored by the model of <paramref name="fingerprint"/>. The same pairs and seed give the same result in any order of the pairs.</summary>
    /// <exception cref="ArgumentException">
    /// There are too few pairs, or too few of a label, a score or label is out of range, scores do not rise with the labels, or the precision asked for is out of
    /// reach; the message says what to do.
    /// </exception>
    public static CalibrationResult Fit(string fingerprint, IReadOnlyList<LabelledScore> pairs, CalibrationOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(fingerprint);
        ArgumentNullException.ThrowIfNull(pairs);
        options ??= new CalibrationOptions();
        options.Validate();
        Check(pairs);
        LabelledScore[] sorted = [.. pairs.OrderBy(pair => pair.Score).ThenBy(pair => pair.Related)];
        CalibrationMethod method = options.Method ?? (sorted.Length < CalibrationOptions.PairsForIsotonic ? CalibrationMethod.Logistic : CalibrationMethod.Isotonic);
        CalibrationCurve curve = CurveFit.Fit(sorted, method);
        if (curve.IsFlat)
        {
            throw new ArgumentException(
                "pairs of higher scores are not called related more often, so that every score would mean the same. See whether 'related' is 1 for related pairs, or take the other --space.");
        }

        double precision = options.Precision ?? CalibrationOptions.DefaultPrecision;
        (CalibrationThreshold? threshold, string? refusal) = ThresholdChoice.Choose(sorted, precision);
        if (refusal is not null && options.Precision is not null)
        {
            throw new ArgumentException(refusal);
        }

        return Describe(fingerprint, sorted, curve, threshold, refusal, options);
    }

    private static CalibrationResult Describe(
        string fingerprint, LabelledScore[] pairs, CalibrationCurve curve, CalibrationThreshold? threshold, string? refusal, CalibrationOptions options)
    {
        var folds = new CrossValidation(pairs, options.Folds, options.Seed);
        double[] unseen = folds.Predict(curve.Method), seen = [.. pairs.Select(pair => curve.Probability(pair.Score))];
        CalibrationMetrics crossValidated = Reliability.Measure(pairs, unseen);
        double related = pairs.Sum(pair => pair.Related);
        var calibration = new ScoreCalibration
        {
            Fingerprint = fingerprint,
            Space = options.Space,
            Curve = curve,
            Pairs = pairs.Length,
            Related = related,
            Metrics = crossValidated,
            Threshold = threshold,
        };
        var report = new CalibrationReport
        {
            Model = fingerprint,
            Space = options.Space,
            Method = curve.Method,
            Pairs = pairs.Length,
            Related = related,
            Seed = options.Seed,
            Folds = options.Folds,
            CrossValidated = crossValidated,
            InSample = Reliability.Measure(pairs, seen),
            Bins = Reliability.Bins(pairs, unseen),
            Curve = Curve(curve, pairs[0].Score, pairs[^1].Score),
            Threshold = threshold,
            ThresholdCrossValidated = threshold is null ? null : folds.CheckThreshold(threshold.Target),
            ThresholdRefused = refusal,
        };
        return new CalibrationResult(calibration, report);
    }

    private static CurvePoint[] Curve(CalibrationCurve curve, double low, double high) =>
        [.. Enumerable.Range(0, CurvePoints).Select(i => double.Lerp(low, high, (double)i / (CurvePoints - 1))).Select(score => new CurvePoint(score, curve.Probability(score)))];

    private static void Check(IReadOnlyList<LabelledScore> pairs)
    {
        foreach (LabelledScore pair in pairs)
        {
            if (!double.IsFinite(pair.Score) || pair.Related is not (>= 0 and <= 1))
            {
                throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"a pair has the score {pair.Score} and the label {pair.Related}; scores are finite, labels 0 to 1."), nameof(pairs));
            }
        }

        double related = pairs.Sum(pair => pair.Related);
        if (pairs.Count < FewestPairs || related < FewestOfALabel || pairs.Count - related < FewestOfALabel)
        {
            throw new ArgumentException(string.Create(
                CultureInfo.InvariantCulture,
                $"{pairs.Count} labelled pairs, {related:0.##} of them related, are too few: a calibration takes at least {FewestPairs}, of which at least {FewestOfALabel} are related and {FewestOfALabel} are not."));
        }
    }
}
