using System.Text.Json;
using Relsim.Datasets;
using Relsim.Evaluation.Retrieval;

namespace Relsim.Evaluation.Reports.Sections;

/// <summary>Every picture that a run or its report could not read, and why.</summary>
internal static class MissingPictures
{
    /// <summary>The run's own errors, then the judge's, then those of the report's pictures.</summary>
    /// <exception cref="DatasetFormatException">A line of the run's errors is of another form.</exception>
    public static IReadOnlyList<(string Path, string Where, string Reason)> Of(EvaluationFolder run, ReportImages images) =>
    [
        .. Read(Path.Combine(run.Path, RetrievalFiles.Errors)).Select(error => (error.Path, error.Method is { } method ? $"described by {method}" : "pool", error.Reason)),
        .. (run.Judge?.ImageErrors ?? []).Select(error => (error.Path, "judge", error.Reason)),
        .. images.Errors.Select(error => (error.Key, "this page", error.Value)),
    ];

    private static IEnumerable<RetrievalError> Read(string path)
    {
        int number = 0;
        foreach (string line in File.Exists(path) ? File.ReadLines(path) : [])
        {
            number++;
            yield return Parse(path, number, line);
        }
    }

    private static RetrievalError Parse(string path, int number, string line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, RetrievalErrorJson.Default.RetrievalError) ?? throw new DatasetFormatException(path, number, "the line holds null.");
        }
        catch (JsonException e)
        {
            throw new DatasetFormatException(path, number, $"this is no error of a retrieval ({e.Message.Split(" Path:", 2)[0]}). Run the retrieval again.", e);
        }
    }
}
