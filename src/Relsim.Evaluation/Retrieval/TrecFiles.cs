using System.Globalization;
using System.Text;
using Relsim.Datasets;

namespace Relsim.Evaluation.Retrieval;

/// <summary>
/// The files that TREC's tools read: runs (query, Q0, picture, rank, score, tag) and qrels (query, 0, picture, grade). Columns are separated by white space, so
/// white space in identifiers is written as %20 and the like, and % as %25.
/// </summary>
internal static class TrecFiles
{
    private const int QrelsColumns = 4;

    /// <summary>An identifier without white space.</summary>
    public static string IdOf(string id) => id.Any(c => char.IsWhiteSpace(c) || c == '%')
        ? string.Concat(id.Select(c => char.IsWhiteSpace(c) || c == '%' ? Uri.EscapeDataString(c.ToString()) : c.ToString()))
        : id;

    /// <summary>The number of every picture by its identifier, as it is and as TREC's files have it; null for those that cannot be read.</summary>
    public static IReadOnlyDictionary<string, int?> NumbersOf(RetrievalPool pool)
    {
        var numbers = new Dictionary<string, int?>(StringComparer.Ordinal);
        for (int i = 0; i < pool.Images.Count; i++)
        {
            numbers[IdOf(pool.Images[i].Id)] = i;
            numbers[pool.Images[i].Id] = i;
        }

        foreach (RetrievalError error in pool.Errors)
        {
            numbers.TryAdd(IdOf(error.Id), null);
            numbers.TryAdd(error.Id, null);
        }

        return numbers;
    }

    /// <summary>
    /// Writes a run. Scores are the method's, negated where lower is closer. TREC's tools sort by score and know nothing of ranks: where scores are equal, or a
    /// sum of steps has come that far, the next one is written as the next smaller number of 32 bits, so that they see our order.
    /// </summary>
    public static void WriteRun(string path, string tag, RetrievalPool pool, IReadOnlyList<int> queries, IReadOnlyList<IReadOnlyList<RankedHit>> hits, int depth, float sign) =>
        Write(path, lines =>
        {
            for (int q = 0; q < queries.Count; q++)
            {
                string query = IdOf(pool.Images[queries[q]].Id);
                float last = float.PositiveInfinity;
                for (int rank = 0; rank < Math.Min(depth, hits[q].Count); rank++)
                {
                    last = Math.Min(hits[q][rank].Score * sign, MathF.BitDecrement(last));
                    lines.WriteLine(string.Create(
                        CultureInfo.InvariantCulture, $"{query} Q0 {IdOf(pool.Images[hits[q][rank].Item].Id)} {rank + 1} {last:R} {tag}"));
                }
            }
        });

    /// <summary>Writes the relevant pictures of each query, without its twins.</summary>
    public static void WriteQrels(string path, RetrievalPool pool, IReadOnlyList<int> queries, Relevance relevance) => Write(path, lines =>
    {
        foreach (int query in queries)
        {
            for (int item = 0; item < pool.Images.Count; item++)
            {
                if (relevance.Grade(query, item) is > 0 and { } grade && !pool.AreTwins(query, item))
                {
                    lines.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{IdOf(pool.Images[query].Id)} 0 {IdOf(pool.Images[item].Id)} {grade:R}"));
                }
            }
        }
    });

    /// <summary>Streams a qrels file.</summary>
    /// <exception cref="DatasetFormatException">A line has other than four columns, or a grade is no whole number.</exception>
    public static IEnumerable<(int Line, string Query, string Item, int Grade)> ReadQrels(string path)
    {
        int number = 0;
        foreach (string line in File.ReadLines(path))
        {
            number++;
            string[] columns = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (columns.Length == 0)
            {
                continue;
            }

            yield return columns.Length == QrelsColumns && int.TryParse(columns[3], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int grade)
                ? (number, columns[0], columns[2], grade)
                : throw new DatasetFormatException(path, number, "a line of qrels has four columns: query, 0, picture, and a whole number as grade.");
        }
    }

    private static void Write(string path, Action<StreamWriter> write) => AtomicFile.Write(path, stream =>
    {
        using var lines = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), 1 << 16, leaveOpen: true) { NewLine = "\n" };
        write(lines);
    });
}
