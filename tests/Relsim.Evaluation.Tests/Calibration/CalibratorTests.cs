using System.Text.Json;
using CsCheck;
using Relsim.Evaluation.Calibration;
using Relsim.Evaluation.Statistics;
using Relsim.Torch.Encoders;

namespace Relsim.Evaluation.Tests.Calibration;

public sealed class CalibratorTests
{
    private const string Model = "model-1";

    private static readonly Gen<LabelledScore[]> Data = Gen.Select(Gen.Int[40, 400], Gen.Int[0, 100_000]).Select(Simulate);

    [Fact]
    public void Fit_FewOrManyPairs_TakesTheDefaultMethod()
    {
        Assert.Equal(CalibrationMethod.Logistic, Calibrator.Fit(Model, Simulate(199, 1)).Report.Method);
        Assert.Equal(CalibrationMethod.Isotonic, Calibrator.Fit(Model, Simulate(200, 1)).Report.Method);
        Assert.Equal(CalibrationMethod.Isotonic, Calibrator.Fit(Model, Simulate(60, 1), new CalibrationOptions { Method = CalibrationMethod.Isotonic }).Calibration.Curve.Method);
    }

    [Fact]
    public void Fit_LabelsOfAKnownCurve_GivesProbabilitiesNearIt()
    {
        LabelledScore[] pairs = Simulate(4000, 2);
        foreach (CalibrationMethod method in Enum.GetValues<CalibrationMethod>())
        {
            CalibrationResult result = Calibrator.Fit(Model, pairs, new CalibrationOptions { Method = method });

            Assert.All(Enumerable.Range(1, 19).Select(i => i / 20.0), score => Assert.Equal(Truth(score), result.Calibration.Probability(score), 0.12));
            Assert.True(result.Report.CrossValidated.CalibrationError < 0.04);
            // What no forecast can beat: the mean of p (1 - p).
            Assert.Equal(pairs.Average(pair => Truth(pair.Score) * (1 - Truth(pair.Score))), result.Report.CrossValidated.Brier, 0.02);
        }
    }

    [Fact]
    public void Fit_FittedPairs_LookBetterThanUnseenOnes()
    {
        double seen = 0, unseen = 0;
        for (int seed = 0; seed < 20; seed++)
        {
            CalibrationReport report = Calibrator.Fit(Model, Simulate(100, seed), new CalibrationOptions { Method = CalibrationMethod.Isotonic }).Report;
            seen += report.InSample.LogLoss;
            unseen += report.CrossValidated.LogLoss;
        }

        Assert.True(seen + 0.4 < unseen);
    }

    [Fact]
    public void Fit_PairsInAnyOrder_AreTheSame() => Gen.Select(Data, Gen.Int).Sample(
        (pairs, seed) =>
        {
            LabelledScore[] shuffled = [.. pairs];
            new Random(seed).Shuffle(shuffled);
            Assert.Equal(Calibrator.Fit(Model, pairs).Report.ToJson(), Calibrator.Fit(Model, shuffled).Report.ToJson());
        },
        iter: 30);

    [Fact]
    public void Fit_Bins_CoverAllPairsInOrder() => Data.Sample(
        pairs =>
        {
            CalibrationReport report = Calibrator.Fit(Model, pairs).Report;
            Assert.Equal(pairs.Length, report.Bins.Sum(bin => bin.Observed.Total));
            Assert.Equal(report.Related, report.Bins.Sum(bin => bin.Observed.Count), 1e-9);
            Assert.All(report.Bins.Zip(report.Bins.Skip(1)), pair => Assert.True(pair.First.ScoreHigh < pair.Second.ScoreLow));
            double error = report.Bins.Sum(bin => Math.Abs(bin.Predicted - bin.Observed.Share) * bin.Observed.Total) / pairs.Length;
            Assert.Equal(error, report.CrossValidated.CalibrationError, 1e-12);
            Assert.Equal((pairs.Min(pair => pair.Score), pairs.Max(pair => pair.Score)), (report.Curve[0].Score, report.Curve[^1].Score));
        },
        iter: 50);

    [Fact]
    public void Fit_Threshold_IsTheSmallestScoreOfThePrecision() => Gen.Select(Data, Gen.Double[0.3, 1]).Sample(
        (pairs, precision) =>
        {
            // By the definition, over all scores with enough pairs at or above them.
            var reaching = pairs.Select(pair => pair.Score).Distinct().Where(score =>
                pairs.Count(pair => pair.Score >= score) >= 5 && pairs.Where(pair => pair.Score >= score).Average(pair => pair.Related) >= precision).ToArray();
            var options = new CalibrationOptions { Precision = precision };
            if (reaching.Length == 0)
            {
                Assert.Contains("No score reaches", Assert.Throws<ArgumentException>(() => Calibrator.Fit(Model, pairs, options)).Message, StringComparison.Ordinal);
                return;
            }

            CalibrationThreshold threshold = Calibrator.Fit(Model, pairs, options).Calibration.Threshold!;
            LabelledScore[] above = [.. pairs.Where(pair => pair.Score >= threshold.Score)];
            Assert.Equal(reaching.Min(), threshold.Score);
            Assert.Equal(above.Average(pair => pair.Related), threshold.Precision, 1e-12);
            Assert.Equal(above.Sum(pair => pair.Related) / pairs.Sum(pair => pair.Related), threshold.Recall, 1e-12);
            Assert.Equal(Proportion.Of(above.Sum(pair => pair.Related), above.Length).Low, threshold.PrecisionLow, 1e-12);
            Assert.Equal((above.Length, precision), (threshold.Pairs, threshold.Target));
        },
        iter: 50);

