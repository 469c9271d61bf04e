using DriveKD.Data.Errors;
using DriveKD.Distillation.Stores;
using DriveKD.Runs.Recipes;
using DriveKD.Tests;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Distillation.Tests.Stores;

public sealed class TensorStoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void KeyOf_OtherTextsOrOtherBorders_IsAnother() =>
        Assert.Equal(4, new[] { TensorStore.KeyOf("a", "bc"), TensorStore.KeyOf("ab", "c"), TensorStore.KeyOf("abc"), TensorStore.KeyOf("a", "bc", "") }.Distinct().Count());

    [Fact]
    public void Find_WhatAnotherStoreOfTheFolderPut_IsTheSameBitsAndNumberTypes()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor[] tensors = [randn(2, 3), randn(4).to_type(ScalarType.BFloat16), ones([2, 2], ScalarType.Bool), tensor(new sbyte[] { 1, -2 }), randn(3, 2).t()];
        string key = TensorStore.KeyOf("some");
        TensorStore first = Open();
        Assert.False(first.Has(key));
        Assert.Null(first.Find(key));
        first.Put(key, tensors);
        first.Put(key, [zeros(1)]);

        TensorStore second = Open();
        IReadOnlyList<Tensor> found = second.Find(key)!;

        Assert.True(second.Has(key));
        Assert.Equal(tensors.Select(tensor => tensor.dtype), found.Select(tensor => tensor.dtype));
        Assert.All(tensors.Zip(found), pair => Assert.True(pair.First.equal(pair.Second).all().item<bool>()));
        Assert.Equal((1, 1), (first.Counts.Written, second.Counts.Read));
        Assert.Equal(first.Counts.Bytes, second.Counts.Bytes);
        Assert.Equal(new FileInfo(FileOf(key)).Length, second.Counts.Bytes);
    }

    [Fact]
    public void Find_ByteOfTheDataChanged_DeletesAndCounts()
    {
        (TensorStore store, string key) = WithEntry();
        byte[] content = File.ReadAllBytes(FileOf(key));
        content[^3] ^= 1;
        File.WriteAllBytes(FileOf(key), content);

        Assert.Null(store.Find(key));
        Assert.Equal((1, false), (store.Counts.Damaged, File.Exists(FileOf(key))));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(60)]
    [InlineData(-1)]
    public void Find_FileCutOff_DeletesAndCounts(int length)
    {
        (TensorStore store, string key) = WithEntry();
        byte[] content = File.ReadAllBytes(FileOf(key));
        File.WriteAllBytes(FileOf(key), length < 0 ? content[..^1] : content[..length]);

        Assert.Null(store.Find(key));
        Assert.Equal((1, false), (store.Counts.Damaged, File.Exists(FileOf(key))));
    }

    [Fact]
    public void Put_BeyondTheLimit_DropsWhatWasNotReadForLongest()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor kilobyte = zeros(256);
        string[] keys = [.. Enumerable.Range(0, 5).Select(i => TensorStore.KeyOf($"{i}"))];
        long size;
        {
            TensorStore probe = Open();
            probe.Put(keys[0], [kilobyte]);
            size = probe.Counts.Bytes;
        }

        TensorStore store = Open(4 * size);
        foreach ((int i, string key) in keys[..4].Index())
        {
            store.Put(key, [kilobyte]);
            // Ages are told by the files; steps of the clock are too coarse for a loop.
            File.SetLastWriteTimeUtc(FileOf(key), DateTime.UtcNow.AddHours(i - 10));
        }

        Assert.NotNull(store.Find(keys[0]));
        store.Put(keys[4], [kilobyte]);

        Assert.True(store.Has(keys[0]) && store.Has(keys[4]));
        Assert.False(store.Has(keys[1]));
        Assert.InRange(store.Counts.Bytes, size, 4 * size);
        Assert.Equal(keys.Count(key => !store.Has(key)), store.Counts.Dropped);
    }

    [Fact]
    public void Put_LargerThanTheWholeStore_IsNotKeptAndCostsNothing()
    {
        (TensorStore _, string key) = WithEntry();
        TensorStore narrow = Open(1000);
        using Tensor large = zeros(1000);
        narrow.Put(TensorStore.KeyOf("large"), [large]);
        narrow.Put(TensorStore.KeyOf("large"), [large]);

        Assert.Equal(1, narrow.Counts.TooLarge);
        Assert.InRange(narrow.Counts.LargestBytes, 4000, 5000);
        Assert.False(narrow.Has(TensorStore.KeyOf("large")));
        Assert.True(narrow.Has(key));
    }

    [Fact]
    public void Open_AFileInTheWay_SaysSo()
    {
        File.WriteAllText(_folder["store"], "");
        InputException exception = Assert.Throws<InputException>(() => Open());
        Assert.Contains("cannot be used", exception.Message, StringComparison.Ordinal);
        Assert.Contains("cache.on_error=bypass", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_AFileInTheWayBypassed_KeepsNothingAndSaysWhy()
    {
        using DisposeScope scope = NewDisposeScope();
        File.WriteAllText(_folder["store"], "");
        TensorStore store = new(_folder["store"], 1 << 30, OnCacheError.Bypass);
        string key = TensorStore.KeyOf("entry");
        store.Put(key, [zeros(3)]);

        Assert.False(store.Has(key));
        Assert.Null(store.Find(key));
        Assert.Contains("cannot be used to keep tensors in", store.Counts.Bypassed, StringComparison.Ordinal);
        Assert.Equal((0, 0, 0), (store.Counts.Written, store.Counts.Damaged, store.Counts.Bytes));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Put_DiskIsFull_StopsOrKeepsNothingMoreAndLeavesNoTornFile(int entriesBefore)
    {
        using DisposeScope scope = NewDisposeScope();
        int created = 0;
        Stream Create(string path) => created++ < entriesBefore
            ? new FileStream(path, FileMode.CreateNew)
            : new FullDisk(new FileStream(path, FileMode.CreateNew), room: 100);
        string[] keys = [.. Enumerable.Range(0, 4).Select(i => TensorStore.KeyOf($"{i}"))];
        TensorStore store = new(_folder["store"], 1 << 30, OnCacheError.Bypass, Create);
        foreach (string key in keys)
        {
            store.Put(key, [zeros(300)]);
        }

        Assert.Equal(entriesBefore, keys.Count(store.Has));
        Assert.Equal(entriesBefore, store.Counts.Written);
        Assert.Equal(entriesBefore, Directory.GetFiles(_folder["store"], "*", SearchOption.AllDirectories).Length);
        // Not tried again for every entry.
        Assert.Equal(entriesBefore + 1, created);
        Assert.Contains("No space left", store.Counts.Bypassed, StringComparison.Ordinal);
        // What was kept before is read.
        Assert.Equal(entriesBefore == 1, store.Find(keys[0]) is not null);

        created = entriesBefore;
        TensorStore stopping = new(_folder["store"], 1 << 30, OnCacheError.Stop, Create);
        InputException exception = Assert.Throws<InputException>(() => stopping.Put(keys[^1], [zeros(300)]));
        Assert.Contains("No space left", exception.Message, StringComparison.Ordinal);
        Assert.Contains("cache.on_error=bypass", exception.Message, StringComparison.Ordinal);
        Assert.Null(stopping.Counts.Bypassed);
    }

    [Fact]
    public void Put_FolderWhereNobodyMayWrite_StopsOrKeepsNothing()
    {
        const string ReadOnly = "/proc/self/ns";
        Assert.SkipUnless(Directory.Exists(ReadOnly), "needs /proc, where nobody may write");
        using DisposeScope scope = NewDisposeScope();
        string key = TensorStore.KeyOf("entry");
        TensorStore store = new(ReadOnly, 1 << 30, OnCacheError.Bypass);
        Assert.Null(store.Counts.Bypassed);
        store.Put(key, [zeros(3)]);

        Assert.False(store.Has(key));
        Assert.Contains("an entry could not be written", store.Counts.Bypassed, StringComparison.Ordinal);
        Assert.Throws<InputException>(() => new TensorStore(ReadOnly, 1 << 30).Put(key, [zeros(3)]));
    }

    [Fact]
    public void Put_FolderIsReadOnly_ReadsWhatIsThereAndKeepsNothingMore()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess, "permissions are for users that they bind");
        using DisposeScope scope = NewDisposeScope();
        (_, string key) = WithEntry();
        SetMode(UnixFileMode.UserRead | UnixFileMode.UserExecute);
        try
        {
            TensorStore store = new(_folder["store"], 1 << 30, OnCacheError.Bypass);
            store.Put(TensorStore.KeyOf("other"), [zeros(3)]);
            Assert.NotNull(store.Find(key));
            Assert.NotNull(store.Counts.Bypassed);
            Assert.Throws<InputException>(() => Open().Put(TensorStore.KeyOf("other"), [zeros(3)]));
        }
        finally
        {
            SetMode(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    [Fact]
    public void Put_PlacesOfEntriesAreTaken_ReadsWhatIsThereAndKeepsNothingMore()
    {
        using DisposeScope scope = NewDisposeScope();
        (_, string key) = WithEntry();
        string other = TensorStore.KeyOf("other");
        // As a folder that may only be read: no folder can be made for the entry.
        File.WriteAllText(Path.Combine(_folder["store"], other[..2]), "");
        TensorStore store = new(_folder["store"], 1 << 30, OnCacheError.Bypass);
        store.Put(other, [zeros(3)]);

        Assert.NotNull(store.Find(key));
        Assert.Contains("an entry could not be written", store.Counts.Bypassed, StringComparison.Ordinal);
        Assert.Throws<InputException>(() => Open().Put(other, [zeros(3)]));
    }

    private void SetMode(UnixFileMode mode)
    {
        foreach (string folder in Directory.GetDirectories(_folder["store"]).Append(_folder["store"]))
        {
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(folder, mode);
            }
        }
    }

    private (TensorStore Store, string Key) WithEntry()
    {
        using DisposeScope scope = NewDisposeScope();
        TensorStore store = Open();
        string key = TensorStore.KeyOf("entry");
        store.Put(key, [randn(5, 7)]);
        return (store, key);
    }

    private TensorStore Open(long most = 1 << 30) => new(_folder["store"], most);

    /// <summary>A disk that has room for so many bytes of a file.</summary>
    private sealed class FullDisk(FileStream file, int room) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => file.Length;

        public override long Position
        {
            get => file.Position;
            set => throw new NotSupportedException();
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            file.Write(buffer[..(int)Math.Min(buffer.Length, room - file.Position)]);
            if (file.Position == room)
            {
                throw new IOException("No space left on device");
            }
        }

        public override void Flush() => file.Flush();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            file.Dispose();
            base.Dispose(disposing);
        }
    }

    private string FileOf(string key) => Path.Combine(_folder["store"], key[..2], key + ".safetensors");
}
