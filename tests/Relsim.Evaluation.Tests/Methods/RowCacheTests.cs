using Microsoft.Data.Sqlite;
using Relsim.Evaluation.Methods;
using Relsim.Search;
using Relsim.Torch.Tests;

namespace Relsim.Evaluation.Tests.Methods;

public sealed class RowCacheTests : IDisposable
{
    private static readonly string First = new('a', 64), Second = new('b', 64);

    private readonly TemporaryFolder _folder = new();

    private string File => _folder.File("cache.db");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Rows_OfOneFingerprint_ComeBackBitByBit()
    {
        using (RowCache cache = RowCache.Open(File))
        {
            cache.AddRows("one", [(First, new ImageRow([0.1f, -0f, float.Epsilon])), (Second, new ImageRow(null, "empty"))]);
            cache.AddRows("two", [(First, new ImageRow([7]))]);
        }

        using RowCache again = RowCache.Open(File);
        Dictionary<string, ImageRow> rows = again.Rows("one").ToDictionary(row => row.Sha256, row => row.Row);
        Assert.Equal([0.1f, -0f, float.Epsilon], rows[First].Values!);
        Assert.Equal("empty", rows[Second].Error);
        Assert.Equal([First, Second], again.Known("one").Order());
        Assert.Equal([First], again.Known("two"));
        Assert.Empty(again.Known("three"));
    }

    [Fact]
    public void AddRows_OfWhatIsThere_KeepsTheFirst()
    {
        using RowCache cache = RowCache.Open(File);
        cache.AddRows("one", [(First, new ImageRow([1]))]);
        cache.AddRows("one", [(First, new ImageRow([2]))]);
        Assert.Equal(1, Assert.Single(cache.Rows("one")).Row.Values![0]);
    }

    [Fact]
    public void AddRows_WithNaN_KeepsNothingOfThePortion()
    {
        using RowCache cache = RowCache.Open(File);
        Assert.Throws<ArgumentException>(() => cache.AddRows("one", [(First, new ImageRow([1])), (Second, new ImageRow([float.NaN]))]));
        Assert.Empty(cache.Known("one"));
    }

    [Fact]
    public void Captions_AndFiles_ComeBack()
    {
        using RowCache cache = RowCache.Open(File);
        cache.AddCaptions("model", [(First, "a {thing} 🙂"), (Second, "")]);
        var state = new FileState(12, new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero), Second);
        cache.AddFiles([("/a.png", state)]);

        Assert.Equal("a {thing} 🙂", cache.Captions("model")[First]);
        Assert.Equal("", cache.Captions("model")[Second]);
        Assert.Empty(cache.Captions("other"));
        Assert.Equal(state, cache.Files()["/a.png"]);
    }

    [Fact]
    public void Open_OfAnotherFile_RefusesIt()
    {
        System.IO.File.WriteAllText(File, "not a database, but long enough to be read as a header of one by SQLite, which looks at a hundred bytes.");
        Assert.Contains(File, Assert.Throws<StoreFormatException>(() => RowCache.Open(File)).Message, StringComparison.Ordinal);

        string other = _folder.File("other.db");
        using (var connection = new SqliteConnection($"Data Source={other};Pooling=False"))
        {
            connection.Open();
            using SqliteCommand create = connection.CreateCommand();
            create.CommandText = "CREATE TABLE t (x)";
            create.ExecuteNonQuery();
        }

        Assert.Contains("another program", Assert.Throws<StoreFormatException>(() => RowCache.Open(other)).Message, StringComparison.Ordinal);
    }
}
