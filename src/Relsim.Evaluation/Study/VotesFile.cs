using System.Globalization;
using Relsim.Datasets;

namespace Relsim.Evaluation.Study;

/// <summary>
/// Votes of people in comma-separated values (RFC 4180, UTF-8), in either of two forms; columns stand in any order, and others are passed over.
/// <para>
/// Votes, one a row: <c>question</c> (an identifier; one question compares the same two methods for all its raters, on either side), <c>rater</c>, <c>method_a</c>,
/// <c>method_b</c>, <c>vote</c> (<c>a</c>, <c>b</c> or <c>tie</c>), and optionally <c>query</c>, <c>candidate_a</c>, <c>candidate_b</c> (identifiers of images).
/// </para>
/// <para>Counts, one comparison a row, as papers print them: <c>method_a</c>, <c>method_b</c>, <c>wins_a</c>, <c>ties</c>, <c>wins_b</c>.</para>
/// </summary>
public sealed class VotesFile
{
    private static readonly string[] VoteColumns = ["question", "rater", "method_a", "method_b", "vote"];
    private static readonly string[] CountColumns = ["method_a", "method_b", "wins_a", "ties", "wins_b"];

    private VotesFile(string path) => FilePath = path;

    /// <summary>The file.</summary>
    public string FilePath { get; }

    /// <summary>The votes, in the file's order; empty where it holds counts.</summary>
    public IReadOnlyList<StudyVote> Votes { get; private init; } = [];

    /// <summary>The counts, in the file's order; empty where it holds votes.</summary>
    public IReadOnlyList<PreferenceCounts> Counts { get; private init; } = [];

    /// <summary>Reads a file of either form.</summary>
    /// <exception cref="DatasetFormatException">It is of neither form, holds no row, or a row contradicts another; the message names the line.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static VotesFile Read(string path)
    {
        CsvFile csv = CsvFile.Read(path);
        if (csv.Rows.Count == 0)
        {
            throw new DatasetFormatException(path, "there is no vote below the header.");
        }

        if (VoteColumns.All(csv.Has))
        {
            var votes = csv.Rows.Select(row => (Row: row, Vote: ReadVote(row))).ToArray();
            Check(votes);
            return new VotesFile(path) { Votes = [.. votes.Select(pair => pair.Vote)] };
        }

        string[] missing = [.. (csv.Has("vote") || csv.Has("question") ? VoteColumns : CountColumns).Where(column => !csv.Has(column))];
        return missing.Length == 0
            ? new VotesFile(path) { Counts = [.. csv.Rows.Select(ReadCounts)] }
            : throw new DatasetFormatException(
                path, 1, $"the column '{missing[0]}' is missing. Votes have {string.Join(',', VoteColumns)}; counts have {string.Join(',', CountColumns)}.");
    }

    private static StudyVote ReadVote(CsvRow row)
    {
        (string methodA, string methodB) = ReadMethods(row);
        string word = row.Get("vote");
        Vote vote = word switch
        {
            "a" => Vote.A,
            "b" => Vote.B,
            "tie" => Vote.Tie,
            _ => throw row.Fault($"the vote is '{word}'; it must be a, b or tie."),
        };
        return new StudyVote(row.Get("question"), row.Get("rater"), methodA, methodB, vote)
        {
            Query = row.Find("query"),
            CandidateA = row.Find("candidate_a"),
            CandidateB = row.Find("candidate_b"),
        };
    }

    private static PreferenceCounts ReadCounts(CsvRow row)
    {
        (string methodA, string methodB) = ReadMethods(row);
        return new PreferenceCounts(methodA, methodB, Count(row, "wins_a"), Count(row, "ties"), Count(row, "wins_b"));
    }

    private static (string A, string B) ReadMethods(CsvRow row)
    {
        (string a, string b) = (row.Get("method_a"), row.Get("method_b"));
        return a != b ? (a, b) : throw row.Fault($"'{a}' is compared with itself; method_a and method_b must differ.");
    }

    private static int Count(CsvRow row, string column) =>
        int.TryParse(row.Get(column), NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count <= 1_000_000
            ? count
            : throw row.Fault($"{column} is '{row.Get(column)}'; it must be a count of votes.");

    /// <summary>A rater answers a question once, and a question is the same for all who answer it.</summary>
    private static void Check((CsvRow Row, StudyVote Vote)[] votes)
    {
        var answered = new Dictionary<(string, string), int>();
        var questions = new Dictionary<string, (CsvRow Row, StudyVote Vote)>(StringComparer.Ordinal);
        foreach ((CsvRow row, StudyVote vote) in votes)
        {
            if (!answered.TryAdd((vote.Question, vote.Rater), row.Line))
            {
                throw row.Fault($"rater '{vote.Rater}' answered question '{vote.Question}' on line {answered[(vote.Question, vote.Rater)]} already.");
            }

            if (!questions.TryAdd(vote.Question, (row, vote)) && !IsSameQuestion(questions[vote.Question].Vote, vote))
            {
                throw row.Fault($"question '{vote.Question}' shows other methods or images on line {questions[vote.Question].Row.Line}; give each question a name of its own.");
            }
        }
    }

    private static bool IsSameQuestion(StudyVote first, StudyVote other)
    {
        StudyVote facing = first.MethodA == other.MethodA ? other : other.Mirror();
        return first with { Rater = facing.Rater, Vote = facing.Vote } == facing;
    }
}
