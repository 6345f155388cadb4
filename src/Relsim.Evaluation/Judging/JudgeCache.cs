using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Relsim.Evaluation.Judging;

/// <summary>
/// Answers in a SQLite file, so that none is paid twice. Each is one transaction, on the disk before the next question goes out. One run at a
/// time has the file; within it, thread-safe.
/// </summary>
internal sealed class JudgeCache : IDisposable
{
    private const int ApplicationId = 0x52534C4A; // "RSLJ"
    private const int Version = 1;
    private const int Busy = 5;
    private const int NotADatabase = 26;

    private const string Table = """
        CREATE TABLE answers (
            question TEXT NOT NULL, judge TEXT NOT NULL, temperature TEXT NOT NULL, first TEXT NOT NULL, second TEXT NOT NULL,
            repeat INTEGER NOT NULL, attempt INTEGER NOT NULL, outcome TEXT NOT NULL, score REAL, text TEXT NOT NULL, finish_reason TEXT,
            input_tokens INTEGER, output_tokens INTEGER, served_by TEXT, CHECK ((outcome = 'Score') = (score IS NOT NULL)),
            PRIMARY KEY (question, judge, temperature, first, second, repeat, attempt)) STRICT, WITHOUT ROWID
        """;

    private const string LostTable = """
        CREATE TABLE IF NOT EXISTS lost (
            question TEXT NOT NULL, judge TEXT NOT NULL, temperature TEXT NOT NULL, first TEXT NOT NULL, second TEXT NOT NULL,
            repeat INTEGER NOT NULL, input_tokens INTEGER NOT NULL, output_tokens INTEGER NOT NULL) STRICT
        """;

    private const string Columns = "outcome, score, text, finish_reason, input_tokens, output_tokens, served_by";

    private readonly Lock _lock = new();
    private readonly SqliteConnection _connection;
    private readonly string _path;
    private readonly (string Name, string Value)[] _key;
    private readonly int _attempts;
    private readonly Dictionary<JudgeUnit, List<JudgeAnswer>> _answers = [];
    private readonly List<(JudgeUnit Unit, long Input, long Output)> _lost = [];

    private JudgeCache(SqliteConnection connection, string path, string question, JudgeOptions options)
    {
        (_connection, _path, _attempts) = (connection, path, options.Attempts);
        string temperature = options.Temperature?.ToString("R", CultureInfo.InvariantCulture) ?? "default";
        _key = [("$question", question), ("$judge", options.Judge), ("$temperature", temperature)];
        ReadAll();
        ReadLost();
    }

