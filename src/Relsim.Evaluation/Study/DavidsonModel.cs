using MathNet.Numerics.LinearAlgebra;
using Relsim.Evaluation.Statistics;

namespace Relsim.Evaluation.Study;

/// <summary>
/// Strengths of methods from votes on pairs (Bradley and Terry 1952, with ties after Davidson 1970): the odds of a winning : tie : b winning are
/// pi(a) : nu sqrt(pi(a) pi(b)) : pi(b). Maximum likelihood by Newton's method, which has one optimum to find as the log likelihood is concave in the logarithms.
/// </summary>
public static class DavidsonModel
{
    private const double Z = StandardNormal.Quantile975;
    private const int MaxSteps = 200;
    private const double SmallestStep = 1e-10;
    private const double Rounding = 1e-12;

    /// <summary>
    /// The strengths, or the sentence that says why they have no finite estimate: methods that were never compared, directly or through others, only ties, or a
    /// method that never loses (or never wins) against the rest. Counts of the same two methods add up.
    /// </summary>
    public static (MethodStrengths? Strengths, string? Refusal) Fit(IReadOnlyList<PreferenceCounts> counts)
    {
        ArgumentNullException.ThrowIfNull(counts);
        string[] methods = [.. counts.Where(pair => pair.Votes > 0).SelectMany(pair => new[] { pair.MethodA, pair.MethodB }).Distinct().Order(StringComparer.Ordinal)];
        Pair[] pairs = Merge(methods, counts);
        if (ComparisonGraph.Refusal(methods, [.. pairs.Select(pair => (pair.A, pair.B, pair.WinsA, pair.Ties, pair.WinsB))]) is { } refusal)
        {
            return (null, refusal);
        }

        bool hasTies = pairs.Any(pair => pair.Ties > 0);
        var fit = new Likelihood(pairs, methods.Length, hasTies);
        return fit.Maximize() is { } optimum
            ? (Describe(methods, optimum, fit.Covariance(optimum), hasTies), null)
            : (null, "The likelihood is too flat for a finite estimate; more votes would help.");
    }

    private static Pair[] Merge(string[] methods, IReadOnlyList<PreferenceCounts> counts)
    {
        IEnumerable<Pair> pairs = counts.Where(pair => pair.Votes > 0)
            .Select(pair => string.CompareOrdinal(pair.MethodA, pair.MethodB) < 0 ? pair : pair.Mirror())
            .GroupBy(pair => (pair.MethodA, pair.MethodB))
            .Select(group => new Pair(
                Array.IndexOf(methods, group.Key.MethodA),
                Array.IndexOf(methods, group.Key.MethodB),
                group.Sum(pair => (double)pair.WinsA),
                group.Sum(pair => (double)pair.Ties),
                group.Sum(pair => (double)pair.WinsB)));
        return [.. pairs.OrderBy(pair => pair.A).ThenBy(pair => pair.B)];
    }

    private static MethodStrengths Describe(string[] methods, Vector<double> optimum, Matrix<double> covariance, bool hasTies)
    {
        MethodStrength[] strengths =
        [
            .. methods.Select((method, i) =>
            {
                double error = Math.Sqrt(covariance[i, i]);
                return new MethodStrength(method, optimum[i], error, optimum[i] - (Z * error), optimum[i] + (Z * error));
            }).OrderByDescending(method => method.LogStrength),
        ];
        if (!hasTies)
        {
            return new MethodStrengths(strengths, 0, 0, 0);
        }

        int at = methods.Length;
        double margin = Z * Math.Sqrt(covariance[at, at]);
        return new MethodStrengths(strengths, Math.Exp(optimum[at]), Math.Exp(optimum[at] - margin), Math.Exp(optimum[at] + margin));
    }

    private readonly record struct Pair(int A, int B, double WinsA, double Ties, double WinsB);

    /// <summary>The log likelihood of the K log strengths and, where votes tie, log nu as the last parameter.</summary>
    private sealed class Likelihood(Pair[] pairs, int methods, bool hasTies)
    {
        private readonly int _parameters = methods + (hasTies ? 1 : 0);

