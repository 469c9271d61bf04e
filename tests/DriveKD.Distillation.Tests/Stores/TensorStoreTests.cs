using DriveKD.Data.Errors;
using DriveKD.Distillation.Stores;
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

        Assert.False(narrow.Has(TensorStore.KeyOf("large")));
        Assert.True(narrow.Has(key));
    }

    [Fact]
    public void Open_AFileInTheWay_SaysSo()
    {
        File.WriteAllText(_folder["store"], "");
        InputException exception = Assert.Throws<InputException>(() => Open());
        Assert.Contains("cannot be used", exception.Message, StringComparison.Ordinal);
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

    private string FileOf(string key) => Path.Combine(_folder["store"], key[..2], key + ".safetensors");
}