    /// <summary>Opens the file, or makes it, for the answers of one judge to one question.</summary>
    /// <exception cref="InvalidDataException">The file is something else, is damaged, is of a newer version, or another run has it.</exception>
    public static JudgeCache Open(string path, string question, JudgeOptions options)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, DefaultTimeout = 1 }.ToString());
        try
        {
            connection.Open();
            Execute(connection, "PRAGMA locking_mode = EXCLUSIVE");
            if (Number(connection, "PRAGMA application_id") is var application and not ApplicationId
                && (application != 0 || Number(connection, "SELECT count(*) FROM sqlite_schema") > 0))
            {
                throw new InvalidDataException($"{path}: this is no cache of a judge. Name another file with --cache.");
            }

            Execute(connection, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
            Create(connection, path);
            return new JudgeCache(connection, path, question, options);
        }
        catch (SqliteException e)
        {
            connection.Dispose();
            throw Explain(path, e);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>The answers to a question that count, in the order in which they were given: up to the first score, and no more than attempts.</summary>
    public IReadOnlyList<JudgeAnswer> Answers(JudgeUnit unit)
    {
        lock (_lock)
        {
            return _answers.TryGetValue(unit, out List<JudgeAnswer>? all) ? [.. all.Take(_attempts)] : [];
        }
    }

    /// <summary>The answer that stands, or null where it must still be asked for.</summary>
    public JudgeAnswer? Settled(JudgeUnit unit) => Answers(unit) is { Count: > 0 } answers && (answers[^1].Score is not null || answers.Count == _attempts) ? answers[^1] : null;

    /// <summary>Calls of earlier runs whose answer was lost on the way, with the tokens that they may have cost.</summary>
    public IReadOnlyList<(JudgeUnit Unit, long Input, long Output)> Lost => _lost;

    /// <summary>Keeps what a call may have cost whose answer was lost.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void AddLost(JudgeUnit unit, long input, long output)
    {
        lock (_lock)
        {
            using SqliteCommand insert = Command(
                "INSERT INTO lost (question, judge, temperature, first, second, repeat, input_tokens, output_tokens) VALUES ($question, $judge, $temperature, $first, $second, $repeat, $input, $output)");
            Insert(insert, [("$first", unit.First), ("$second", unit.Second), ("$repeat", unit.Repeat), ("$input", input), ("$output", output)]);
        }
    }

    /// <summary>Keeps an answer.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Add(JudgeUnit unit, JudgeAnswer answer)
    {
        lock (_lock)
        {
            List<JudgeAnswer> all = _answers.TryGetValue(unit, out List<JudgeAnswer>? known) ? known : _answers[unit] = [];
            using SqliteCommand insert = Command(
                $"INSERT INTO answers (question, judge, temperature, first, second, repeat, attempt, {Columns}) "
                + "VALUES ($question, $judge, $temperature, $first, $second, $repeat, $attempt, $outcome, $score, $text, $finish, $input, $output, $served)");
            Insert(insert,
            [
                ("$first", unit.First), ("$second", unit.Second), ("$repeat", unit.Repeat), ("$attempt", all.Count), ("$outcome", answer.Outcome.ToString()),
                ("$score", answer.Score), ("$text", answer.Text), ("$finish", answer.FinishReason), ("$input", answer.InputTokens),
                ("$output", answer.OutputTokens), ("$served", answer.ServedBy),
            ]);
            all.Add(answer);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _connection.Dispose();

    private static void Create(SqliteConnection connection, string path)
    {
        using SqliteTransaction transaction = connection.BeginTransaction();
        long version = Number(connection, "PRAGMA user_version");
        if (version == 0)
        {
            Execute(connection, Table);
            Execute(connection, $"PRAGMA application_id = {ApplicationId}");
            Execute(connection, $"PRAGMA user_version = {Version}");
        }
        else if (version != Version)
        {
            throw new InvalidDataException($"{path}: a cache of version {version}, and this program knows version {Version}. Take a newer program, or name another file with --cache.");
        }

        Execute(connection, LostTable);
        transaction.Commit();
    }

    private static InvalidDataException Explain(string path, SqliteException e) => new(
        e.SqliteErrorCode switch
        {
            Busy => $"{path}: another run has this cache. Wait for it, or name another file with --cache.",
            NotADatabase => $"{path}: this is no cache of a judge. Name another file with --cache.",
            _ => $"{path}: the cache cannot be read ({e.Message}). Name another file with --cache.",
        },
        e);

    private void ReadAll()
    {
        using SqliteCommand select = Command(
            $"SELECT first, second, repeat, {Columns} FROM answers WHERE question = $question AND judge = $judge AND temperature = $temperature ORDER BY first, second, repeat, attempt");
        using SqliteDataReader row = select.ExecuteReader();
        while (row.Read())
        {
            var unit = new JudgeUnit(row.GetString(0), row.GetString(1), row.GetInt32(2));
            List<JudgeAnswer> all = _answers.TryGetValue(unit, out List<JudgeAnswer>? known) ? known : _answers[unit] = [];
            all.Add(new JudgeAnswer(
                Enum.Parse<JudgeOutcome>(row.GetString(3)),
                row.IsDBNull(4) ? null : row.GetDouble(4),
                row.GetString(5),
                row.IsDBNull(6) ? null : row.GetString(6),
                row.IsDBNull(7) ? null : row.GetInt64(7),
                row.IsDBNull(8) ? null : row.GetInt64(8),
                row.IsDBNull(9) ? null : row.GetString(9)));
        }
    }

    private void ReadLost()
    {
        using SqliteCommand select = Command(
            "SELECT first, second, repeat, input_tokens, output_tokens FROM lost WHERE question = $question AND judge = $judge AND temperature = $temperature ORDER BY rowid");
        using SqliteDataReader row = select.ExecuteReader();
        while (row.Read())
        {
            _lost.Add((new JudgeUnit(row.GetString(0), row.GetString(1), row.GetInt32(2)), row.GetInt64(3), row.GetInt64(4)));
        }
    }

    private void Insert(SqliteCommand insert, ReadOnlySpan<(string Name, object? Value)> values)
    {
        foreach ((string name, object? value) in values)
        {
            insert.Parameters.AddWithValue(name, value ?? DBNull.Value);
        }

        try
        {
            insert.ExecuteNonQuery();
        }
        catch (SqliteException e)
        {
            throw new IOException($"{_path}: an answer could not be kept ({e.Message}). Make room or name another file with --cache.", e);
        }
    }

    private SqliteCommand Command(string text)
    {
        SqliteCommand command = _connection.CreateCommand();
        command.CommandText = text;
        foreach ((string name, string value) in _key)
        {
            command.Parameters.AddWithValue(name, value);
        }

        return command;
    }

    private static void Execute(SqliteConnection connection, string text)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = text;
        command.ExecuteNonQuery();
    }

    private static long Number(SqliteConnection connection, string text)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = text;
        return (long)command.ExecuteScalar()!;
    }
}
