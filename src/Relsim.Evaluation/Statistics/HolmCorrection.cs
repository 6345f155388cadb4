namespace Relsim.Evaluation.Statistics;

/// <summary>Holm's step-down correction of p-values for the number of tests made (Holm 1979): bounds the chance of any false discovery.</summary>
public static class HolmCorrection
{
    /// <summary>The corrected p-values, in the order given; NaN stays NaN and counts as no test.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside [0, 1].</exception>
    public static double[] Adjust(IReadOnlyList<double> pValues)
    {
        ArgumentNullException.ThrowIfNull(pValues);
        foreach (double p in pValues)
        {
            if (p is < 0 or > 1)
            {
                throw new ArgumentOutOfRangeException(nameof(pValues), p, "A p-value lies between 0 and 1.");
            }
        }

        var adjusted = new double[pValues.Count];
        Array.Fill(adjusted, double.NaN);
        int[] order = [.. Enumerable.Range(0, pValues.Count).Where(i => !double.IsNaN(pValues[i])).OrderBy(i => pValues[i])];
        double largest = 0;
        for (int rank = 0; rank < order.Length; rank++)
        {
            largest = Math.Max(largest, Math.Min(1, (order.Length - rank) * pValues[order[rank]]));
            adjusted[order[rank]] = largest;
        }

        return adjusted;
    }
}
