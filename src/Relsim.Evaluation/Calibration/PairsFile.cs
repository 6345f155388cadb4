using System.Globalization;
using Relsim.Datasets;

namespace Relsim.Evaluation.Calibration;

/// <summary>
/// Labelled pairs in comma-separated values (RFC 4180, UTF-8), in either of two forms; columns stand in any order, and others are passed over.
/// <para>
/// Pictures: <c>image_a</c>, <c>image_b</c> (paths, from the file's folder on), <c>related</c>. Scores: <c>score</c>, <c>related</c>. <c>related</c> is 1 or 0, the share of
/// people who call the pair related, or, beside a column <c>total</c>, how many of so many do.
/// </para>
/// </summary>
public sealed class PairsFile
{
    // A cosine of float32 vectors may pass 1 by a hair.
    private const double Rounding = 1e-4;

    private readonly double[] _labels;

    private PairsFile(string path, double[] labels) => (FilePath, _labels) = (path, labels);

    /// <summary>The file.</summary>
    public string FilePath { get; }

    /// <summary>Share of people who call a pair related, one a pair, 0 to 1.</summary>
    public IReadOnlyList<double> Labels => _labels;

    /// <summary>Full paths of the pictures, one a pair; empty where the file holds scores.</summary>
    public IReadOnlyList<(string First, string Second)> Images { get; private init; } = [];

    /// <summary>Scores, one a pair; empty where the file holds pictures.</summary>
    public IReadOnlyList<double> Scores { get; private init; } = [];

    /// <summary>Reads a file of either form.</summary>
    /// <exception cref="DatasetFormatException">It is of neither form, or a row is out of range; the message names the line.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static PairsFile Read(string path)
    {
        CsvFile csv = CsvFile.Read(path);
        bool hasImages = csv.Has("image_a") && csv.Has("image_b"), hasScores = csv.Has("score");
        if (hasImages == hasScores || !csv.Has("related"))
        {
            throw new DatasetFormatException(path, 1, "the columns must be image_a,image_b,related or score,related, with total where related is a count of votes.");
        }

        double[] labels = [.. csv.Rows.Select(row => Label(row, csv.Has("total")))];
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        return hasScores
            ? new PairsFile(path, labels) { Scores = [.. csv.Rows.Select(row => Number(row, "score", -1 - Rounding, 1 + Rounding))] }
            : new PairsFile(path, labels) { Images = [.. csv.Rows.Select(row => (Image(row, "image_a", folder), Image(row, "image_b", folder)))] };
    }

    /// <summary>The labels beside scores of the same pairs.</summary>
    /// <exception cref="ArgumentException">There are not as many scores as pairs.</exception>
    public IReadOnlyList<LabelledScore> WithScores(IReadOnlyList<double> scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        return scores.Count == _labels.Length
            ? [.. scores.Zip(_labels, (score, label) => new LabelledScore(score, label))]
            : throw new ArgumentException($"{FilePath} holds {_labels.Length} pairs; got {scores.Count} scores.", nameof(scores));
    }

    private static double Label(CsvRow row, bool hasTotal)
    {
        if (!hasTotal)
        {
            return Number(row, "related", 0, 1);
        }

        double total = Number(row, "total", 1, 1e9);
        return Number(row, "related", 0, total) / total;
    }

    private static string Image(CsvRow row, string column, string folder) => Path.GetFullPath(Path.Combine(folder, row.Get(column)));

    private static double Number(CsvRow row, string column, double low, double high) =>
        double.TryParse(row.Get(column), NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out double value)
            && value >= low && value <= high
            ? value
            : throw row.Fault(string.Create(CultureInfo.InvariantCulture, $"{column} is '{row.Get(column)}'; it must be a number from {low:0.##} to {high:0.##}."));
}
