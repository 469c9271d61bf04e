using DriveKD.Evaluation.Compare;
using DriveKD.Tests;

namespace DriveKD.Evaluation.Tests.Compare;

public sealed class RunStoreTests : IDisposable
{
    private static readonly CompareRun _run = new(CompareStage.Final, "ce", null, null, 1);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Keep_FinishedRun_IsFoundByItsKeyAlone()
    {
        RunStore store = new(_folder["out"], cache: null, keepsModels: false);
        store.Keep(_run, "key", Made("key"));

        Assert.True(store.Has(_run, "key"));
        Assert.True(store.Has(_run, key: null));
        Assert.False(store.Has(_run, "other"));
        Assert.Equal(0.5, store.Find(_run)!.Mean()!.Value, 12);
        Assert.False(Directory.Exists(Path.Combine(store.FolderOf(_run), RunStore.ModelName)));
    }

    [Fact]
    public void Has_OtherComparisonWithTheSameCache_TakesTheResultOver()
    {
        new RunStore(_folder["a"], _folder["cache"], keepsModels: false).Keep(_run, "key", Made("key"));
        CompareRun renamed = _run with { Arm = "supervised" };
        RunStore other = new(_folder["b"], _folder["cache"], keepsModels: false);

        Assert.Null(other.Find(renamed));
        Assert.True(other.Has(renamed, "key"));
        Assert.Equal(20, other.Find(renamed)!.Answers.Count);
        Assert.False(other.Has(renamed, "another"));
    }

    [Fact]
    public void Has_ModelsAreKept_CountsOnlyWithTheModel()
    {
        RunStore without = new(_folder["out"], _folder["cache"], keepsModels: false);
        RunStore with = new(_folder["out"], _folder["cache"], keepsModels: true);
        without.Keep(_run, "key", Made("key"));
        Assert.False(with.Has(_run, "key"));

        with.Keep(_run, "key", Made("key"));

        Assert.True(with.Has(_run, "key"));
        Assert.Equal("weights", File.ReadAllText(Path.Combine(with.FolderOf(_run), RunStore.ModelName, "model.safetensors")));
    }

    [Fact]
    public void KeepFailure_ThenSuccess_IsReplaced()
    {
        RunStore store = new(_folder["out"], cache: null, keepsModels: false);
        store.KeepFailure(_run, new RunFacts { Key = "key", Program = "p", Error = "memory" });
        Assert.False(store.Has(_run, "key"));
        Assert.Equal("memory", store.Find(_run)!.Facts.Error);
        Assert.Null(store.Find(_run)!.Mean());

        store.Keep(_run, "key", Made("key"));

        Assert.Null(store.Find(_run)!.Facts.Error);
    }

    [Fact]
    public void Has_DamagedResult_DoesNotCount()
    {
        RunStore store = new(_folder["out"], cache: null, keepsModels: false);
        store.Keep(_run, "key", Made("key"));
        File.WriteAllText(Path.Combine(store.FolderOf(_run), RunFacts.FileName), "{");

        Assert.False(store.Has(_run, "key"));
        Assert.Null(store.Find(_run));
    }

    private string Made(string key)
    {
        string work = _folder[$"work-{Guid.NewGuid():N}"];
        Directory.CreateDirectory(Path.Combine(work, RunStore.ModelName));
        File.WriteAllText(Path.Combine(work, RunStore.ModelName, "model.safetensors"), "weights");
        RunResult result = CompareFixture.Result(_run, 3, 7);
        RunResult.WriteAnswers(work, result.Answers);
        (result.Facts with { Key = key }).Write(work);
        return work;
    }
}
