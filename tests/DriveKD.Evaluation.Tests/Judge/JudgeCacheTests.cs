using CsCheck;
using DriveKD.Data.Errors;
using DriveKD.Evaluation.Judge;
using DriveKD.Tests;
using Microsoft.Data.Sqlite;

namespace DriveKD.Evaluation.Tests.Judge;

public sealed class JudgeCacheTests : IDisposable
{
    private static readonly JudgeIdentity _judge = new("http://localhost/v1", "m", 0, 100);

    private readonly TemporaryFolder _folder = new();

    private string File_ => _folder["cache.sqlite"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Add_ThenReopened_IsFound()
    {
        CachedReply reply = new("{\"points\": \u00e9 \ud83d\ude97}", true, 12, 34);
        using (JudgeCache cache = JudgeCache.Open(File_))
        {
            Assert.Null(cache.Find("k"));
            Assert.Equal(reply, cache.Add("k", reply));
        }

        using JudgeCache again = JudgeCache.Open(File_);
        Assert.Equal(reply, again.Find("k"));
        Assert.Null(again.Find("K"));
        Assert.Equal(1, again.Count);
    }

    [Fact]
    public void Add_ReplyWithNulsAndHalfCharacters_IsKeptWhole()
    {
        using JudgeCache cache = JudgeCache.Open(File_);

        Assert.Equal("a\0b\0\ufffd", cache.Add("k", new CachedReply("a\0b\0\ud83d", false, 1, 1)).Text);
        Assert.Equal("a\0b\0\ufffd", cache.Find("k")!.Text);
    }

    [Fact]
    public void Add_TwoReplies_TheFirstStays()
    {
        using JudgeCache one = JudgeCache.Open(File_);
        using JudgeCache two = JudgeCache.Open(File_);
        one.Add("k", new CachedReply("first", false, 1, 1));

        Assert.Equal("first", two.Add("k", new CachedReply("second", false, 1, 1)).Text);
    }

    [Fact]
    public void Open_UsesAWriteAheadLog()
    {
        using JudgeCache cache = JudgeCache.Open(File_);
        cache.Add("k", new CachedReply("r", false, 1, 1));

        Assert.True(File.Exists(File_ + "-wal"));
    }

    [Fact]
    public async Task Add_SeveralConnectionsAtOnce_LoseNothing()
    {
        const int Writers = 4, Replies = 25;
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(() =>
        {
            using JudgeCache cache = JudgeCache.Open(File_);
            for (int i = 0; i < Replies; i++)
            {
                string key = $"{writer / 2}-{i}";
                Assert.Equal(key, cache.Add(key, new CachedReply(key, false, i, i)).Text);
            }
        })));

