using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Relsim.Datasets;
using Relsim.Evaluation.Methods;

namespace Relsim.Evaluation.Retrieval;

/// <summary>
/// The result files of a retrieval run: <c>retrieved_images.json</c> (published format), <c>runs/METHOD.run</c> and <c>qrels.txt</c> (TREC), <c>retrieval.json</c>,
/// <c>retrieval.md</c>, <c>joint.json</c> (<see cref="JointScores"/>) and, where something could not be described, <c>errors.jsonl</c>. Paths in them are relative to the folder.
/// </summary>
public sealed class RetrievalFiles
{
    /// <summary>The hits in the published format.</summary>
    public const string Images = "retrieved_images.json";

    /// <summary>The report.</summary>
    public const string Report = "retrieval.json";

    /// <summary>The report for people.</summary>
    public const string Markdown = "retrieval.md";

    /// <summary>Pictures that could not be read or described.</summary>
    public const string Errors = "errors.jsonl";

    /// <summary>The relevance of the first table.</summary>
    public const string Qrels = "qrels.txt";

    /// <summary>Folder of the run files.</summary>
    public const string Runs = "runs";

    // Letters of all scripts as they are: the file is read by people too.
    private static readonly RetrievalErrorJson Readable = new(new JsonSerializerOptions(RetrievalErrorJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    private readonly string _folder;
    private readonly RetrievalPool _pool;
    private readonly IReadOnlyList<int> _queries;
    private readonly string[] _paths;
    private readonly OrderedDictionary<string, IReadOnlyList<RetrievedQuery>> _retrieved = [];

    internal RetrievalFiles(string folder, RetrievalPool pool, IReadOnlyList<int> queries)
    {
        _folder = Path.GetFullPath(folder);
        _pool = pool;
        _queries = queries;
        _paths = [.. pool.Images.Select(image => Relative(image.Path))];
    }

    /// <summary>The name of a relevance's qrels: the first one's is <see cref="Qrels"/>, the others carry their own.</summary>
    public static string QrelsOf(string relevance, bool isFirst) =>
        isFirst ? Qrels : $"qrels-{string.Concat(relevance.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' ? c : '_'))}.txt";

    /// <summary>Removes all result files of a folder, those of methods that are not asked for any more included.</summary>
    public static void Clear(string folder)
    {
        foreach (string file in Results(folder))
        {
            File.Delete(file);
        }
    }

    /// <summary>The result files that a folder holds.</summary>
    internal static IReadOnlyList<string> Results(string folder)
    {
        string[] patterns = [Images, Report, Markdown, Errors, JointScores.FileName, "qrels*.txt"];
        return [.. patterns.SelectMany(pattern => Names(folder, pattern)), .. Names(Path.Combine(folder, Runs), "*.run")];

        static string[] Names(string folder, string pattern) => Directory.Exists(folder) ? Directory.GetFiles(folder, pattern) : [];
    }

    /// <summary>Writes a method's run and keeps its first hits for the published JSON.</summary>
    internal void Add(RetrievalMethod method, IReadOnlyList<IReadOnlyList<RankedHit>> hits, RetrievalSettings settings)
    {
        float sign = method.Direction == ScoreDirection.LowerIsCloser ? -1 : 1;
        TrecFiles.WriteRun(Path.Combine(_folder, Runs, $"{method.Name}.run"), method.Name, _pool, _queries, hits, settings.RunDepth, sign);
        _retrieved[method.Name] = [.. _queries.Select((query, i) => Retrieved(query, [.. hits[i].Take(settings.TopK)]))];
    }

    /// <summary>Writes everything else.</summary>
    internal void WriteRest(RetrievalReport report, IReadOnlyList<Relevance> relevances, IReadOnlyList<RetrievalError> errors)
    {
        RetrievedImages.Write(Path.Combine(_folder, Images), _retrieved);
        for (int i = 0; i < relevances.Count; i++)
        {
            TrecFiles.WriteQrels(Path.Combine(_folder, QrelsOf(relevances[i].Name, i == 0)), _pool, _queries, relevances[i]);
        }

        WriteErrors(errors);
        WriteText(Markdown, RetrievalMarkdown.Of(report));
        WriteText(Report, report.ToJson());
    }

    private RetrievedQuery Retrieved(int query, RankedHit[] hits) => new()
    {
        QueryImageId = _pool.Images[query].Id,
        QueryImagePath = _paths[query],
        TopKImageIds = [.. hits.Select(hit => _pool.Images[hit.Item].Id)],
        TopKImagePaths = [.. hits.Select(hit => _paths[hit.Item])],
        TopKScores = [.. hits.Select(hit => Shortest(hit.Score))],
    };

    // The double nearest to what the float is written as: 0.1 stays 0.1.
    private static double Shortest(float score) => double.Parse(score.ToString("R", System.Globalization.CultureInfo.InvariantCulture), System.Globalization.CultureInfo.InvariantCulture);

    private void WriteErrors(IReadOnlyList<RetrievalError> errors)
    {
        string path = Path.Combine(_folder, Errors);
        if (errors.Count == 0)
        {
            File.Delete(path);
            return;
        }

        WriteText(Errors, string.Concat(errors.Select(error =>
            JsonSerializer.Serialize(error with { Path = Relative(error.Path) }, Readable.RetrievalError) + "\n")));
    }

    private void WriteText(string name, string text) => AtomicFile.Write(Path.Combine(_folder, name), stream => stream.Write(Encoding.UTF8.GetBytes(text)));

    private string Relative(string path) => Path.GetRelativePath(_folder, Path.GetFullPath(path)).Replace(Path.DirectorySeparatorChar, '/');
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RetrievalError))]
internal sealed partial class RetrievalErrorJson : JsonSerializerContext;
