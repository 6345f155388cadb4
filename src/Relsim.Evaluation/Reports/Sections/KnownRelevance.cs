using Relsim.Evaluation.Retrieval;

namespace Relsim.Evaluation.Reports.Sections;

/// <summary>Which pictures are relevant to which query, from a qrels file beside the results.</summary>
internal sealed class KnownRelevance
{
    private readonly HashSet<(string Query, string Item)> _relevant = [];
    private readonly HashSet<string> _queries = [];

    private KnownRelevance(string name) => Name = name;

    /// <summary>What makes a picture relevant.</summary>
    public string Name { get; }

    /// <summary>The qrels files that a retrieval wrote beside its report.</summary>
    /// <exception cref="Datasets.DatasetFormatException">A file breaks the format.</exception>
    public static IReadOnlyList<KnownRelevance> Read(EvaluationFolder run) =>
    [
        .. (run.Retrieval?.Tables ?? []).Select((table, i) => (table.Relevance, Path: Path.Combine(run.Path, RetrievalFiles.QrelsOf(table.Relevance, i == 0))))
            .Where(file => File.Exists(file.Path)).Select(file => Read(file.Relevance, file.Path)),
    ];

    private static KnownRelevance Read(string name, string path)
    {
        var known = new KnownRelevance(name);
        foreach ((_, string query, string item, int grade) in TrecFiles.ReadQrels(path))
        {
            known._queries.Add(query);
            if (grade > 0)
            {
                known._relevant.Add((query, item));
            }
        }

        return known;
    }

    /// <summary>Whether a hit is relevant; null where nothing is known of the query.</summary>
    public bool? IsRelevant(string query, string item)
    {
        string asked = TrecFiles.IdOf(query);
        return _queries.Contains(asked) ? _relevant.Contains((asked, TrecFiles.IdOf(item))) : null;
    }
}
