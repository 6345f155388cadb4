using System.CommandLine;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Spectre.Console;

namespace Relsim.Cli;

/// <summary>
/// Where a command prints: results on standard output, as text for people or, with <c>--json</c>, as one JSON document with
/// snake_case keys; everything else on standard error.
/// </summary>
internal sealed class Output
{
    // Lines are not broken where nobody looks at them: a path cut in two is of no use to a program.
    private const int WidthOfFiles = 100_000;

    private static readonly JsonSerializerOptions JsonFormat = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DictionaryKeyPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        // What is undefined is "NaN", as in the files of reports.
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly TextWriter _output;
    private readonly TextWriter _error;
    private readonly bool _json;
    private readonly bool _isTerminal;

    private Output(ParseResult parse)
    {
        _output = parse.InvocationConfiguration.Output;
        _error = parse.InvocationConfiguration.Error;
        _json = parse.GetValue(JsonOption);
        _isTerminal = ReferenceEquals(_output, Console.Out) && !Console.IsOutputRedirected;
    }

    /// <summary>The option of every command.</summary>
    public static Option<bool> JsonOption { get; } = new("--json") { Description = "Print one JSON document instead of text.", Recursive = true };

    public static Output Of(ParseResult parse) => new(parse);

    /// <summary>A table without lines, the same on a terminal and in a file. Cells are plain text; columns whose name begins with '>' are right-aligned.</summary>
    public static Table CreateTable(params string[] columns)
    {
        var table = new Table { Border = TableBorder.None, ShowHeaders = columns.Any(name => name.TrimStart('>').Length > 0) };
        foreach (string name in columns)
        {
            var column = new TableColumn(new Text(name.TrimStart('>'), new Style(decoration: Decoration.Bold))) { Padding = new Padding(0, 0, 2, 0) };
            table.AddColumn(name.StartsWith('>') ? column.RightAligned() : column);
        }

        return table;
    }

    /// <summary>A score as people read it.</summary>
    public static string Number(float? value) => value?.ToString("F3", CultureInfo.InvariantCulture) ?? "-";

    /// <summary>The lengths of a model's embeddings as people read them.</summary>
    public static string Dimensions(int relational, int attribute) =>
        string.Create(CultureInfo.InvariantCulture, $"{relational} relational{(attribute > 0 ? $", {attribute} attribute" : "")}");

    /// <summary>A number of bytes as people read it, in units of a thousand.</summary>
    public static string Size(long bytes) => bytes switch
    {
        >= 1_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:F1} GB"),
        >= 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:F1} MB"),
        >= 1_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e3:F1} kB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes} B"),
    };

    /// <summary>A path as people read it: from the working folder on where it lies below it.</summary>
    public static string ShortPath(string path)
    {
        string relative = Path.GetRelativePath(Environment.CurrentDirectory, path);
        return relative.StartsWith("..", StringComparison.Ordinal) ? path : relative;
    }

    /// <summary>Prints a result: the document with <c>--json</c>, else what <paramref name="human"/> writes.</summary>
    public void Write<T>(T document, Action<IAnsiConsole> human)
    {
        if (_json)
        {
            _output.WriteLine(JsonSerializer.Serialize(document, JsonFormat));
            return;
        }

        if (_isTerminal)
        {
            bool plain = !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
            human(AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(_output), Ansi = plain ? AnsiSupport.No : AnsiSupport.Detect }));
            return;
        }

        using var text = new StringWriter();
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(text),
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
        });
        console.Profile.Width = WidthOfFiles;
        human(console);
        foreach (string line in text.ToString().TrimEnd().Split('\n'))
        {
            _output.WriteLine(line.TrimEnd());
        }
    }

    /// <summary>Prints a line of advice or a warning on standard error.</summary>
    public void Note(string line) => _error.WriteLine(line);

    /// <summary>A bar for something that may last: shown on a terminal only, and only from the first second on.</summary>
    public ProgressBar StartProgress(string title) => new(title, _isTerminal && !_json && !Console.IsErrorRedirected ? _error : TextWriter.Null);
}

/// <summary>Tables of plain text: nothing in a file name is taken for markup.</summary>
internal static class TableExtensions
{
    public static void AddTextRow(this Table table, params string[] cells) => table.AddRow(cells.Select(cell => new Text(cell)));
}
