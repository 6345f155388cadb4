using CsCheck;
using Relsim.Evaluation.Calibration;
using Relsim.Torch.Encoders;

namespace Relsim.Evaluation.Tests.Calibration;

public sealed class CurveFitTests
{
    private static readonly Gen<double> Labels = Gen.OneOf(Gen.Const(0.0), Gen.Const(1.0), Gen.Double[0, 1]);

    // Scores repeat now and then, as real ones do.
    private static readonly Gen<LabelledScore[]> Pairs = Gen.Select(Gen.Int[-20, 20], Labels, (score, label) => new LabelledScore(score / 20.0, label)).Array[1, 60];

    [Fact]
    public void Fit_AnyPairs_RisesAndStaysWithinZeroAndOne() => Gen.Select(Pairs, Gen.Enum<CalibrationMethod>()).Sample((pairs, method) =>
    {
        CalibrationCurve curve = CurveFit.Fit(pairs, method);
        double[] along = [.. Enumerable.Range(-150, 301).Select(i => curve.Probability(i / 100.0))];
        Assert.All(along, p => Assert.InRange(p, 0, 1));
        Assert.All(along.Zip(along.Skip(1)), pair => Assert.True(pair.First <= pair.Second));
    });

    // Where the slope is held at 0, the best curve would fall.
    [Fact]
    public void Fit_Logistic_HasNoGradientAtTheOptimum() => Pairs.Where(pairs => pairs.Length > 1).Sample(pairs =>
    {
        CalibrationCurve curve = CurveFit.Fit(pairs, CalibrationMethod.Logistic);
        double[] residuals = [.. CurveFit.Targets(pairs).Zip(pairs, (target, pair) => target - curve.Probability(pair.Score))];
        Assert.Equal(0, residuals.Sum(), 1e-6);
        double bySlope = residuals.Zip(pairs, (residual, pair) => residual * pair.Score).Sum();
        Assert.True(curve.Slope > 0 ? Math.Abs(bySlope) < 1e-6 : bySlope < 1e-6);
    });

    [Fact]
    public void Fit_LogisticOfSeparatedPairs_IsFinite()
    {
        LabelledScore[] pairs = [.. Enumerable.Range(0, 50).Select(i => new LabelledScore(i < 25 ? 0.1 + (i * 0.001) : 0.8 + (i * 0.001), i < 25 ? 0 : 1))];
        CalibrationCurve curve = CurveFit.Fit(pairs, CalibrationMethod.Logistic);
        Assert.InRange(curve.Slope!.Value, 5, 100);
        // Platt's targets: 26 / 27 and 1 / 27.
        Assert.Equal(26.0 / 27, curve.Probability(0.837), 0.01);
        Assert.Equal(1.0 / 27, curve.Probability(0.112), 0.01);
    }

    [Fact]
    public void Fit_LogisticOfSimulatedLabels_RecoversTheCurve()
    {
        var random = new Random(3);
        LabelledScore[] pairs = [.. Enumerable.Range(0, 20_000).Select(_ =>
        {
            double score = (random.NextDouble() * 1.6) - 0.6;
            return new LabelledScore(score, random.NextDouble() < 1 / (1 + Math.Exp(-((7 * score) - 3))) ? 1 : 0);
        })];
        CalibrationCurve curve = CurveFit.Fit(pairs, CalibrationMethod.Logistic);
        Assert.Equal(7, curve.Slope!.Value, 0.3);
        Assert.Equal(-3, curve.Intercept!.Value, 0.15);
    }

    // The fit at the block of a score is the minimax formula over levels of equal score.
    [Fact]
    public void Fit_Isotonic_HasTheBlocksOfTheMinimaxFormula() => Pairs.Sample(pairs =>
    {
        CalibrationCurve curve = CurveFit.Fit(pairs, CalibrationMethod.Isotonic);
        double[] targets = CurveFit.Targets(pairs);
        double[] levels = [.. pairs.Select(pair => pair.Score).Distinct().Order()];
        double Mean(double from, double to) => pairs.Zip(targets).Where(pair => pair.First.Score >= from && pair.First.Score <= to).Average(pair => pair.Second);
        double[] fitted = [.. levels.Select(level => levels.Where(from => from <= level).Max(from => levels.Where(to => to >= level).Min(to => Mean(from, to))))];

        // Neighbouring levels of one fitted value are a block; equal but for rounding counts as equal.
        var blocks = new List<(double Value, List<double> Levels)>();
        foreach ((double level, double value) in levels.Zip(fitted))
        {
            if (blocks.Count == 0 || value > blocks[^1].Value + 1e-9)
            {
                blocks.Add((value, []));
            }

            blocks[^1].Levels.Add(level);
        }

        Assert.All(blocks, block => Assert.Equal(block.Value, curve.Probability(pairs.Where(pair => block.Levels.Contains(pair.Score)).Average(pair => pair.Score)), 1e-6));
        Assert.Equal(blocks[0].Value, curve.Probability(-5), 1e-9);
        Assert.Equal(blocks[^1].Value, curve.Probability(5), 1e-9);
    });

    [Fact]
    public void Fit_Isotonic_DrawsALineBetweenBlocks()
    {
        LabelledScore[] pairs = [new(0.0, 0), new(0.2, 0), new(0.6, 1), new(1.0, 1)];
        CalibrationCurve curve = CurveFit.Fit(pairs, CalibrationMethod.Isotonic);
        // Two pairs of either label count as 1/4 and 3/4; blocks stand at .1 and .8.
        Assert.Equal([new CalibrationKnot(0.1, 0.25), new CalibrationKnot(0.8, 0.75)], curve.Knots);
        Assert.Equal(0.5, curve.Probability(0.45), 1e-12);
        Assert.Equal((0.25, 0.75), (curve.Probability(-1), curve.Probability(1)));
    }

    [Fact]
    public void Fit_ScoresThatSayTheOpposite_AreFlat()
    {
        LabelledScore[] pairs = [.. Enumerable.Range(0, 40).Select(i => new LabelledScore(i / 40.0, i < 20 ? 1 : 0))];
        Assert.True(CurveFit.Fit(pairs, CalibrationMethod.Logistic).IsFlat);
        Assert.True(CurveFit.Fit(pairs, CalibrationMethod.Isotonic).IsFlat);
        Assert.Equal(0.5, CurveFit.Fit(pairs, CalibrationMethod.Logistic).Probability(0.9), 1e-12);
    }

    [Fact]
    public void Fit_NoPairs_Throws() => Assert.Throws<ArgumentException>(() => CurveFit.Fit([], CalibrationMethod.Isotonic));
}
