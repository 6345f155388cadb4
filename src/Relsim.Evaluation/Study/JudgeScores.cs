using System.Text.Json;
using Relsim.Datasets;

namespace Relsim.Evaluation.Study;

/// <summary>
/// A judge's scores of the first hit of each method, from the published layout: <c>{config, summary, detailed_results: {method: [{query_id, query_image,
/// retrieved_image, method, rank, response, score}]}}</c>. Several scores of one pair are averaged; answers without a score are left out.
/// </summary>
public sealed class JudgeScores
{
    private readonly Dictionary<(string Method, string Query), List<(string? Image, double Score)>> _scores;

    private JudgeScores(string path, Dictionary<(string Method, string Query), List<(string? Image, double Score)>> scores) => (FilePath, _scores) = (path, scores);

    /// <summary>The file.</summary>
    public string FilePath { get; }

    /// <summary>Reads a judge's file.</summary>
    /// <exception cref="DatasetFormatException">It is not of the published layout.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static JudgeScores Read(string path)
    {
        var scores = new Dictionary<(string Method, string Query), List<(string? Image, double Score)>>();
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
            foreach (JsonProperty method in document.RootElement.GetProperty("detailed_results").EnumerateObject())
            {
                foreach (JsonElement result in method.Value.EnumerateArray())
                {
                    Add(scores, method.Name, result);
                }
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new DatasetFormatException(path, $"these are no results of a judge, {{\"detailed_results\": {{method: [...]}}}}: {e.Message}", e);
        }

        return new JudgeScores(path, scores);
    }

    /// <summary>
    /// The mean score of a method's first hit for a query, by the query's id or image; null where there is none. Where the candidate is named, only scores of that
    /// image count. Names of methods are compared without regard to case, images by their file names without extension.
    /// </summary>
    public double? Find(string method, string query, string? candidate)
    {
        ArgumentNullException.ThrowIfNull(method);
        ArgumentNullException.ThrowIfNull(query);
        string name = method.ToUpperInvariant();
        return _scores.TryGetValue((name, query), out var found) || _scores.TryGetValue((name, ImageName(query)), out found)
            ? Mean(found, candidate)
            : null;
    }

    private static double? Mean(List<(string? Image, double Score)> found, string? candidate)
    {
        double[] scores = [.. found.Where(score => candidate is null || (score.Image is { } image && ImageName(image) == ImageName(candidate))).Select(score => score.Score)];
        return scores.Length > 0 ? scores.Average() : null;
    }

    private static void Add(Dictionary<(string Method, string Query), List<(string? Image, double Score)>> scores, string method, JsonElement result)
    {
        bool isFirst = !result.TryGetProperty("rank", out JsonElement rank) || rank.GetInt32() == 1;
        if (!isFirst || !result.TryGetProperty("score", out JsonElement score) || score.ValueKind != JsonValueKind.Number)
        {
            return;
        }

        string? image = Text(result, "retrieved_image");
        string?[] queries = [Text(result, "query_id"), Text(result, "query_image") is { } query ? ImageName(query) : null];
        foreach (string key in queries.OfType<string>().Distinct(StringComparer.Ordinal))
        {
            if (!scores.TryGetValue((method.ToUpperInvariant(), key), out var list))
            {
                scores[(method.ToUpperInvariant(), key)] = list = [];
            }

            list.Add((image, score.GetDouble()));
        }
    }

    private static string? Text(JsonElement value, string name) => !value.TryGetProperty(name, out JsonElement field) ? null : field.ValueKind switch
    {
        JsonValueKind.String => field.GetString(),
        JsonValueKind.Number => field.GetRawText(),
        _ => null,
    };

    private static string ImageName(string image) => Path.GetFileNameWithoutExtension(image);
}
