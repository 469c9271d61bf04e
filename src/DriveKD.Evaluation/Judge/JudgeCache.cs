using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using DriveKD.Data.Errors;
using Microsoft.Data.Sqlite;

namespace DriveKD.Evaluation.Judge;

/// <summary>
/// Replies on disk, by the content of what was asked: a SQLite database with a write-ahead log. Several threads and several
/// processes may use one file; of two replies to the same message the first stays. Every entry carries its own digest, so that a
/// damaged file is an error and never another score.
/// </summary>
public sealed class JudgeCache : IDisposable
{
    private const int ApplicationId = 0x444B4443;
    private const int FormatVersion = 1;
    private const int BusySeconds = 30;

    private readonly Lock _gate = new();
    private readonly string _file;
    private readonly SqliteConnection _connection;

    private JudgeCache(string file, SqliteConnection connection) => (_file, _connection) = (file, connection);

    /// <summary>How many replies there are.</summary>
    public long Count => Guarded(() => Convert.ToInt64(Command("SELECT COUNT(*) FROM reply").ExecuteScalar(), CultureInfo.InvariantCulture));

    /// <summary>Opens a cache, or makes one.</summary>
    /// <param name="file">The file. Beside it, while it is in use, stand its log (-wal) and index (-shm).</param>
    /// <exception cref="InputException">It cannot be opened or written, is damaged, or is no cache.</exception>
    public static JudgeCache Open(string file)
    {
        string path = Path.GetFullPath(file);
        if (Directory.Exists(path))
        {
            throw new InputException(file, "is a folder; the name of a cache file is expected.");
        }

        if (!Directory.Exists(Path.GetDirectoryName(path)))
        {
            throw new InputException(file, $"cannot be opened: there is no folder {Path.GetDirectoryName(path)}; make it first.");
        }

        SqliteConnection connection = new(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = SqliteOpenMode.ReadWriteCreate,
            // The file is let go when the cache is disposed of.
            Pooling = false,
            DefaultTimeout = BusySeconds,
        }.ToString());
        JudgeCache cache = new(file, connection);
        try
        {
            cache.Guarded(() =>
            {
                connection.Open();
                cache.Prepare();
                return 0;
            });
            return cache;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Finds a reply.</summary>
    /// <param name="key">A <see cref="CacheKey"/>.</param>
    /// <returns>The reply; null where there is none.</returns>
    /// <exception cref="InputException">The file is damaged.</exception>
    public CachedReply? Find(string key) => Guarded(() =>
    {
        using SqliteCommand command = Command("SELECT text, cut_off, input_tokens, output_tokens, digest FROM reply WHERE key = $key");
        command.Parameters.AddWithValue("$key", key);
        using SqliteDataReader row = command.ExecuteReader();
        if (!row.Read())
        {
            return null;
        }

        // A damaged row may hold values of any type.
        if (row.GetValue(0) is not byte[] text || row.GetValue(1) is not long cutOff || row.GetValue(2) is not long input || row.GetValue(3) is not long output)
        {
            throw Damaged("an entry has values of a wrong type");
        }

        CachedReply reply = new(Encoding.UTF8.GetString(text), cutOff != 0, input, output);
        return row.GetValue(4) is string digest && digest == DigestOf(key, reply) ? reply : throw Damaged("an entry does not fit its digest");
    });

    /// <summary>Keeps a reply, unless there is one.</summary>
    /// <param name="key">A <see cref="CacheKey"/>.</param>
    /// <param name="reply">The reply.</param>
    /// <returns>The reply that is kept: another process may have been first.</returns>
    /// <exception cref="InputException">The file is damaged or cannot be written.</exception>
    public CachedReply Add(string key, CachedReply reply)
    {
        Guarded(() =>
        {
            using SqliteCommand command = Command(
                "INSERT INTO reply (key, text, cut_off, input_tokens, output_tokens, digest) VALUES ($key, $text, $cut, $input, $output, $digest) ON CONFLICT (key) DO NOTHING");
            command.Parameters.AddWithValue("$key", key);
            // As bytes: SQLite's texts end at the first NUL, which a model may well write.
            command.Parameters.AddWithValue("$text", Encoding.UTF8.GetBytes(reply.Text));
            command.Parameters.AddWithValue("$cut", reply.IsCutOff ? 1L : 0L);
            command.Parameters.AddWithValue("$input", reply.InputTokens);
            command.Parameters.AddWithValue("$output", reply.OutputTokens);
            command.Parameters.AddWithValue("$digest", DigestOf(key, reply));
            return command.ExecuteNonQuery();
        });
        return Find(key) ?? throw Damaged("an entry just written is not there");
    }

    /// <inheritdoc />
    public void Dispose() => _connection.Dispose();

    private void Prepare()
    {
        // One transaction for the three reads: another process may be making the same cache meanwhile.
        long version, application, tables;
        using (SqliteTransaction reading = _connection.BeginTransaction(deferred: true))
        {
            version = Number("PRAGMA user_version", reading);
            application = Number("PRAGMA application_id", reading);
            tables = Number("SELECT COUNT(*) FROM sqlite_master", reading);
        }

        bool isNew = version == 0 && application == 0 && tables == 0;
        if (!isNew && application != ApplicationId)
        {
            throw new InputException(_file, "is a database of something else; name another file for the cache.");
        }

        if (!isNew && version != FormatVersion)
        {
            throw new InputException(_file, $"is a cache of another version of drivekd ({version}, {FormatVersion} is expected); name another file.");
        }

        Execute("PRAGMA journal_mode = WAL");
        // A reply costs more than the write: it is on the disk before it counts.
        Execute("PRAGMA synchronous = FULL");
        using (SqliteTransaction transaction = _connection.BeginTransaction(deferred: false))
        {
            Execute("CREATE TABLE IF NOT EXISTS reply (key TEXT PRIMARY KEY, text BLOB NOT NULL, cut_off INTEGER NOT NULL, input_tokens INTEGER NOT NULL, output_tokens INTEGER NOT NULL, digest TEXT NOT NULL) WITHOUT ROWID, STRICT", transaction);
            Execute($"PRAGMA application_id = {ApplicationId}", transaction);
            Execute($"PRAGMA user_version = {FormatVersion}", transaction);
            transaction.Commit();
        }

        using SqliteCommand check = Command("PRAGMA quick_check(1)");
        if (check.ExecuteScalar() as string is not "ok" and string found)
        {
            throw Damaged(found);
        }
    }

    private long Number(string sql, SqliteTransaction transaction)
    {
        using SqliteCommand command = Command(sql);
        command.Transaction = transaction;
        return Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }

    private void Execute(string sql, SqliteTransaction? transaction = null)
    {
        using SqliteCommand command = Command(sql);
        command.Transaction = transaction;
        command.ExecuteNonQuery();
    }

    private SqliteCommand Command(string sql)
    {
        SqliteCommand command = _connection.CreateCommand();
        command.CommandText = sql;
        return command;
    }

    private T Guarded<T>(Func<T> action)
    {
        lock (_gate)
        {
            try
            {
                return action();
            }
            catch (SqliteException exception)
            {
                throw exception.SqliteErrorCode switch
                {
                    SQLitePCL.raw.SQLITE_CORRUPT or SQLitePCL.raw.SQLITE_NOTADB or SQLitePCL.raw.SQLITE_ERROR or SQLitePCL.raw.SQLITE_FORMAT => Damaged(exception.Message, exception),
                    SQLitePCL.raw.SQLITE_FULL => new InputException(_file, "cannot be written: the disk is full.", exception),
                    SQLitePCL.raw.SQLITE_BUSY or SQLitePCL.raw.SQLITE_LOCKED => new InputException(_file, $"is locked by another process for more than {BusySeconds} s.", exception),
                    _ => new InputException(_file, $"cannot be opened or written: {exception.Message}", exception),
                };
            }
        }
    }

    private InputException Damaged(string what, Exception? cause = null) =>
        new(_file, $"is damaged, or no cache of judgements ({what.TrimEnd('.')}). Nothing is taken from it: delete it, with the -wal and -shm beside it, or name another; its replies are then asked for again.", cause);

    private static string DigestOf(string key, CachedReply reply) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
        string.Create(CultureInfo.InvariantCulture, $"{key}\n{(reply.IsCutOff ? 1 : 0)}\n{reply.InputTokens}\n{reply.OutputTokens}\n{reply.Text}"))));
}
