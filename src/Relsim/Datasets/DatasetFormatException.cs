namespace Relsim.Datasets;

/// <summary>A data file does not hold what its format asks for; the message names the file, the line where there is one, and the reason.</summary>
public sealed class DatasetFormatException : Exception
{
    /// <summary>Names <paramref name="path"/> and says what is wrong with it.</summary>
    public DatasetFormatException(string path, string reason, Exception? inner = null)
        : base($"{path}: {reason}", inner) => FilePath = path;

    /// <summary>Names <paramref name="path"/> and the line (from 1) and says what is wrong with it.</summary>
    public DatasetFormatException(string path, int line, string reason, Exception? inner = null)
        : base($"{path}, line {line}: {reason}", inner) => (FilePath, Line) = (path, line);

    /// <summary>The file at fault.</summary>
    public string FilePath { get; }

    /// <summary>The line at fault, from 1, or null where the fault is not on a line.</summary>
    public int? Line { get; }
}
