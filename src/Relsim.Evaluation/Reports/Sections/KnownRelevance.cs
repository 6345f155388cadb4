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

    /// <summary>The qrels files of a folder, by name.</summary>
    /// <exception cref="Datasets.DatasetFormatException">A file breaks the format.</exception>
    public static IReadOnlyList<KnownRelevance> Read(string folder)
    {
        var all = new List<KnownRelevance>();
        foreach (string path in Directory.EnumerateFiles(folder, "*.qrels").Order(StringComparer.Ordinal))
        {
            var known = new KnownRelevance(Path.GetFileNameWithoutExtension(path));
            foreach ((_, string query, string item, int grade) in TrecFiles.ReadQrels(path))
            {
                known._queries.Add(query);
                if (grade > 0)
                {
                    known._relevant.Add((query, item));
                }
            }

            all.Add(known);
        }

        return all;
    }

    /// <summary>Whether a hit is relevant; null where nothing is known of the query.</summary>
    public bool? IsRelevant(string query, string item)
    {
        string asked = TrecFiles.IdOf(query);
        return _queries.Contains(asked) ? _relevant.Contains((asked, TrecFiles.IdOf(item))) : null;
    }
}
