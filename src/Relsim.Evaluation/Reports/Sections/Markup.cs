using Relsim.Evaluation.Reports.Plots;

namespace Relsim.Evaluation.Reports.Sections;

/// <summary>A part of the report: what it says in short, and its section.</summary>
/// <param name="Id">Its anchor.</param>
/// <param name="Title">Its heading.</param>
/// <param name="Verdict">A sentence or two for the top of the page; empty for none.</param>
/// <param name="Body">All below the heading.</param>
internal sealed record ReportPart(string Id, string Title, Html Verdict, Html Body);

/// <summary>Tables and figures that the parts of a report share.</summary>
internal static class Markup
{
    private const int WideWidth = 820;
    private const int NarrowWidth = 330;

    /// <summary>A chart twice, for a desk and for a telephone; the page shows one of them.</summary>
    public static Html Figure(Chart chart, string id) => Html.Of($"""
        <figure class="plot" aria-labelledby="{id}">
        <p class="plot-title" id="{id}">{chart.Title}</p>
        <div class="wide">{new Html(chart.Inline(WideWidth, id + "w"))}</div>
        <div class="narrow">{new Html(chart.Inline(NarrowWidth, id + "n"))}</div>
        <figcaption>{chart.Caption}</figcaption>
        </figure>
        """);

    /// <summary>A table that scrolls by itself where it is too wide.</summary>
    /// <param name="caption">What the table shows.</param>
    /// <param name="columns">Headings; the first is that of the rows' names. One that begins with '&lt;' stands over words, which are aligned left.</param>
    /// <param name="rows">Each a row's name and its cells.</param>
    public static Html Table(Html caption, IReadOnlyList<string> columns, IEnumerable<(Html Name, IReadOnlyList<Html> Cells)> rows) => Html.Of($"""
        <div class="scroll" tabindex="0"><table class="numbers"><caption>{caption}</caption>
        <thead><tr>{Html.Each(columns, Heading)}</tr></thead>
        <tbody>
        {Html.Each(rows, row => Html.Of($"<tr><th scope=\"row\">{row.Name}</th>{Html.Each(row.Cells.Zip(columns.Skip(1)), cell => Html.Of($"<td{Alignment(cell.Second)}>{cell.First}</td>"))}</tr>\n"))}</tbody>
        </table></div>
        """);

    private static Html Heading(string column) => Html.Of($"<th scope=\"col\"{Alignment(column)}>{column.TrimStart('<')}</th>");

    private static Html Alignment(string column) => column.StartsWith('<') ? new Html(" class=\"words\"") : Html.Empty;

    /// <summary>Text as markup.</summary>
    public static Html Text(string text) => Html.Of($"{text}");

    /// <summary>A value above its interval; strong where it is the best of its column.</summary>
    public static Html Cell(Statistics.Estimate value, int decimals, bool isBest = false)
    {
        Html number = Text(NumberText.Of(value.Mean, decimals));
        return Html.Of($"{(isBest ? Html.Of($"<strong>{number}</strong>") : number)}<span class=\"interval\">{NumberText.Interval(value, decimals)}</span>");
    }

    /// <summary>Whether a difference holds, in words and as a sign.</summary>
    public static Html Holds(PairedTest test) => double.IsNaN(test.HolmPValue) ? Text("no test") : test.Holds
        ? Html.Of($"<span class=\"chip yes\">holds</span>")
        : Html.Of($"<span class=\"chip no\">may be chance</span>");

    /// <summary>The best against the others, and all pairs behind a fold.</summary>
    public static Html Tests(Comparison comparison, string correctedOver)
    {
        Html caption = Html.Of($"""
            {Capital(comparison.Measure)}: the best method against each other, on the same queries. Mean difference with its 95 % interval; p-values of a two-sided
            paired bootstrap test, then corrected by Holm over {correctedOver}.
            """);
        return comparison.Tests.Count == 0 ? Html.Empty : Html.Of($"""
            {TestTable(caption, comparison.OfBest, comparison.Decimals)}
            {(comparison.Tests.Count == comparison.OfBest.Count ? Html.Empty : FoldedTests(comparison))}
            """);
    }

    /// <summary>All pairs, behind a fold.</summary>
    public static Html FoldedTests(Comparison comparison) => Html.Of($"""
        <details><summary>Tests of all {NumberText.Count(comparison.Tests.Count, "pair", "pairs")} by {comparison.Measure}</summary>
        {TestTable(Html.Of($"{Capital(comparison.Measure)}: every pair."), comparison.Tests, comparison.Decimals)}
        </details>
        """);

    private static string Capital(string sentence) => sentence.StartsWith("the ", StringComparison.Ordinal) ? $"T{sentence[1..]}" : sentence;

    private static Html TestTable(Html caption, IEnumerable<PairedTest> tests, int decimals) => Table(
        caption,
        ["Methods", "difference", "95 % interval", "p", "p (Holm)", "after correction"],
        tests.Select(test => (Html.Of($"{test.First} \u2212 {test.Second}"), (IReadOnlyList<Html>)
        [
            Text(NumberText.Of(test.Difference.Mean, decimals)), Text(NumberText.Interval(test.Difference, decimals)), Text(NumberText.Of(test.PValue, 4)), Text(NumberText.Of(test.HolmPValue, 4)), Holds(test),
        ])));
}