        using JudgeCache all = JudgeCache.Open(File_);
        Assert.Equal(Writers / 2 * Replies, all.Count);
    }

    [Fact]
    public async Task Open_ManyMakingTheSameFile_AllOpenIt()
    {
        const int Files = 10, Openers = 4;
        for (int file = 0; file < Files; file++)
        {
            string path = $"{File_}.{file}";
            using Barrier start = new(Openers);
            await Task.WhenAll(Enumerable.Range(0, Openers).Select(_ => Task.Factory.StartNew(() =>
            {
                start.SignalAndWait();
                using JudgeCache cache = JudgeCache.Open(path);
                Assert.Equal(0, cache.Count);
            }, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        }
    }

    [Fact]
    public void Of_AnythingThatMatters_ChangesTheKey()
    {
        string[] keys =
        [
            CacheKey.Of(_judge, "message", 0),
            CacheKey.Of(_judge, "message ", 0),
            CacheKey.Of(_judge, "message", 1),
            CacheKey.Of(_judge with { Endpoint = "http://localhost/v2" }, "message", 0),
            CacheKey.Of(_judge with { Model = "n" }, "message", 0),
            CacheKey.Of(_judge with { Temperature = 0.5 }, "message", 0),
            CacheKey.Of(_judge with { Temperature = null }, "message", 0),
            CacheKey.Of(_judge with { MaxTokens = 101 }, "message", 0),
            CacheKey.Of(_judge, "\uD800", 0),
            CacheKey.Of(_judge, "\uFFFD", 0),
        ];

        Assert.Equal(keys.Length, keys.Distinct().Count());
        Assert.All(keys, key => Assert.Matches("^[0-9a-f]{64}$", key));
        Assert.Equal(keys[0], CacheKey.Of(new JudgeIdentity("http://localhost/v1", "m", 0, 100), "message", 0));
    }

    [Fact]
    public void Open_NoDatabase_IsRefused()
    {
        File.WriteAllText(File_, new string('x', 5000));

        Assert.Contains("is damaged, or no cache", Assert.Throws<InputException>(() => JudgeCache.Open(File_)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_DatabaseOfSomethingElse_IsLeftAlone()
    {
        Execute("CREATE TABLE reply (key TEXT, text TEXT)");
        byte[] before = File.ReadAllBytes(File_);

        Assert.Contains("database of something else", Assert.Throws<InputException>(() => JudgeCache.Open(File_)).Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(File_));
    }

    [Fact]
    public void Open_LaterVersion_IsRefused()
    {
        JudgeCache.Open(File_).Dispose();
        Execute("PRAGMA user_version = 9");

        Assert.Contains("another version", Assert.Throws<InputException>(() => JudgeCache.Open(File_)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("UPDATE reply SET text = X'00'")]
    [InlineData("UPDATE reply SET key = 'other'", "other")]
    [InlineData("UPDATE reply SET cut_off = 1 - cut_off")]
    [InlineData("UPDATE reply SET output_tokens = 5")]
    [InlineData("UPDATE reply SET digest = ''")]
    public void Find_EntryThatWasChanged_IsAnErrorNotAScore(string change, string key = "k")
    {
        using (JudgeCache cache = JudgeCache.Open(File_))
        {
            cache.Add("k", new CachedReply("Total Score: 10", false, 1, 1));
        }

        Execute(change);

        using JudgeCache damaged = JudgeCache.Open(File_);
        Assert.Contains("does not fit its digest", Assert.Throws<InputException>(() => damaged.Find(key)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void OpenAndFind_AnyByteChanged_GiveTheReplyOrAnErrorOrNothing()
    {
        CachedReply reply = new("Total Score: 10 " + new string('y', 300), false, 1, 1);
        using (JudgeCache cache = JudgeCache.Open(File_))
        {
            for (int i = 0; i < 30; i++)
            {
                cache.Add($"k{i}", reply);
            }
        }

        byte[] sound = File.ReadAllBytes(File_);
        int number = 0;
        Gen.Select(Gen.Int[0, sound.Length - 1], Gen.Byte[1, 255]).Sample(
            (place, change) =>
            {
                string file = _folder[$"damaged-{Interlocked.Increment(ref number)}"];
                byte[] damaged = [.. sound];
                damaged[place] ^= change;
                File.WriteAllBytes(file, damaged);
                try
                {
                    using JudgeCache cache = JudgeCache.Open(file);
                    for (int i = 0; i < 30; i++)
                    {
                        CachedReply? found = cache.Find($"k{i}");
                        Assert.True(found is null || found == reply);
                    }
                }
                catch (InputException exception)
                {
                    Assert.Contains(file, exception.Message, StringComparison.Ordinal);
                }

                Array.ForEach(Directory.GetFiles(_folder.Path, $"{Path.GetFileName(file)}*"), File.Delete);
            },
            iter: 60,
            threads: 1);
    }

    [Theory]
    [InlineData("")]
    [InlineData("no/such/folder/cache.sqlite")]
    public void Open_NoPlaceForAFile_IsRefused(string name) => Assert.Throws<InputException>(() => JudgeCache.Open(_folder[name]));

    private void Execute(string sql)
    {
        using SqliteConnection connection = new($"Data Source={File_};Pooling=False");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // The texts are the tests' own.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