        public Vector<double>? Maximize()
        {
            Vector<double> at = Vector<double>.Build.Dense(_parameters);
            double value = Value(at);
            for (int step = 0; step < MaxSteps; step++)
            {
                (Vector<double> gradient, Matrix<double> information) = Derivatives(at);
                Vector<double> move = Pinned(information).Solve(gradient);
                if (!move.ForAll(double.IsFinite))
                {
                    return null;
                }

                // A step that is too long is halved, unless what it could gain is lost in the value's rounding: so near the optimum the full step is right.
                while (move.DotProduct(gradient) > Rounding * Math.Abs(value) && Value(at + move) < value)
                {
                    move /= 2;
                }

                at += move;
                value = Value(at);
                if (move.InfinityNorm() <= SmallestStep)
                {
                    return at;
                }
            }

            return null;
        }

        /// <summary>Inverse of the information among log strengths that sum to 0.</summary>
        public Matrix<double> Covariance(Vector<double> at)
        {
            Matrix<double> inverse = Pinned(Derivatives(at).Information).Inverse();
            return inverse - OfStrengths(1.0 / ((double)methods * methods));
        }

        // A common factor of all strengths changes nothing: the information is singular along the ones, and adding their square pins the sum of the log strengths
        // at 0. Its own inverse, 1 / K^2 in every cell, is taken out of the covariance again.
        private Matrix<double> Pinned(Matrix<double> information) => information + OfStrengths(1);

        private Matrix<double> OfStrengths(double value) =>
            Matrix<double>.Build.Dense(_parameters, _parameters, (row, column) => row < methods && column < methods ? value : 0);

        private double Value(Vector<double> at)
        {
            double sum = 0;
            foreach (Pair pair in pairs)
            {
                (double a, double tie, double b) = Probabilities(at, pair);
                sum += Part(pair.WinsA, a) + Part(pair.Ties, tie) + Part(pair.WinsB, b);
            }

            return sum;
        }

        private (Vector<double> Gradient, Matrix<double> Information) Derivatives(Vector<double> at)
        {
            Vector<double> gradient = Vector<double>.Build.Dense(_parameters);
            Matrix<double> information = Matrix<double>.Build.Dense(_parameters, _parameters);
            foreach (Pair pair in pairs)
            {
                double votes = pair.WinsA + pair.Ties + pair.WinsB;
                (double a, double tie, double b) = Probabilities(at, pair);
                double lead = (a - b) / 2, slope = ((pair.WinsA - pair.WinsB) / 2) - (votes * lead);
                double variance = votes * (((a + b) / 4) - (lead * lead));
                gradient[pair.A] += slope;
                gradient[pair.B] -= slope;
                information[pair.A, pair.A] += variance;
                information[pair.B, pair.B] += variance;
                information[pair.A, pair.B] -= variance;
                information[pair.B, pair.A] -= variance;
                if (hasTies)
                {
                    gradient[methods] += pair.Ties - (votes * tie);
                    information[methods, methods] += votes * tie * (1 - tie);
                    AddCross(information, pair, -votes * lead * tie);
                }
            }

            return (gradient, information);
        }

        private void AddCross(Matrix<double> information, Pair pair, double covariance)
        {
            information[pair.A, methods] += covariance;
            information[methods, pair.A] += covariance;
            information[pair.B, methods] -= covariance;
            information[methods, pair.B] -= covariance;
        }

        private (double A, double Tie, double B) Probabilities(Vector<double> at, Pair pair)
        {
            double half = (at[pair.A] - at[pair.B]) / 2;
            double a = Math.Exp(half), tie = hasTies ? Math.Exp(at[methods]) : 0, b = Math.Exp(-half), sum = a + tie + b;
            return (a / sum, tie / sum, b / sum);
        }

        private static double Part(double votes, double probability) => votes == 0 ? 0 : votes * Math.Log(probability);
    }
}
