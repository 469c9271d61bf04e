using DriveKD.Data.Errors;
using DriveKD.Data.Samples;
using DriveKD.Distillation.Stores;
using DriveKD.Distillation.Training;
using DriveKD.Runs.Folders;
using DriveKD.Runs.Recipes;
using DriveKD.Tests;

namespace DriveKD.Distillation.Tests.Stores;

/// <summary>A folder of features and targets changes the time and the memory that runs take, not what comes out of them.</summary>
public sealed class StoredRunTests : IDisposable
{
    private readonly DistillationFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData("gradients.per=sample")]
    [InlineData("gradients.method=sum", "train.batch_size=2")]
    [InlineData("distillation.signals.perception.kind=logits", "distillation.signals.reasoning.kind=hidden-states", "distillation.signals.planning.map=vision-to-text")]
    [InlineData("distillation.signals.perception.distance=cosine", "distillation.signals.reasoning.distance=divergence", "distillation.signals.planning.map=text-to-text")]
    public void Run_FolderEmptyOrFilled_TrainsTheSameBits(params string[] overrides)
    {
        byte[] plain = Train("plain", overrides).Model;
        Outcome cold = Train("cold", [.. overrides, Folder]);
        Outcome warm = Train("warm", [.. overrides, Folder]);
        Outcome small = Train("small", [.. overrides, Folder, "cache.targets=0", "cache.features=1"]);

        Assert.Equal(plain, cold.Model);
        Assert.Equal(plain, warm.Model);
        Assert.Equal(plain, small.Model);
        // A head is written with the first target of logits, and read by the second.
        Assert.InRange(cold.Counts!.Read, 0, 1);
        Assert.Equal(0, cold.Unread);
        Assert.True(cold.Counts.Written > 0);
        Assert.Equal(0, warm.Counts!.Written);
        // The fixture has one teacher folder in all roles, or several: none is read.
        Assert.True(warm.Unread > 0);
    }

    [Fact]
    public void Run_EntriesDamaged_MakesThemAnewAndCountsThem()
    {
        byte[] expected = Train("first", Folder).Model;
        string[] files = Directory.GetFiles(_fixture.Path("store"), "*.safetensors", SearchOption.AllDirectories);
        foreach (string file in files)
        {
            byte[] content = File.ReadAllBytes(file);
            content[^1] ^= 0x40;
            File.WriteAllBytes(file, content);
        }

        Outcome again = Train("again", Folder);
        Assert.Equal(expected, again.Model);
        Assert.Equal((files.Length, files.Length), (again.Counts!.Damaged, again.Counts.Written));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Run_FolderCannotBeUsedAndIsBypassed_TrainsTheSameBitsAndSaysSoOnce(bool isFile)
    {
        byte[] expected = Train("plain").Model;
        if (isFile)
        {
            File.WriteAllText(_fixture.Path("store"), "");
        }
        else
        {
            // As a folder that may only be read: no folder can be made for an entry.
            Directory.CreateDirectory(_fixture.Path("store"));
            foreach (int first in Enumerable.Range(0, 256))
            {
                File.WriteAllText(_fixture.Path("store", $"{first:x2}"), "");
            }
        }

        Assert.Contains("cache.on_error=bypass", Assert.Throws<InputException>(() => Train("stopped", Folder)).Message, StringComparison.Ordinal);
        List<string> notices = [];
        Outcome run = Train("bypassed", notices, [Folder, "cache.on_error=bypass"]);

        Assert.Equal(expected, run.Model);
        Assert.Equal(0, run.Counts!.Written);
        string notice = Assert.Single(notices);
        Assert.StartsWith($"cache.folder: {_fixture.Path("store")} ", notice, StringComparison.Ordinal);
        Assert.Equal([notice], RunStatus.Read(_fixture.Path("bypassed")).Notices!);
    }

    [Fact]
    public void StoreTargets_FolderCannotBeUsed_StopsWhateverTheRecipeSays()
    {
        File.WriteAllText(_fixture.Path("store"), "");
        Assert.Contains("cannot be used", Assert.Throws<InputException>(() => Store(Folder, "cache.on_error=bypass")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void StoreTargets_ThenARun_ReadsNoTeacher()
    {
        string[] keys = [Folder, "cache.stored=bfloat16"];
        StoredTargets made = Store(keys);
        StoredTargets again = Store(keys);
        Outcome run = Train("run", keys);

        Assert.True(made.Made > 0);
        Assert.Equal((0, made.Made), (again.Made, again.There));
        Assert.InRange(made.LargestError, 1e-6, 0.004);
        Assert.True(run.Unread > 0);
    }

    [Fact]
    public void Run_FirstOrSecondToUseRoundedTargets_TrainsTheSameBits()
    {
        string[] keys = [Folder, "cache.stored=int8"];
        byte[] first = Train("first", keys).Model;
        Assert.Equal(first, Train("second", keys).Model);
        Assert.NotEqual(first, Train("plain").Model);
    }

    [Fact]
    public void Open_OtherAnswersPicturesOrSignals_FindsNothingOfThem()
    {
        Store(Folder);
        Assert.True(Train("same", Folder).Unread > 0);
        Assert.Equal(0, Train("signal", Folder, "distillation.signals.perception.map=full").Unread);
        Assert.Equal(0, Train("numbers", Folder, "cache.stored=int8").Unread);
        File.WriteAllText(_fixture.Path("other.json"), File.ReadAllText(Records).Replace("\"answer\":\"", "\"answer\":\"So: ", StringComparison.Ordinal));
        Assert.Equal(0, Train("answers", Folder, "data.records=" + _fixture.Path("other.json")).Unread);
    }

    [Fact]
    public void StoreTargets_NoFolderOrNoTeacher_SaysWhatToDo()
    {
        Assert.Contains("cache.folder=", Assert.Throws<InputException>(() => Store()).Message, StringComparison.Ordinal);
        Assert.Contains(
            "no teacher", Assert.Throws<InputException>(() => Store(Folder, "distillation.weights={perception: 0, reasoning: 0, planning: 0}")).Message, StringComparison.Ordinal);
    }

    private string Folder => "cache.folder=" + _fixture.Path("store");

    private string Records => RecipeReader.Read<DistillRecipe>(_fixture.Recipe, ["output=" + _fixture.Path("none")]).Recipe.Data.Records![0];

    private StoredTargets Store(params string[] overrides)
    {
        (ResolvedRecipe<DistillRecipe> recipe, IReadOnlyList<Sample> samples) = Read("targets", overrides);
        using TargetSession session = TargetSession.Open(recipe, samples);
        return session.Store();
    }

    private Outcome Train(string name, params string[] overrides) => Train(name, [], overrides);

    private Outcome Train(string name, List<string> notices, string[] overrides)
    {
        (ResolvedRecipe<DistillRecipe> recipe, IReadOnlyList<Sample> samples) = Read(name, [.. overrides, "train.steps=4"]);
        using DistillSession session = DistillSession.Open(recipe, samples, []);
        using RunFolder run = RunFolder.Create(
            recipe.Recipe.Output, recipe.Yaml, RunEnvironment.Capture("0", "test", [], "cpu", TimeProvider.System), TimeProvider.System);
        new DistillTrainer(session, run).Run(new Notebook(notices));
        return new Outcome(File.ReadAllBytes(Path.Combine(run.FinalFolder, "model.safetensors")), session.UnreadTeachers.Count, session.Stored);
    }

    private (ResolvedRecipe<DistillRecipe> Recipe, IReadOnlyList<Sample> Samples) Read(string name, string[] overrides)
    {
        ResolvedRecipe<DistillRecipe> recipe = RecipeReader.Read<DistillRecipe>(_fixture.Recipe, ["output=" + _fixture.Path(name), .. overrides]);
        return (recipe, RecordReader.Read(recipe.Recipe.Data.Records![0], new RecordReadOptions { ImageRoot = recipe.Recipe.Data.Images }).Samples);
    }

    private sealed class Notebook(List<string> notices) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => notices.AddRange(value.Notices);
    }

    private sealed record Outcome(byte[] Model, int Unread, StoreCounts? Counts);
}
