using System.Text;

namespace Relsim.Datasets;

/// <summary>A row of a <see cref="CsvFile"/>.</summary>
public sealed class CsvRow
{
    private readonly CsvFile _file;
    private readonly string[] _fields;

    internal CsvRow(CsvFile file, int line, string[] fields) => (_file, Line, _fields) = (file, line, fields);

    /// <summary>Where it begins, from 1.</summary>
    public int Line { get; }

    /// <summary>The field of a column; null where the file has no such column or the field is empty.</summary>
    public string? Find(string column) => _file.IndexOf(column) is >= 0 and int at && _fields[at].Length > 0 ? _fields[at] : null;

    /// <summary>The field of a column that must not be empty.</summary>
    /// <exception cref="DatasetFormatException">The field is empty.</exception>
    public string Get(string column) => Find(column) ?? throw Fault($"the column '{column}' is empty.");

    /// <summary>An error that names the file and this row's line.</summary>
    public DatasetFormatException Fault(string reason) => new(_file.FilePath, Line, reason);
}

/// <summary>
/// Comma-separated values with a header line (RFC 4180, UTF-8): fields in double quotes may hold commas, line ends and doubled quotes. Strict: what the format does not
/// allow is an error that names file and line, never a guess. Immutable and thread-safe.
/// </summary>
public sealed class CsvFile
{
    private readonly string[] _columns;

    private CsvFile(string path, string[] columns) => (FilePath, _columns) = (path, columns);

    /// <summary>The file.</summary>
    public string FilePath { get; }

    /// <summary>Names of the header, in order.</summary>
    public IReadOnlyList<string> Columns => _columns;

    /// <summary>The rows below the header, in order.</summary>
    public IReadOnlyList<CsvRow> Rows { get; private set; } = [];

    /// <summary>Reads a whole file.</summary>
    /// <exception cref="DatasetFormatException">A line breaks the format, or has not as many fields as the header.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static CsvFile Read(string path)
    {
        string text = ReadText(path);
        CsvFile? file = null;
        var rows = new List<CsvRow>();
        foreach ((int line, string[] fields) in new CsvParser(path, text).Records())
        {
            if (file is null)
            {
                file = new CsvFile(path, Header(path, fields));
            }
            else if (fields.Length == file._columns.Length)
            {
                rows.Add(new CsvRow(file, line, fields));
            }
            else
            {
                throw new DatasetFormatException(path, line, $"the header names {file._columns.Length} columns, and this line has {fields.Length} fields.");
            }
        }

        if (file is null)
        {
            throw new DatasetFormatException(path, "the file is empty; its first line names the columns.");
        }

        file.Rows = rows;
        return file;
    }

    /// <summary>Whether the header names a column.</summary>
    public bool Has(string column) => IndexOf(column) >= 0;

    internal int IndexOf(string column) => Array.IndexOf(_columns, column);

    private static string ReadText(string path)
    {
        try
        {
            return File.ReadAllText(path, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true));
        }
        catch (DecoderFallbackException e)
        {
            throw new DatasetFormatException(path, "the file is not UTF-8 text; save it as 'CSV UTF-8'.", e);
        }
    }

    private static string[] Header(string path, string[] names)
    {
        string[] columns = [.. names.Select(name => name.Trim())];
        string? twice = columns.GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1)?.Key;
        return columns.Contains("") ? throw new DatasetFormatException(path, 1, "a column has no name; the first line names the columns.")
            : twice is not null ? throw new DatasetFormatException(path, 1, $"the column '{twice}' is named twice.")
            : columns;
    }
}
