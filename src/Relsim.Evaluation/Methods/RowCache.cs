using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using Relsim.Search;

namespace Relsim.Evaluation.Methods;

/// <summary>
/// What was computed about pictures, in one SQLite file: rows by (fingerprint, SHA-256), captions likewise, and the hashes of files. Every change is
/// one transaction: a killed process leaves all of it or nothing of it. An instance is for one thread at a time.
/// </summary>
public sealed class RowCache : IDisposable
{
    /// <summary>"RSLR": tells a cache from any other SQLite file.</summary>
    private const int ApplicationId = 0x52534C52;
    private const int Version = 1;
    private const int NotADatabase = 26;
    private const int Corrupt = 11;

    private const string Tables = """
        CREATE TABLE sources (id INTEGER PRIMARY KEY, fingerprint TEXT NOT NULL UNIQUE) STRICT;
        CREATE TABLE rows (
            source INTEGER NOT NULL REFERENCES sources (id), sha256 BLOB NOT NULL CHECK (length(sha256) = 32), numbers BLOB, error TEXT,
            CHECK ((numbers IS NULL) <> (error IS NULL)), UNIQUE (source, sha256)) STRICT;
        CREATE TABLE captions (
            source INTEGER NOT NULL REFERENCES sources (id), sha256 BLOB NOT NULL CHECK (length(sha256) = 32), caption TEXT NOT NULL,
            UNIQUE (source, sha256)) STRICT;
        CREATE TABLE files (path TEXT PRIMARY KEY, size INTEGER NOT NULL, modified INTEGER NOT NULL, sha256 BLOB NOT NULL CHECK (length(sha256) = 32)) STRICT;
        """;

    private readonly SqliteConnection _connection;

    private RowCache(SqliteConnection connection, string path) => (_connection, FilePath) = (connection, path);

    /// <summary>The file.</summary>
    public string FilePath { get; }

