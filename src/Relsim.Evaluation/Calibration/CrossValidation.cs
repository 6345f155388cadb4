using Relsim.Evaluation.Statistics;
using Relsim.Torch.Encoders;

namespace Relsim.Evaluation.Calibration;

/// <summary>Folds of pairs with the same mix of labels in each, drawn by a seed.</summary>
internal sealed class CrossValidation
{
    private readonly LabelledScore[] _pairs;
    private readonly int[] _fold; // one a pair
    private readonly int _folds;

    public CrossValidation(LabelledScore[] pairs, int folds, int seed)
    {
        (_pairs, _folds, _fold) = (pairs, folds, new int[pairs.Length]);
        int[] order = [.. Enumerable.Range(0, pairs.Length)];
        new Random(seed).Shuffle(order);
        int next = 0;
        foreach (int pair in order.OrderBy(i => pairs[i].Related))
        {
            _fold[pair] = next++ % folds;
        }
    }

    /// <summary>Probabilities of all pairs, each from a curve that was fitted without its fold.</summary>
    public double[] Predict(CalibrationMethod method)
    {
        double[] predicted = new double[_pairs.Length];
        for (int fold = 0; fold < _folds; fold++)
        {
            CalibrationCurve curve = CurveFit.Fit(Outside(fold), method);
            for (int i = 0; i < _pairs.Length; i++)
            {
                predicted[i] = _fold[i] == fold ? curve.Probability(_pairs[i].Score) : predicted[i];
            }
        }

        return predicted;
    }

    /// <summary>What thresholds for a precision give on the pairs of the fold that each was chosen without.</summary>
    public ThresholdCheck CheckThreshold(double precision)
    {
        int taken = 0;
        double related = 0;
        for (int fold = 0; fold < _folds; fold++)
        {
            if (ThresholdChoice.Choose(Outside(fold), precision).Threshold is { } threshold)
            {
                LabelledScore[] above = [.. _pairs.Where((pair, i) => _fold[i] == fold && pair.Score >= threshold.Score)];
                taken += above.Length;
                related += above.Sum(pair => pair.Related);
            }
        }

        return new ThresholdCheck(Proportion.Of(Math.Min(related, taken), taken), related / _pairs.Sum(pair => pair.Related));
    }

    private LabelledScore[] Outside(int fold) => [.. _pairs.Where((_, i) => _fold[i] != fold)];
}
