using System.Globalization;

namespace Relsim.Evaluation.Tests.Retrieval;

/// <summary>
/// Metrics of a run and qrels as trec_eval takes them, by their definitions: hits ordered by score and then by name, backwards (ranks in the file are not looked at),
/// what is not judged not relevant.
/// </summary>
internal sealed class TrecOracle
{
    private readonly Dictionary<string, Dictionary<string, int>> _grades;
    private readonly Dictionary<string, string[]> _rankings;

    public TrecOracle(string run, string qrels)
    {
        _grades = Columns(qrels).GroupBy(line => line[0]).ToDictionary(group => group.Key, group => group.ToDictionary(line => line[2], line => int.Parse(line[3], CultureInfo.InvariantCulture)));
        _rankings = Columns(run).GroupBy(line => line[0]).ToDictionary(
            group => group.Key,
            group => group.OrderByDescending(line => float.Parse(line[4], CultureInfo.InvariantCulture)).ThenByDescending(line => line[2], StringComparer.Ordinal).Select(line => line[2]).ToArray());
    }

    /// <summary>The mean of a metric over the queries that have a relevant picture.</summary>
    public double Mean(string metric) => _rankings.Where(query => _grades.ContainsKey(query.Key)).Average(query => Of(metric, query.Value, _grades[query.Key]));

    private static double Of(string metric, string[] ranking, Dictionary<string, int> grades)
    {
        string[] parts = metric.Split('@');
        int k = parts.Length > 1 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : ranking.Length;
        int[] found = [.. ranking.Select(id => grades.GetValueOrDefault(id))];
        int relevant = grades.Values.Count(grade => grade > 0);
        int first = Array.FindIndex(found, grade => grade > 0);
        return parts[0] switch
        {
            "hit" => found.Take(k).Any(grade => grade > 0) ? 1 : 0,
            "precision" => found.Take(k).Count(grade => grade > 0) / (double)k,
            "recall" => found.Take(k).Count(grade => grade > 0) / (double)relevant,
            "ndcg" => Dcg(found.Take(k)) / Dcg(grades.Values.OrderDescending().Take(k)),
            "map" => Enumerable.Range(0, found.Length).Where(i => found[i] > 0).Sum(i => found.Take(i + 1).Count(grade => grade > 0) / (i + 1.0)) / relevant,
            "mrr" => first < 0 ? 0 : 1 / (first + 1.0),
            "r-precision" => found.Take(relevant).Count(grade => grade > 0) / (double)relevant,
            _ => throw new ArgumentException($"There is no oracle of {metric}."),
        };
    }

    private static double Dcg(IEnumerable<int> grades) => grades.Select((grade, i) => grade / Math.Log2(i + 2)).Sum();

    private static string[][] Columns(string path) => [.. File.ReadLines(path).Select(line => line.Split(' '))];
}
