using Relsim.Datasets;
using Relsim.Evaluation.Retrieval;
using Relsim.Torch.Tests.Encoders;

namespace Relsim.Evaluation.Tests.Retrieval;

public sealed class RelevanceTests
{
    [Fact]
    public void OfColumn_EqualValues_AreRelevantAndMissingOnesNever()
    {
        using var folder = new PoolFolder();
        (string, object?)[][] columns = [[("kind", "ring")], [("kind", "ring")], [("kind", null)], [], [("kind", "clutter")], [("kind", "clutter")], [("kind", 7)], [("kind", 7)]];
        for (int i = 0; i < columns.Length; i++)
        {
            folder.Add($"{i}", Pngs.Write(i, 8, 8), columns[i]);
        }

        Relevance relevance = Relevance.OfColumn(folder.Read(), "kind", unlabelled: "clutter");

        Assert.Equal([(0, 1), (1, 0), (6, 7), (7, 6)], Pairs(columns.Length).Where(pair => relevance.Grade(pair.Item1, pair.Item2) > 0));
        Assert.Equal([0, 1, 6, 7], Enumerable.Range(0, columns.Length).Where(relevance.IsLabelled));
    }

    [Fact]
    public void OfColumn_ThatNoPictureHas_ListsTheColumns()
    {
        using PoolFolder folder = PoolFolder.Create(2);
        RetrievalPool pool = folder.Read();
        string message = Assert.Throws<ArgumentException>(() => Relevance.OfColumn(pool, "relation")).Message;
        Assert.Contains("family", message, StringComparison.Ordinal);
        Assert.Contains("relation", message, StringComparison.Ordinal);
    }

    [Fact]
    public void OfQrels_Grades_AreThoseOfTheFile()
    {
        using var folder = new PoolFolder();
        folder.Add("a b", Pngs.Write(0, 8, 8)); // white space in an id is written as %20 in TREC's files
        folder.Add("c", Pngs.Write(1, 8, 8));
        folder.Add("gone", null);
        folder.Add("d", Pngs.Write(2, 8, 8));
        string path = folder.File("q.txt");
        File.WriteAllText(path, "a%20b 0 c 2\na%20b\t0\td\t-1\n\nc 0 a%20b 1\nc 0 gone 3\n");

        Relevance relevance = Relevance.OfQrels(folder.Read(), path);

        Assert.Equal([(0, 1, 2.0), (1, 0, 1.0)], Pairs(3).Select(pair => (pair.Item1, pair.Item2, relevance.Grade(pair.Item1, pair.Item2))).Where(pair => pair.Item3 > 0));
        Assert.Equal([0, 1], Enumerable.Range(0, 3).Where(relevance.IsLabelled));
        Assert.Equal("q.txt", relevance.Name);
    }

    [Theory]
    [InlineData("p0 0 p1", "four columns")]
    [InlineData("p0 0 p1 high", "four columns")]
    [InlineData("p0 0 p1 1\np0 0 p9 1", "line 2")]
    public void OfQrels_AFaultyLine_IsNamed(string text, string expected)
    {
        using PoolFolder folder = PoolFolder.Create(2);
        RetrievalPool pool = folder.Read();
        string path = folder.File("q.txt");
        File.WriteAllText(path, text);
        Assert.Contains(expected, Assert.Throws<DatasetFormatException>(() => Relevance.OfQrels(pool, path)).Message, StringComparison.Ordinal);
    }

    private static IEnumerable<(int, int)> Pairs(int count) =>
        from first in Enumerable.Range(0, count) from second in Enumerable.Range(0, count) where first != second select (first, second);
}
