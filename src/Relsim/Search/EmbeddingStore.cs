using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;

namespace Relsim.Search;

/// <summary>
/// A library of embedded pictures in one SQLite file. Every change is one transaction: a killed process leaves all of it or nothing of it.
/// One process may write while others read; an instance is for one thread at a time.
/// </summary>
public sealed class EmbeddingStore : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly TimeProvider _clock;

    private EmbeddingStore(SqliteConnection connection, string path, StoreIdentity identity, TimeProvider? clock) =>
        (_connection, FilePath, Identity, _clock) = (connection, path, identity, clock ?? TimeProvider.System);

    /// <summary>The file.</summary>
    public string FilePath { get; }

    /// <summary>The model and preprocessing that all embeddings come from.</summary>
    public StoreIdentity Identity { get; }

    /// <summary>Opens a store, or makes a new one; <paramref name="clock"/> dates the errors (default: the system's).</summary>
    /// <exception cref="StoreMismatchException">The store was made with another model or preprocessing.</exception>
    /// <exception cref="StoreFormatException">The file is not a store, is damaged, or is of a newer version.</exception>
    public static EmbeddingStore Open(string path, StoreIdentity identity, TimeProvider? clock = null)
    {
        ArgumentNullException.ThrowIfNull(identity);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(identity.RelationalDimension, nameof(identity));
        ArgumentOutOfRangeException.ThrowIfNegative(identity.AttributeDimension, nameof(identity));
        SqliteConnection connection = StoreSchema.Connect(path, create: true);
        try
        {
            StoreIdentity stored = StoreSchema.Identify(connection, identity)!;
            return stored == identity
                ? new EmbeddingStore(connection, path, stored, clock)
                : throw new StoreMismatchException(path, stored, identity);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Opens a store as what it is; <see cref="Identity"/> then says which model to load.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="StoreFormatException">The file is not a store, is empty or damaged, or is of a newer version.</exception>
    public static EmbeddingStore OpenExisting(string path, TimeProvider? clock = null)
    {
        SqliteConnection connection = StoreSchema.Connect(path, create: false);
        try
        {
            StoreIdentity stored = StoreSchema.Identify(connection, wanted: null)
                ?? throw new StoreFormatException(path, "the library is empty: nothing was ever added.");
            return new EmbeddingStore(connection, path, stored, clock);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Number of pictures.</summary>
    public int Count() => (int)StoreSchema.Scalar(_connection, "SELECT count(*) FROM images");

    /// <summary>
    /// Stores one batch in one transaction: pictures replace those of the same path, errors remove the picture of their path, and a stored picture removes its error.
    /// </summary>
    /// <exception cref="ArgumentException">An embedding has another dimension than the store or is not finite; nothing is stored.</exception>
    public void Upsert(IEnumerable<StoredImage> images, IEnumerable<StoredError>? errors = null)
    {
        ArgumentNullException.ThrowIfNull(images);
        using SqliteTransaction transaction = _connection.BeginTransaction();
        using SqliteCommand forgetError = Command("DELETE FROM errors WHERE path = $path", "$path");
        using SqliteCommand upsert = Command(
            """
            INSERT INTO images (path, sha256, size, modified, width, height, interest, relational, attribute)
            VALUES ($path, $sha256, $size, $modified, $width, $height, $interest, $relational, $attribute)
            ON CONFLICT (path) DO UPDATE SET sha256 = excluded.sha256, size = excluded.size, modified = excluded.modified, width = excluded.width,
                height = excluded.height, interest = excluded.interest, relational = excluded.relational, attribute = excluded.attribute
            """,
            "$path", "$sha256", "$size", "$modified", "$width", "$height", "$interest", "$relational", "$attribute");
        foreach (StoredImage image in images)
        {
            Validate(image);
            ImageEmbedding embedding = image.Embedding;
            Run(upsert, image.Path, Convert.FromHexString(image.File.Sha256), image.File.Size, image.File.Modified.UtcTicks, embedding.Width, embedding.Height,
                embedding.Interest is { } interest ? (double)interest : DBNull.Value, ToBlob(embedding.Relational), ToBlob(embedding.Attribute));
            Run(forgetError, image.Path);
        }

        RecordErrors(errors ?? []);
        transaction.Commit();
    }

    /// <summary>Removes pictures and errors by exact path, in one transaction; returns the number of pictures removed.</summary>
    public int Remove(IEnumerable<string> paths)
    {
        ArgumentNullException.ThrowIfNull(paths);
        using SqliteTransaction transaction = _connection.BeginTransaction();
        using SqliteCommand image = Command("DELETE FROM images WHERE path = $path", "$path");
        using SqliteCommand error = Command("DELETE FROM errors WHERE path = $path", "$path");
        int removed = 0;
        foreach (string path in paths)
        {
            removed += Run(image, path);
            Run(error, path);
        }

        transaction.Commit();
        return removed;
    }

    /// <summary>Removes every picture and error below a folder; returns the number of pictures removed.</summary>
    public int RemoveFolder(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        string prefix = Path.TrimEndingDirectorySeparator(folder) is var name && name.EndsWith(Path.DirectorySeparatorChar) ? name : name + Path.DirectorySeparatorChar;
        using SqliteTransaction transaction = _connection.BeginTransaction();
        using SqliteCommand images = Command("DELETE FROM images WHERE substr(path, 1, length($prefix)) = $prefix", "$prefix");
        using SqliteCommand errors = Command("DELETE FROM errors WHERE substr(path, 1, length($prefix)) = $prefix", "$prefix");
        int removed = Run(images, prefix);
        Run(errors, prefix);
        transaction.Commit();
        return removed;
    }

    /// <summary>The file state of every picture by path; enough to plan a rescan without reading embeddings.</summary>
    public IReadOnlyDictionary<string, FileState> Known()
    {
        Dictionary<string, FileState> known = new(StringComparer.Ordinal);
        using SqliteCommand command = Command("SELECT path, size, modified, sha256 FROM images");
        using SqliteDataReader reader = command.ExecuteReader();
        while (reader.Read())
        {
            known[reader.GetString(0)] = new FileState(reader.GetInt64(1), Time(reader.GetInt64(2)), Convert.ToHexStringLower(reader.GetFieldValue<byte[]>(3)));
        }

        return known;
    }

    /// <summary>The pictures that could not be embedded, by path.</summary>
    public IReadOnlyList<StoredError> Errors()
    {
        List<StoredError> errors = [];
        using SqliteCommand command = Command("SELECT path, reason, size, modified, occurred FROM errors ORDER BY path");
        using SqliteDataReader reader = command.ExecuteReader();
        while (reader.Read())
        {
            errors.Add(new StoredError(reader.GetString(0), reader.GetString(1), reader.GetInt64(2), Time(reader.GetInt64(3)), Time(reader.GetInt64(4))));
        }

        return errors;
    }

    /// <summary>Streams every picture in the order of adding, from one snapshot. The store must not be used otherwise meanwhile.</summary>
    public IEnumerable<StoredImage> All() => Read("SELECT path, size, modified, sha256, relational, attribute, interest, width, height FROM images ORDER BY id");

    /// <summary>The picture of a path, or null.</summary>
    public StoredImage? Find(string path) =>
        Read("SELECT path, size, modified, sha256, relational, attribute, interest, width, height FROM images WHERE path = $path", path).FirstOrDefault();

    /// <summary>
    /// Records, in one transaction, files whose bytes are already embedded: a touched file gets its new time, a moved or copied one a row with the
    /// embedding of any picture of the same SHA-256. Returns the paths whose content the store does not hold.
    /// </summary>
    public IReadOnlyList<string> Relink(IEnumerable<(string Path, FileState File)> files)
    {
        ArgumentNullException.ThrowIfNull(files);
        using SqliteTransaction transaction = _connection.BeginTransaction();
        using SqliteCommand forgetError = Command("DELETE FROM errors WHERE path = $path", "$path");
        using SqliteCommand relink = Command(
            """
            INSERT INTO images (path, sha256, size, modified, width, height, interest, relational, attribute)
            SELECT $path, sha256, $size, $modified, width, height, interest, relational, attribute FROM images WHERE sha256 = $sha256 ORDER BY id LIMIT 1
            ON CONFLICT (path) DO UPDATE SET sha256 = excluded.sha256, size = excluded.size, modified = excluded.modified, width = excluded.width,
                height = excluded.height, interest = excluded.interest, relational = excluded.relational, attribute = excluded.attribute
            """,
            "$path", "$size", "$modified", "$sha256");
        List<string> unknown = [];
        foreach ((string path, FileState file) in files)
        {
            if (Run(relink, path, file.Size, file.Modified.UtcTicks, Convert.FromHexString(file.Sha256)) == 0)
            {
                unknown.Add(path);
            }
            else
            {
                Run(forgetError, path);
            }
        }

        transaction.Commit();
        return unknown;
    }

    /// <summary>SQLite's own check of the whole file: "ok", or what is damaged.</summary>
    public string CheckIntegrity()
    {
        using SqliteCommand command = Command("PRAGMA integrity_check");
        return Convert.ToString(command.ExecuteScalar(), CultureInfo.InvariantCulture)!;
    }

    /// <summary>Closes the file; the write-ahead log is folded into it by the last process that does so.</summary>
    public void Dispose() => _connection.Dispose();

    private void RecordErrors(IEnumerable<StoredError> errors)
    {
        using SqliteCommand forgetImage = Command("DELETE FROM images WHERE path = $path", "$path");
        using SqliteCommand record = Command(
            """
            INSERT INTO errors (path, reason, size, modified, occurred) VALUES ($path, $reason, $size, $modified, $occurred)
            ON CONFLICT (path) DO UPDATE SET reason = excluded.reason, size = excluded.size, modified = excluded.modified, occurred = excluded.occurred
            """,
            "$path", "$reason", "$size", "$modified", "$occurred");
        foreach (StoredError error in errors)
        {
            // The old embedding describes bytes that are gone.
            Run(forgetImage, error.Path);
            Run(record, error.Path, error.Reason, error.Size, error.Modified.UtcTicks, _clock.GetUtcNow().UtcTicks);
        }
    }

    private IEnumerable<StoredImage> Read(string sql, string? path = null)
    {
        using SqliteCommand command = path is null ? Command(sql) : Command(sql, "$path");
        if (path is not null)
        {
            command.Parameters[0].Value = path;
        }

        using SqliteDataReader reader = command.ExecuteReader();
        while (reader.Read())
        {
            string stored = reader.GetString(0);
            ImageEmbedding embedding = new(
                FromBlob(reader.GetFieldValue<byte[]>(4), Identity.RelationalDimension, stored),
                FromBlob(reader.GetFieldValue<byte[]>(5), Identity.AttributeDimension, stored),
                reader.IsDBNull(6) ? null : (float)reader.GetDouble(6), reader.GetInt32(7), reader.GetInt32(8));
            yield return new StoredImage(
                stored, new FileState(reader.GetInt64(1), Time(reader.GetInt64(2)), Convert.ToHexStringLower(reader.GetFieldValue<byte[]>(3))), embedding);
        }
    }

    private void Validate(StoredImage image)
    {
        ImageEmbedding embedding = image.Embedding;
        if (embedding.Relational.Length != Identity.RelationalDimension || embedding.Attribute.Length != Identity.AttributeDimension)
        {
            throw new ArgumentException(
                $"{image.Path}: embeddings of {embedding.Relational.Length} and {embedding.Attribute.Length} numbers, the library holds {Identity}.");
        }

        if (embedding.Relational.AsSpan().ContainsAnyExceptInRange(-float.MaxValue, float.MaxValue)
            || embedding.Attribute.AsSpan().ContainsAnyExceptInRange(-float.MaxValue, float.MaxValue))
        {
            throw new ArgumentException($"{image.Path}: the embedding holds NaN or infinity.");
        }

        if (embedding.Interest is { } interest && !(interest is >= 0 and <= 1))
        {
            throw new ArgumentException($"{image.Path}: the interest {interest} is no probability.");
        }
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

    private static int Run(SqliteCommand command, params ReadOnlySpan<object> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i];
        }

        return command.ExecuteNonQuery();
    }

    private static DateTimeOffset Time(long ticks) => new(ticks, TimeSpan.Zero);

    private static byte[] ToBlob(float[] values) => MemoryMarshal.AsBytes(values.AsSpan()).ToArray();

    private float[] FromBlob(byte[] blob, int dimension, string path) => blob.Length == dimension * sizeof(float)
        ? MemoryMarshal.Cast<byte, float>(blob).ToArray()
        : throw new StoreFormatException(FilePath, $"the embedding of {path} has {blob.Length} bytes instead of {dimension * sizeof(float)}; remove the file and add the pictures again.");
}
