using CsCheck;
using Relsim.Datasets;

namespace Relsim.Tests.Datasets;

public sealed class CsvFileTests : IDisposable
{
    private static readonly string[] Pieces = ["a", ",", "\"", "\n", "\r\n", " ", "é", "\t"];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("relsim-csv-");

    private string FilePath => Path.Combine(_folder.FullName, "t.csv");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Read_Rows_KnowTheirLinesAndFields()
    {
        CsvFile file = Read("name,note\r\nann,\"a \"\"quoted\"\", note\r\nof two lines\"\r\nben,\r\n");

        Assert.Equal(["name", "note"], file.Columns);
        Assert.Equal([2, 4], file.Rows.Select(row => row.Line));
        Assert.Equal("a \"quoted\", note\r\nof two lines", file.Rows[0].Get("note"));
        Assert.Null(file.Rows[1].Find("note"));
        Assert.Null(file.Rows[1].Find("other"));
        Assert.True(file.Has("name"));
        Assert.False(file.Has("other"));
        Assert.Contains("line 4: the column 'note' is empty", Assert.Throws<DatasetFormatException>(() => file.Rows[1].Get("note")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_MarkOfUtf8AndNoLastLineEnd_AreTaken() => Assert.Equal("é", Read("\uFEFFa,b\n1,é").Rows[0].Get("b"));

    [Fact]
    public void Read_AnyFields_ComeBackAsWritten()
    {
        Gen<string> field = Gen.OneOf([.. Pieces.Select(Gen.Const)]).Array[0, 6].Select(string.Concat);
        Gen.Select(Gen.Int[1, 4], Gen.Int[0, 5], Gen.Bool).SelectMany(shape => Gen.Select(field.Array[shape.Item1].Array[shape.Item2], Gen.Const(shape))).Sample((rows, shape) =>
        {
            string end = shape.Item3 ? "\r\n" : "\n";
            string[] header = [.. Enumerable.Range(0, shape.Item1).Select(i => $"c{i}")];
            // Samples run side by side.
            string path = Path.Combine(_folder.FullName, $"{Guid.NewGuid():N}.csv");
            File.WriteAllText(path, string.Concat(rows.Prepend(header).Select(row => string.Join(',', row.Select(Quote)) + end)));
            CsvFile file = CsvFile.Read(path);
            Assert.Equal(rows, file.Rows.Select(row => header.Select(name => row.Find(name) ?? "").ToArray()));
        });
    }

    [Theory]
    [InlineData("line 2: the header names 2 columns, and this line has 3 fields", "a,b\n1,2,3\n")]
    [InlineData("line 3: the header names 2 columns, and this line has 1 fields", "a,b\n1,2\n\n")]
    [InlineData("line 3: a double quote stands within a field", "a,b\n1,2\n1,2\"3\"\n")]
    [InlineData("line 2: text follows a closing double quote", "a,b\n\"1\"x,2\n")]
    [InlineData("line 3: a double quote is opened and never closed", "a,b\n1,2\n1,\"2\n\n\n")]
    [InlineData("line 2: a carriage return stands without a line feed", "a,b\n1\r2,3\n")]
    [InlineData("line 1: the column 'a' is named twice", "a,a\n1,2\n")]
    [InlineData("line 1: a column has no name", "a,\n1,2\n")]
    [InlineData("the file is empty", "")]
    public void Read_BrokenFile_NamesFileLineAndReason(string expected, string text)
    {
        string message = Assert.Throws<DatasetFormatException>(() => Read(text)).Message;

        Assert.StartsWith(FilePath, message, StringComparison.Ordinal);
        Assert.Contains(expected, message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_BytesThatAreNoUtf8_AreRefused()
    {
        File.WriteAllBytes(FilePath, [(byte)'a', (byte)'\n', 0xE9]);
        Assert.Contains("not UTF-8", Assert.Throws<DatasetFormatException>(() => CsvFile.Read(FilePath)).Message, StringComparison.Ordinal);
    }

    // A field is quoted where it must be, and sometimes where it need not.
    private static string Quote(string field) =>
        field.AsSpan().ContainsAny(",\"\r\n") || field.Length % 2 == 1 ? $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : field;

    private CsvFile Read(string text)
    {
        File.WriteAllText(FilePath, text);
        return CsvFile.Read(FilePath);
    }
}
