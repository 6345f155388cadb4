using System.Globalization;
using Relsim.Datasets;
using Relsim.Evaluation.Reports.Plots;
using Relsim.Evaluation.Reports.Sections;
using Relsim.Evaluation.Statistics;
using Relsim.Evaluation.Study;

namespace Relsim.Evaluation.Reports;

/// <summary>A score that a paper printed.</summary>
/// <param name="Method">The method.</param>
/// <param name="Score">Its mean score, 0 to 10.</param>
/// <param name="Note">A sentence on where it was found; empty for none.</param>
public sealed record PublishedScore(string Method, double Score, string Note);

/// <summary>The paper's numbers (arXiv 2512.07833), read from files and drawn as its figures show them.</summary>
public static class PublishedFigures
{
    /// <summary>File name of the judge's scores: columns <c>method</c>, <c>score</c> (0 to 10) and <c>note</c>, which may be empty.</summary>
    public const string ScoresFile = "judge-scores.csv";

    /// <summary>File name of the preference counts, as <see cref="VotesFile"/> reads them.</summary>
    public const string PreferenceFile = "preference.csv";

    private const string Ours = "relsim";
    private const double HighestScore = 10;

    private static readonly string[] Columns = ["method", "score", "note"];

    /// <summary>Reads the judge's scores.</summary>
    /// <exception cref="DatasetFormatException">A column is missing, a method comes twice, or a score is no number from 0 to 10; the message names file and line.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static IReadOnlyList<PublishedScore> Read(string path)
    {
        CsvFile file = CsvFile.Read(path);
        foreach (string column in Columns.Where(column => !file.Has(column)))
        {
            throw new DatasetFormatException(path, 1, $"the column '{column}' is missing. Published scores have {string.Join(',', Columns)}.");
        }

        if (file.Rows.Count == 0)
        {
            throw new DatasetFormatException(path, "there is no score below the header.");
        }

        var methods = new HashSet<string>(StringComparer.Ordinal);
        return [.. file.Rows.Select(row => methods.Add(row.Get("method")) ? new PublishedScore(row.Get("method"), Score(row), row.Find("note") ?? "") : throw row.Fault($"the method '{row.Get("method")}' comes twice."))];
    }

    /// <summary>The scores as bars.</summary>
    public static BarChart ScoreChart(IReadOnlyList<PublishedScore> scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        return new BarChart(new BarChartContent
        {
            Title = "Does the first hit share the query's logic? Published scores",
            AxisTitle = "mean score of GPT-4o, 0 to 10, higher is better",
            Caption = "Relational Visual Similarity (arXiv 2512.07833): 1,000 queries over 28,000 pictures, first hit of each. Intervals and seeds were not published.",
            Decimals = 2,
            Items = [.. scores.Select(score => new BarChartItem(score.Method, new Estimate(score.Score, double.NaN, double.NaN, 0), score.Method == Ours, score.Note))],
        });
    }

    /// <summary>Preference counts as bars.</summary>
    public static PreferenceChart PreferenceChart(StudyReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return StudySection.Chart(
            report, Ours, "Which of two hits shares the query's logic? Published votes",
            "Relational Visual Similarity (arXiv 2512.07833): people were shown 300 triplets a baseline, at least 3 of them each. Shares of all votes on a pair of methods.");
    }

    /// <summary>Draws what a folder holds of the paper's numbers, each chart as PNG and SVG.</summary>
    /// <param name="data">The folder of <see cref="ScoresFile"/> and <see cref="PreferenceFile"/>.</param>
    /// <param name="output">Where the charts go.</param>
    /// <returns>Paths of the files written.</returns>
    /// <exception cref="DatasetFormatException">A file is of another form, or the folder holds neither.</exception>
    public static IReadOnlyList<string> Draw(string data, string output)
    {
        string scores = Path.Combine(data, ScoresFile), preferences = Path.Combine(data, PreferenceFile);
        var written = new List<string>();
        if (File.Exists(scores))
        {
            written.AddRange(Write(ScoreChart(Read(scores)), output, "published-scores"));
        }

        if (File.Exists(preferences))
        {
            written.AddRange(Write(PreferenceChart(StudyAnalysis.Run(VotesFile.Read(preferences))), output, "published-preferences"));
        }

        return written.Count > 0 ? written : throw new DatasetFormatException(data, $"the folder holds neither {ScoresFile} nor {PreferenceFile}.");
    }

    private static IEnumerable<string> Write(Chart chart, string folder, string name)
    {
        foreach (PlotFormat format in new[] { PlotFormat.Png, PlotFormat.Svg })
        {
            string path = Path.Combine(folder, $"{name}.{(format == PlotFormat.Png ? "png" : "svg")}");
            byte[] bytes = chart.Render(format);
            AtomicFile.Write(path, stream => stream.Write(bytes));
            yield return path;
        }
    }

    private static double Score(CsvRow row) =>
        double.TryParse(row.Get("score"), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double score) && score <= HighestScore
            ? score
            : throw row.Fault($"the score is '{row.Get("score")}'; it must be a number from 0 to 10.");
}
