using System.Globalization;
using Relsim.Datasets;
using Relsim.Evaluation.Methods;

namespace Relsim.Evaluation.Retrieval;

/// <summary>What makes a picture of a pool relevant to another one. Thread-safe.</summary>
public sealed class Relevance
{
    private readonly Func<int, int, double> _grade;
    private readonly Func<int, bool> _isLabelled;

    private Relevance(string name, Func<int, int, double> grade, Func<int, bool> isLabelled) => (Name, _grade, _isLabelled) = (name, grade, isLabelled);

    /// <summary>The column's or the file's name.</summary>
    public string Name { get; }

    /// <summary>Pictures are relevant to each other (grade 1) where a column of the manifest says the same of both.</summary>
    /// <param name="pool">The pool.</param>
    /// <param name="column">The column's name.</param>
    /// <param name="unlabelled">A value that stands for no label, as null and an absent column do; null: there is none.</param>
    /// <exception cref="ArgumentException">No picture has a value in that column; the message names the columns.</exception>
    public static Relevance OfColumn(RetrievalPool pool, string column, string? unlabelled = null)
    {
        ArgumentNullException.ThrowIfNull(pool);
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        int[] labels = [.. pool.Images.Select(image => image.Column(column) is { } value && value != unlabelled ? Number(value) : -1)];
        return numbers.Count > 0
            ? new Relevance(column, (query, item) => labels[query] >= 0 && labels[query] == labels[item] ? 1 : 0, item => labels[item] >= 0)
            : throw new ArgumentException($"No picture of the pool has a value in the column '{column}'. Columns are: {Columns(pool)}.", nameof(column));

        int Number(string value)
        {
            numbers.TryAdd(value, numbers.Count);
            return numbers[value];
        }
    }

    /// <summary>
    /// Grades from a TREC qrels file: lines of query, iteration (passed over), picture and grade, of which those above 0 are relevant. Pictures that the file does not
    /// name have grade 0.
    /// </summary>
    /// <exception cref="DatasetFormatException">A line has other than four columns, a grade is no whole number, or a picture is not in the pool; the message names file and line.</exception>
    public static Relevance OfQrels(RetrievalPool pool, string path)
    {
        ArgumentNullException.ThrowIfNull(pool);
        IReadOnlyDictionary<string, int?> numbers = TrecFiles.NumbersOf(pool);
        var grades = new Dictionary<int, Dictionary<int, double>>();
        foreach ((int line, string query, string item, int grade) in TrecFiles.ReadQrels(path))
        {
            if (Find(query, line) is { } asked && Find(item, line) is { } judged)
            {
                grades.TryAdd(asked, []);
                grades[asked][judged] = Math.Max(0, grade);
            }
        }

        return new Relevance(
            Path.GetFileName(path),
            (query, item) => grades.TryGetValue(query, out Dictionary<int, double>? ofQuery) && ofQuery.TryGetValue(item, out double grade) ? grade : 0,
            grades.ContainsKey);

        // A picture that cannot be read is in the manifest, but neither a query nor a hit.
        int? Find(string id, int line) => numbers.TryGetValue(id, out int? number)
            ? number
            : throw new DatasetFormatException(path, line, string.Create(CultureInfo.InvariantCulture, $"the pool has no picture \"{id}\"."));
    }

    /// <summary>The grade of a picture for a query; relevant is what has one above 0.</summary>
    public double Grade(int query, int item) => _grade(query, item);

    /// <summary>Whether anything is said about a picture as a query.</summary>
    public bool IsLabelled(int query) => _isLabelled(query);

    private static string Columns(RetrievalPool pool)
    {
        string[] names = [.. pool.Images.Where(image => image.Columns.ValueKind == System.Text.Json.JsonValueKind.Object)
            .SelectMany(image => image.Columns.EnumerateObject().Select(column => column.Name)).Distinct(StringComparer.Ordinal)];
        return names.Length > 0 ? string.Join(", ", names) : "none (the pool is a folder)";
    }
}
