using System.Text;

namespace Relsim.Datasets;

/// <summary>Cuts comma-separated text into records (RFC 4180). Line ends are CRLF or LF; the last may be missing.</summary>
internal sealed class CsvParser(string path, string text)
{
    private int _at;
    private int _line = 1;

    /// <summary>The records with the lines they begin on, from 1.</summary>
    public IEnumerable<(int Line, string[] Fields)> Records()
    {
        while (_at < text.Length)
        {
            int line = _line;
            var fields = new List<string>();
            do
            {
                fields.Add(ReadField());
            }
            while (TakeComma());

            TakeLineEnd();
            yield return (line, [.. fields]);
        }
    }

    private string ReadField()
    {
        if (_at < text.Length && text[_at] == '"')
        {
            return ReadQuoted();
        }

        int start = _at;
        while (_at < text.Length && text[_at] is not (',' or '\n' or '\r'))
        {
            if (text[_at] == '"')
            {
                throw new DatasetFormatException(path, _line, "a double quote stands within a field that does not begin with one; quote the whole field, and double the quotes in it.");
            }

            _at++;
        }

        return text[start.._at];
    }

    private string ReadQuoted()
    {
        int begun = _line;
        var field = new StringBuilder();
        for (_at++; _at < text.Length; _at++)
        {
            char c = text[_at];
            if (c == '"' && (_at + 1 == text.Length || text[_at + 1] != '"'))
            {
                _at++;
                return field.ToString();
            }

            _at += c == '"' ? 1 : 0;
            _line += c == '\n' ? 1 : 0;
            field.Append(c);
        }

        throw new DatasetFormatException(path, begun, "a double quote is opened and never closed.");
    }

    private bool TakeComma()
    {
        bool isComma = _at < text.Length && text[_at] == ',';
        _at += isComma ? 1 : 0;
        return isComma;
    }

    private void TakeLineEnd()
    {
        if (_at == text.Length)
        {
            return;
        }

        int length = text[_at] == '\n' ? 1 : text.AsSpan(_at).StartsWith("\r\n") ? 2 : 0;
        if (length == 0)
        {
            throw new DatasetFormatException(path, _line, text[_at] == '\r'
                ? "a carriage return stands without a line feed; lines end with LF or CRLF."
                : "text follows a closing double quote; a comma or the end of the line must.");
        }

        _at += length;
        _line++;
    }
}
