namespace Relsim.Evaluation.Judging;

/// <summary>How far a judge agrees with itself, over distinct questions: a pair that several methods found counts once.</summary>
internal sealed class JudgeConsistency
{
    private readonly OrderedDictionary<JudgeUnit, double> _scores = [];

    public JudgeConsistency(IEnumerable<JudgedPair> pairs)
    {
        foreach ((JudgeUnit unit, JudgeAnswer? answer) in pairs.SelectMany(pair => pair.Answers))
        {
            if (answer?.Score is { } score)
            {
                _scores.TryAdd(unit, score);
            }
        }
    }

    /// <summary>Both orders of a pair; those of two equal files are one question and do not count.</summary>
    public OrderConsistency OfOrders()
    {
        var done = new HashSet<JudgeUnit>();
        List<(double Forward, double Back)> scores = [];
        foreach ((JudgeUnit unit, double forward) in _scores)
        {
            var turned = new JudgeUnit(unit.Second, unit.First, unit.Repeat);
            if (unit != turned && !done.Contains(turned) && _scores.TryGetValue(turned, out double back))
            {
                done.Add(unit);
                scores.Add((forward, back));
            }
        }

        double[] gaps = [.. scores.Select(pair => Math.Abs(pair.Forward - pair.Back))];
        return new OrderConsistency(gaps.Length, Mean(gaps), Mean(gaps.Select(gap => gap == 0 ? 1.0 : 0)), Correlation(scores));
    }

    /// <summary>The repeats of a pair in one order.</summary>
    public RepeatConsistency OfRepeats()
    {
        double[][] repeated = [.. _scores
            .GroupBy(entry => (entry.Key.First, entry.Key.Second), entry => entry.Value)
            .Select(group => group.ToArray())
            .Where(scores => scores.Length > 1)];
        return new RepeatConsistency(
            repeated.Length,
            Mean(repeated.Select(StandardDeviation)),
            Mean(repeated.Select(scores => scores.All(score => score == scores[0]) ? 1.0 : 0)));
    }

    private static double Mean(IEnumerable<double> values) => values.DefaultIfEmpty(double.NaN).Average();

    private static double StandardDeviation(double[] scores)
    {
        double mean = scores.Average();
        return Math.Sqrt(scores.Sum(score => (score - mean) * (score - mean)) / (scores.Length - 1));
    }

    private static double Correlation(List<(double Forward, double Back)> scores)
    {
        double forward = Mean(scores.Select(pair => pair.Forward)), back = Mean(scores.Select(pair => pair.Back));
        double shared = scores.Sum(pair => (pair.Forward - forward) * (pair.Back - back));
        double own = scores.Sum(pair => (pair.Forward - forward) * (pair.Forward - forward));
        double other = scores.Sum(pair => (pair.Back - back) * (pair.Back - back));
        return own > 0 && other > 0 ? shared / Math.Sqrt(own * other) : double.NaN;
    }
}