    /// <summary>Opens a cache, or makes a new one, folder included.</summary>
    /// <exception cref="StoreFormatException">The file is not a cache, is damaged, or is of a newer version.</exception>
    public static RowCache Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        SqliteConnection connection = new(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, DefaultTimeout = 60 }.ToString());
        try
        {
            connection.Open();
            Prepare(connection, path);
            return new RowCache(connection, path);
        }
        catch (SqliteException e) when (e.SqliteErrorCode is NotADatabase or Corrupt)
        {
            connection.Dispose();
            throw new StoreFormatException(path, "this is not a cache of rows, or it is damaged. Name another file, or remove it.", e);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>The files whose hash is known, with the size and time (UTC ticks) that they had.</summary>
    public IReadOnlyDictionary<string, FileState> Files()
    {
        var files = new Dictionary<string, FileState>(StringComparer.Ordinal);
        using SqliteCommand command = Command("SELECT path, size, modified, sha256 FROM files");
        using SqliteDataReader reader = command.ExecuteReader();
        while (reader.Read())
        {
            files[reader.GetString(0)] = new FileState(
                reader.GetInt64(1), new DateTimeOffset(reader.GetInt64(2), TimeSpan.Zero), Convert.ToHexStringLower(reader.GetFieldValue<byte[]>(3)));
        }

        return files;
    }

    /// <summary>Keeps the hashes of files, in one transaction.</summary>
    public void AddFiles(IEnumerable<(string Path, FileState State)> files)
    {
        ArgumentNullException.ThrowIfNull(files);
        using SqliteTransaction transaction = _connection.BeginTransaction();
        using SqliteCommand insert = Command(
            "INSERT OR REPLACE INTO files (path, size, modified, sha256) VALUES ($path, $size, $modified, $sha256)", "$path", "$size", "$modified", "$sha256");
        foreach ((string path, FileState state) in files)
        {
            Run(insert, path, state.Size, state.Modified.UtcTicks, Convert.FromHexString(state.Sha256));
        }

        transaction.Commit();
    }

    /// <summary>Which pictures have a row, or a reason for having none, under a fingerprint; by SHA-256.</summary>
    public IReadOnlySet<string> Known(string fingerprint)
    {
        var known = new HashSet<string>(StringComparer.Ordinal);
        using SqliteCommand command = Command("SELECT sha256 FROM rows WHERE source = (SELECT id FROM sources WHERE fingerprint = $fingerprint)", "$fingerprint");
        command.Parameters[0].Value = fingerprint;
        using SqliteDataReader reader = command.ExecuteReader();
        while (reader.Read())
        {
            known.Add(Convert.ToHexStringLower(reader.GetFieldValue<byte[]>(0)));
        }

        return known;
    }

    /// <summary>Streams every row of a fingerprint, in no order. The cache must not be used otherwise meanwhile.</summary>
    public IEnumerable<(string Sha256, ImageRow Row)> Rows(string fingerprint)
    {
        using SqliteCommand command = Command(
            "SELECT sha256, numbers, error FROM rows WHERE source = (SELECT id FROM sources WHERE fingerprint = $fingerprint)", "$fingerprint");
        command.Parameters[0].Value = fingerprint;
        using SqliteDataReader reader = command.ExecuteReader();
        while (reader.Read())
        {
            string sha256 = Convert.ToHexStringLower(reader.GetFieldValue<byte[]>(0));
            yield return (sha256, reader.IsDBNull(1) ? new ImageRow(null, reader.GetString(2)) : new ImageRow(MemoryMarshal.Cast<byte, float>(reader.GetFieldValue<byte[]>(1)).ToArray()));
        }
    }

    /// <summary>Keeps rows, in one transaction; what is there already stays.</summary>
    /// <exception cref="ArgumentException">A row holds NaN or infinity; nothing is kept.</exception>
    public void AddRows(string fingerprint, IEnumerable<(string Sha256, ImageRow Row)> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        using SqliteTransaction transaction = _connection.BeginTransaction();
        long source = SourceId(fingerprint);
        using SqliteCommand insert = Command(
            "INSERT OR IGNORE INTO rows (source, sha256, numbers, error) VALUES ($source, $sha256, $numbers, $error)", "$source", "$sha256", "$numbers", "$error");
        foreach ((string sha256, ImageRow row) in rows)
        {
            if (row.Values.AsSpan().ContainsAnyExceptInRange(-float.MaxValue, float.MaxValue))
            {
                throw new ArgumentException($"The row of {sha256} by {fingerprint} holds NaN or infinity.", nameof(rows));
            }

            Run(insert, source, Convert.FromHexString(sha256), row.Values is { } values ? MemoryMarshal.AsBytes(values.AsSpan()).ToArray() : DBNull.Value, row.Error ?? (object)DBNull.Value);
        }

        transaction.Commit();
    }

    /// <summary>The captions that a captioner gave, by the picture's SHA-256.</summary>
    public IReadOnlyDictionary<string, string> Captions(string fingerprint)
    {
        var captions = new Dictionary<string, string>(StringComparer.Ordinal);
        using SqliteCommand command = Command(
            "SELECT sha256, caption FROM captions WHERE source = (SELECT id FROM sources WHERE fingerprint = $fingerprint)", "$fingerprint");
        command.Parameters[0].Value = fingerprint;
        using SqliteDataReader reader = command.ExecuteReader();
        while (reader.Read())
        {
            captions[Convert.ToHexStringLower(reader.GetFieldValue<byte[]>(0))] = reader.GetString(1);
        }

        return captions;
    }

    /// <summary>Keeps captions, in one transaction; what is there already stays.</summary>
    public void AddCaptions(string fingerprint, IEnumerable<(string Sha256, string Caption)> captions)
    {
        ArgumentNullException.ThrowIfNull(captions);
        using SqliteTransaction transaction = _connection.BeginTransaction();
        long source = SourceId(fingerprint);
        using SqliteCommand insert = Command("INSERT OR IGNORE INTO captions (source, sha256, caption) VALUES ($source, $sha256, $caption)", "$source", "$sha256", "$caption");
        foreach ((string sha256, string caption) in captions)
        {
            Run(insert, source, Convert.FromHexString(sha256), caption);
        }

        transaction.Commit();
    }

    /// <summary>Closes the file; the write-ahead log is folded into it.</summary>
    public void Dispose() => _connection.Dispose();

    // Write-ahead log with synchronous = NORMAL: a killed process loses nothing; a power cut may lose the last commits, which are then computed again.
    private static void Prepare(SqliteConnection connection, string path)
    {
        using (SqliteCommand pragmas = connection.CreateCommand())
        {
            pragmas.CommandText = "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL";
            pragmas.ExecuteNonQuery();
        }

        using SqliteTransaction transaction = connection.BeginTransaction();
        long application = Scalar(connection, "PRAGMA application_id"), version = Scalar(connection, "PRAGMA user_version");
        if (Scalar(connection, "SELECT count(*) FROM sqlite_schema") == 0)
        {
            using SqliteCommand create = connection.CreateCommand();
            create.CommandText = string.Create(CultureInfo.InvariantCulture, $"{Tables} PRAGMA application_id = {ApplicationId}; PRAGMA user_version = {Version}");
            create.ExecuteNonQuery();
            transaction.Commit();
            return;
        }

        if (application != ApplicationId)
        {
            throw new StoreFormatException(path, "this is an SQLite file of another program. Name another file.");
        }

        if (version > Version)
        {
            throw new StoreFormatException(path, $"the cache is of version {version}, this program knows up to {Version}. Update the program, or remove the file.");
        }
    }

    private static long Scalar(SqliteConnection connection, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }

    private long SourceId(string fingerprint)
    {
        using SqliteCommand insert = Command("INSERT OR IGNORE INTO sources (fingerprint) VALUES ($fingerprint)", "$fingerprint");
        Run(insert, fingerprint);
        using SqliteCommand select = Command("SELECT id FROM sources WHERE fingerprint = $fingerprint", "$fingerprint");
        select.Parameters[0].Value = fingerprint;
        return Convert.ToInt64(select.ExecuteScalar(), CultureInfo.InvariantCulture);
    }

    private SqliteCommand Command(string sql, params ReadOnlySpan<string> parameters)
    {
        SqliteCommand command = _connection.CreateCommand();
        command.CommandText = sql;
        foreach (string name in parameters)
        {
            command.Parameters.Add(new SqliteParameter { ParameterName = name });
        }

        return command;
    }

    private static void Run(SqliteCommand command, params ReadOnlySpan<object> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i];
        }

        command.ExecuteNonQuery();
    }
}
