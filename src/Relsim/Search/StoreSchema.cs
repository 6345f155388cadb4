using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Relsim.Search;

/// <summary>
/// The tables of an <see cref="EmbeddingStore"/>, its version, and how a connection is opened.
/// <para>
/// Write-ahead log with synchronous = FULL: a commit is on the disk when it returns, so what was reported as stored survives a power cut and not
/// only a killed process (NORMAL would lose the last commits then). It costs one flush a batch, milliseconds beside the embedding of the batch.
/// </para>
/// </summary>
internal static class StoreSchema
{
    /// <summary>"RSLM": tells a store from any other SQLite file.</summary>
    public const int ApplicationId = 0x52534C4D;

    /// <summary>2: a picture may have no interest. Version 1 forbids that; a model without interest never meets such a file, for it would be of another model.</summary>
    public const int Version = 2;

    private const int NotADatabase = 26;
    private const int Corrupt = 11;

    private const string Tables = """
        CREATE TABLE identity (
            id INTEGER PRIMARY KEY CHECK (id = 1), model_id TEXT NOT NULL, profile_fingerprint TEXT NOT NULL,
            relational_dimension INTEGER NOT NULL, attribute_dimension INTEGER NOT NULL) STRICT;
        CREATE TABLE images (
            id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, sha256 BLOB NOT NULL CHECK (length(sha256) = 32), size INTEGER NOT NULL,
            modified INTEGER NOT NULL, width INTEGER NOT NULL, height INTEGER NOT NULL, interest REAL,
            relational BLOB NOT NULL, attribute BLOB NOT NULL) STRICT;
        CREATE INDEX images_by_content ON images (sha256);
        CREATE TABLE errors (
            path TEXT PRIMARY KEY, reason TEXT NOT NULL, size INTEGER NOT NULL, modified INTEGER NOT NULL, occurred INTEGER NOT NULL) STRICT;
        """;

    /// <summary>Opens or, where <paramref name="create"/> allows it, makes the file, and checks whose it is before it is changed.</summary>
    public static SqliteConnection Connect(string path, bool create)
    {
        if (!create && !File.Exists(path))
        {
            throw new FileNotFoundException($"{path}: there is no such library.", path);
        }

        SqliteConnection connection = new(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = create ? SqliteOpenMode.ReadWriteCreate : SqliteOpenMode.ReadWrite,
            Pooling = false, // a pooled connection would keep the file and its log open after Dispose
            DefaultTimeout = 60,
        }.ToString());
        try
        {
            connection.Open();
            Check(connection, path);
            Execute(connection, "PRAGMA journal_mode = WAL");
            Execute(connection, "PRAGMA synchronous = FULL");
            return connection;
        }
        catch (SqliteException e) when (e.SqliteErrorCode is NotADatabase or Corrupt)
        {
            connection.Dispose();
            throw new StoreFormatException(path, "this is not a library file, or it is damaged. Name another file, or remove it and add the pictures again.", e);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>The identity a store was made with; writes <paramref name="wanted"/> into a new one.</summary>
    public static StoreIdentity? Identify(SqliteConnection connection, StoreIdentity? wanted)
    {
        // The transaction takes the write lock at once: two processes that open a new file do not both create the tables.
        using SqliteTransaction transaction = connection.BeginTransaction(deferred: wanted is null);
        if (Scalar(connection, "PRAGMA user_version") == 0 && wanted is not null)
        {
            Execute(connection, Tables);
            using SqliteCommand insert = connection.CreateCommand();
            insert.CommandText = "INSERT INTO identity VALUES (1, $model, $profile, $relational, $attribute)";
            insert.Parameters.AddWithValue("$model", wanted.ModelId);
            insert.Parameters.AddWithValue("$profile", wanted.ProfileFingerprint);
            insert.Parameters.AddWithValue("$relational", wanted.RelationalDimension);
            insert.Parameters.AddWithValue("$attribute", wanted.AttributeDimension);
            insert.ExecuteNonQuery();
            Execute(connection, $"PRAGMA application_id = {ApplicationId}");
            Execute(connection, $"PRAGMA user_version = {Version}");
        }

        StoreIdentity? identity = Scalar(connection, "PRAGMA user_version") == 0 ? null : ReadIdentity(connection);
        transaction.Commit();
        return identity;
    }

    public static long Scalar(SqliteConnection connection, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }

    public static void Execute(SqliteConnection connection, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static StoreIdentity ReadIdentity(SqliteConnection connection)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "SELECT model_id, profile_fingerprint, relational_dimension, attribute_dimension FROM identity";
        using SqliteDataReader reader = command.ExecuteReader();
        reader.Read();
        return new StoreIdentity(reader.GetString(0), reader.GetString(1), reader.GetInt32(2), reader.GetInt32(3));
    }

    private static void Check(SqliteConnection connection, string path)
    {
        using SqliteTransaction snapshot = connection.BeginTransaction(deferred: true);
        long application = Scalar(connection, "PRAGMA application_id");
        long version = Scalar(connection, "PRAGMA user_version");
        bool empty = Scalar(connection, "SELECT count(*) FROM sqlite_schema") == 0;
        if (application != ApplicationId && !empty)
        {
            throw new StoreFormatException(path, "this is an SQLite file of another program. Name another file.");
        }

        if (version > Version)
        {
            throw new StoreFormatException(path, $"the library is of version {version}, this program knows up to {Version}. Update the program.");
        }
    }
}
