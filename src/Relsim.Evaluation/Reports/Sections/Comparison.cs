using Relsim.Evaluation.Statistics;

namespace Relsim.Evaluation.Reports.Sections;

/// <summary>A method's place.</summary>
/// <param name="Method">Its name.</param>
/// <param name="Value">Its number; higher is better.</param>
internal sealed record Standing(string Method, Estimate Value);

/// <summary>Two methods on the same queries.</summary>
/// <param name="First">The one.</param>
/// <param name="Second">The other.</param>
/// <param name="Difference">Mean of first minus second.</param>
/// <param name="PValue">Of 'no difference'.</param>
/// <param name="HolmPValue">The same after Holm's correction.</param>
internal sealed record PairedTest(string First, string Second, Estimate Difference, double PValue, double HolmPValue)
{
    // Below it a difference is said to hold.
    private const double Level = 0.05;

    /// <summary>Whether the difference holds after the correction.</summary>
    public bool Holds => HolmPValue < Level;

    /// <summary>The same, seen from the second.</summary>
    public PairedTest Reversed => new(
        Second, First, new Estimate(-Difference.Mean, -Difference.High, -Difference.Low, Difference.Queries), PValue, HolmPValue);
}

/// <summary>Methods on one measure, with tests between them.</summary>
internal sealed class Comparison
{
    private readonly IReadOnlyList<PairedTest> _tests;

    /// <summary>Ranks the methods; those without a value come last.</summary>
    public Comparison(string measure, int decimals, IEnumerable<Standing> standings, IReadOnlyList<PairedTest> tests)
    {
        (Measure, Decimals, _tests) = (measure, decimals, tests);
        Ranked = [.. standings.OrderByDescending(standing => double.IsNaN(standing.Value.Mean) ? double.NegativeInfinity : standing.Value.Mean)];
    }

    /// <summary>What was measured.</summary>
    public string Measure { get; }

    /// <summary>Decimals that its values are written with.</summary>
    public int Decimals { get; }

    /// <summary>Best first.</summary>
    public IReadOnlyList<Standing> Ranked { get; }

    /// <summary>The tests as they were made.</summary>
    public IReadOnlyList<PairedTest> Tests => _tests;

    /// <summary>The best against each other method that it was tested against, in rank order.</summary>
    public IReadOnlyList<PairedTest> OfBest => [.. Ranked.Skip(1).Select(other => Between(Ranked[0].Method, other.Method)).OfType<PairedTest>()];

    /// <summary>The test of two methods seen from the first; null where there is none.</summary>
    public PairedTest? Between(string first, string second) =>
        _tests.FirstOrDefault(test => test.First == first && test.Second == second)
        ?? _tests.FirstOrDefault(test => test.First == second && test.Second == first)?.Reversed;

    /// <summary>Who is best, by how much, and whether that holds; then where <paramref name="highlighted"/> stands.</summary>
    public Html Verdict(string? highlighted)
    {
        if (Ranked.Count == 0 || double.IsNaN(Ranked[0].Value.Mean))
        {
            return Html.Of($"No method has a value of {Measure}.");
        }

        Standing best = Ranked[0];
        Html first = Html.Of($"<strong>{best.Method}</strong> {(Ranked.Count == 1 ? "reaches" : "is best by")} {Measure}{(Ranked.Count == 1 ? " of" : ":")} {NumberText.Of(best.Value, Decimals)}.");
        return Html.Of($"{first}{Lead()}{Others()}{Place(highlighted)}");
    }

    private Html Lead()
    {
        if (Ranked.Count < 2 || Between(Ranked[0].Method, Ranked[1].Method) is not { } lead || double.IsNaN(lead.HolmPValue))
        {
            return Html.Empty;
        }

        string by = NumberText.Of(lead.Difference, Decimals);
        return lead.Holds
            ? Html.Of($" It leads the next, {lead.Second}, by {by}, a difference that holds after Holm's correction ({NumberText.PValue(lead.HolmPValue)}).")
            : Html.Of($" Its lead over the next, {lead.Second}, of {by} may be chance ({NumberText.PValue(lead.HolmPValue)} after Holm's correction).");
    }

    private Html Others()
    {
        IReadOnlyList<PairedTest> tests = OfBest;
        int behind = tests.Count(test => test.Holds && test.Difference.Mean > 0);
        return tests.Count < 2 ? Html.Empty : Html.Of($" {(behind == tests.Count ? "All" : NumberText.Count(behind))} of {NumberText.Count(tests.Count)} others are significantly behind it.");
    }

    private Html Place(string? highlighted)
    {
        int place = highlighted is null ? -1 : Ranked.Select(standing => standing.Method).ToList().IndexOf(highlighted);
        if (place < 1 || double.IsNaN(Ranked[place].Value.Mean))
        {
            return Html.Empty;
        }

        Html stands = Html.Of($" <strong>{highlighted}</strong> stands at place {place + 1} with {NumberText.Of(Ranked[place].Value, Decimals)}");
        return Between(Ranked[0].Method, highlighted!) is { } test
            ? Html.Of($"{stands}, {NumberText.Of(test.Difference.Mean, Decimals)} behind; that {(test.Holds ? "holds" : "may be chance")} ({NumberText.PValue(test.HolmPValue)}).")
            : Html.Of($"{stands}.");
    }
}