    [Fact]
    public void Fit_ThresholdChosenOnFewPairs_IsCheckedOnOthers()
    {
        double chosen = 0, unseen = 0;
        for (int seed = 0; seed < 40; seed++)
        {
            CalibrationReport report = Calibrator.Fit(Model, Simulate(120, seed), new CalibrationOptions { Precision = 0.7 }).Report;
            chosen += report.Threshold!.Precision / 40;
            unseen += report.ThresholdCrossValidated!.Precision.Share / 40;
        }

        // A threshold that was picked for its precision keeps a little less of it on other pairs.
        Assert.InRange(unseen, 0.6, chosen);
    }

    [Fact]
    public void Fit_DefaultPrecisionOutOfReach_HasNoThresholdAndSaysTheBest()
    {
        // Even at the top only three in five are related.
        LabelledScore[] pairs = [.. Enumerable.Range(0, 100).Select(i => new LabelledScore(i / 100.0, i >= 50 ? 0.6 : 0.1))];

        CalibrationResult result = Calibrator.Fit(Model, pairs);

        Assert.Null(result.Calibration.Threshold);
        Assert.Null(result.Report.ThresholdCrossValidated);
        Assert.Contains("the best is 0.600", result.Report.ThresholdRefused, StringComparison.Ordinal);
        Assert.Contains("Ask for 0.6 or less", result.Report.ThresholdRefused, StringComparison.Ordinal);
        Assert.Equal(result.Report.ThresholdRefused!.Replace("0.9", "0.8", StringComparison.Ordinal), Assert.Throws<ArgumentException>(
            () => Calibrator.Fit(Model, pairs, new CalibrationOptions { Precision = 0.8 })).Message);
    }

    [Fact]
    public void Fit_SharesOfPeople_CountAsThePeopleWould()
    {
        LabelledScore[] votes = [.. Simulate(200, 5)];
        LabelledScore[] shares = [.. votes.Select(pair => pair with { Related = 0.25 + (pair.Related / 2) })];

        CalibrationResult result = Calibrator.Fit(Model, shares, new CalibrationOptions { Method = CalibrationMethod.Logistic, Precision = 0.5 });

        Assert.Equal(shares.Sum(pair => pair.Related), result.Report.Related, 1e-9);
        Assert.InRange(result.Calibration.Probability(1), 0.5, 0.8);
    }

    [Theory]
    [InlineData(19, 9)]
    [InlineData(40, 4)]
    [InlineData(40, 36)]
    [InlineData(40, 0)]
    [InlineData(0, 0)]
    public void Fit_TooFewPairsOrOfALabel_SaysHowManyAreNeeded(int count, int related)
    {
        LabelledScore[] pairs = [.. Enumerable.Range(0, count).Select(i => new LabelledScore(i / 50.0, i >= count - related ? 1 : 0))];
        string message = Assert.Throws<ArgumentException>(() => Calibrator.Fit(Model, pairs)).Message;
        Assert.Contains("at least 20, of which at least 5", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_ScoresThatDoNotRiseWithTheLabels_AreRefused()
    {
        LabelledScore[] pairs = [.. Simulate(300, 1).Select(pair => pair with { Related = 1 - pair.Related })];
        foreach (CalibrationMethod method in Enum.GetValues<CalibrationMethod>())
        {
            // Isotonic regression may find a rise in the noise of the ends, and only there.
            LabelledScore[] falling = method == CalibrationMethod.Logistic ? pairs : [.. Enumerable.Range(0, 40).Select(i => new LabelledScore(i, i < 20 ? 1 : 0))];
            string message = Assert.Throws<ArgumentException>(() => Calibrator.Fit(Model, falling, new CalibrationOptions { Method = method })).Message;
            Assert.Contains("not called related more often", message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(double.NaN, 1)]
    [InlineData(0.5, 1.5)]
    [InlineData(0.5, double.NaN)]
    public void Fit_PairOutOfRange_Throws(double score, double related) =>
        Assert.Throws<ArgumentException>(() => Calibrator.Fit(Model, [.. Simulate(50, 1), new LabelledScore(score, related)]));

    [Fact]
    public void Options_OutOfRange_AreNamed()
    {
        Assert.Contains("Precision", Assert.Throws<ArgumentOutOfRangeException>(() => Calibrator.Fit(Model, Simulate(50, 1), new CalibrationOptions { Precision = 1.1 })).Message, StringComparison.Ordinal);
        Assert.Contains("Folds", Assert.Throws<ArgumentOutOfRangeException>(() => Calibrator.Fit(Model, Simulate(50, 1), new CalibrationOptions { Folds = 1 })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Report_Json_ReadsBackAsItself()
    {
        CalibrationReport report = Calibrator.Fit(Model, Simulate(300, 1)).Report;
        CalibrationReport read = CalibrationReport.FromJson(report.ToJson());
        Assert.Equal(report.ToJson(), read.ToJson());
        Assert.Equal(report.Bins, read.Bins);
        Assert.Equal(report.Curve, read.Curve);
        Assert.Throws<JsonException>(() => CalibrationReport.FromJson("{}"));
    }

    private static double Truth(double score) => 1 / (1 + Math.Exp(-(6 * (score - 0.5))));

    // Scores of two decimals: many are equal.
    private static LabelledScore[] Simulate(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            double score = Math.Round(random.NextDouble(), 2);
            return new LabelledScore(score, random.NextDouble() < Truth(score) ? 1 : 0);
        })];
    }
}
