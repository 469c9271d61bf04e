using System.Text.Json;
using DriveKD.Data.Errors;
using DriveKD.Data.Samples;
using DriveKD.Distillation.Memory;
using DriveKD.Distillation.Stores;
using DriveKD.Distillation.Teachers;
using DriveKD.Distillation.Training;
using DriveKD.Models.Families;
using DriveKD.Models.InternVL;
using DriveKD.Runs.Recipes;
using DriveKD.Tests;
using TorchSharp;

namespace DriveKD.Distillation.Tests.Training;

/// <summary>Targets are the same files whether their teachers are loaded or stream, however much memory waits between layers.</summary>
public sealed class TargetSessionTests : IDisposable
{
    private readonly DistillationFixture _world = new();

    public TargetSessionTests() => WriteRecords();

    public void Dispose() => _world.Dispose();

    [Theory]
    [InlineData("distillation.signals.perception.map=full")]
    [InlineData("distillation.signals.reasoning.kind=hidden-states", "distillation.signals.planning.map=vision-to-text")]
    [InlineData("distillation.signals.perception.kind=logits", "distillation.signals.reasoning.map=text-to-text", "distillation.signals.planning.kind=logits")]
    [InlineData("precision=bfloat16", "cache.stored=int8", "cache.features=0")]
    [InlineData("distillation.signals.reasoning.teacher_layers=[1, 2]", "distillation.signals.planning.teacher_layers=[3, 3]", "train.batch_size=4", "gradients.per=window")]
    public void Store_LoadedOrStreamed_WritesTheSameFiles(params string[] overrides)
    {
        StoredTargets loaded = Store("loaded", null, [.. overrides, "cache.stream=never"], out int none);
        StoredTargets together = Store("together", null, [.. overrides, "cache.stream=always"], out int one);
        StoredTargets alone = Store("alone", Fewest, [.. overrides, "cache.stream=always"], out int many);
        StoredTargets spilled = Store("spilled", Nothing, [.. overrides, "cache.stream=always", "cache.stream_scratch=64"], out int again);

        Assert.Equal((0, 1, 1), (none, one, again));
        Assert.True(many > 2, $"{many} groups");
        Assert.All([together, alone, spilled], made => Assert.Equal((loaded.Made, 0, loaded.LargestError), (made.Made, made.There, made.LargestError)));
        Assert.True(loaded.Made > 5);
        IReadOnlyDictionary<string, byte[]> expected = Files("loaded");
        Assert.All(["together", "alone", "spilled"], folder => AssertSame(expected, Files(folder)));
    }

    [Theory]
    [InlineData(InternVLFamily.OpenGVLabLayout, 100_000L)]
    [InlineData(InternVLFamily.TransformersLayout, 100_000L)]
    [InlineData(InternVLFamily.TransformersLayout, 1L << 40)]
    public void Store_LayoutsAndShards_WritesTheSameFiles(string layout, long shardBytes)
    {
        _world.CreateModel("other", 5, ModelFamilies.FindPreset("tiny"), layout, shardBytes);
        string[] keys = ["models.teachers.reasoning=" + _world.Path("other"), "distillation.signals.reasoning.kind=logits"];
        Store("loaded", null, [.. keys, "cache.stream=never"], out _);
        Store("streamed", null, [.. keys, "cache.stream=always"], out int groups);

        // One of each teacher.
        Assert.Equal(2, groups);
        AssertSame(Files("loaded"), Files("streamed"));
    }

    [Fact]
    public void Open_Auto_StreamsWhereTheTeacherDoesNotFitAndSaysWhy()
    {
        (ResolvedRecipe<DistillRecipe> recipe, IReadOnlyList<Sample> samples) = Read("auto");
        MemoryNeed need;
        using (TargetSession ample = Open(recipe, samples, null))
        {
            Assert.Empty(ample.Notices);
            need = TargetMemory.Loaded(ample.Shape, Teacher(ample));
            Assert.True(need.Bytes > TargetMemory.Streamed(ample.Shape, Teacher(ample)).Bytes);
        }

        using (TargetSession fits = Open(recipe, samples, (long)need.Bytes + 1))
        {
            Assert.Empty(fits.Notices);
        }

        using TargetSession streamed = Open(recipe, samples, (long)need.Bytes - 1);
        string notice = Assert.Single(streamed.Notices);
        Assert.Contains("teacher is read layer by layer: whole it would need about ", notice, StringComparison.Ordinal);
        Assert.Contains("are available", notice, StringComparison.Ordinal);

        (recipe, samples) = Read("never", "cache.stream=never");
        string refused = Assert.Throws<InputException>(() => Open(recipe, samples, (long)need.Bytes - 1)).Message;
        Assert.Contains("cache.stream", refused, StringComparison.Ordinal);
        Assert.Contains("With auto it is read layer by layer", refused, StringComparison.Ordinal);
        (recipe, samples) = Read("never", "cache.stream=never", "train.check_memory=false");
        using TargetSession unchecked_ = Open(recipe, samples, 1);
        Assert.Empty(unchecked_.Notices);
    }

    [Fact]
    public void Open_NotEvenALayerFits_IsRefusedWithTheParts()
    {
        (ResolvedRecipe<DistillRecipe> recipe, IReadOnlyList<Sample> samples) = Read("none");
        string message = Assert.Throws<InputException>(() => Open(recipe, samples, 1_000_000)).Message;
        Assert.Contains("read layer by layer would need about", message, StringComparison.Ordinal);
        Assert.Contains("parts of the teacher", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_TooLittleForOneSample_NamesTheLeast()
    {
        (ResolvedRecipe<DistillRecipe> recipe, IReadOnlyList<Sample> samples) = Read("least", "cache.stream=always", "cache.stream_memory=0");
        double most;
        using (TargetSession session = Session("least", "cache.stream=always"))
        {
            most = Math.Ceiling(session.Plans.Single().Pending.Max(pending => pending.WaitingBytes) / (1 << 20));
        }

        string message = Assert.Throws<InputException>(() => Open(recipe, samples, null)).Message;
        Assert.Contains("cache.stream_memory", message, StringComparison.Ordinal);
        Assert.Contains("is 0 MiB, and cache.stream_scratch 0 MiB", message, StringComparison.Ordinal);
        Assert.Contains($"the longest sample alone has {most:0} MiB", message, StringComparison.Ordinal);

        using TargetSession enough = Session("least", "cache.stream=always", "cache.stream_memory=0", $"cache.stream_scratch={most:0}");
        Assert.Single(enough.Notices);

        // Of what the recipe allows only what is free.
        long free = Nothing(enough) + 1000;
        (recipe, samples) = Read("least", "cache.stream=always");
        Assert.Contains("of which 0 MiB are estimated to be free", Assert.Throws<InputException>(() => Open(recipe, samples, free)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Store_InterruptedInTheSecondGroup_KeepsTheFirstAndGoesOnThere()
    {
        long memory = Fewest(Session("plan", "cache.stream=always"));
        (ResolvedRecipe<DistillRecipe> recipe, IReadOnlyList<Sample> samples) = Read("cut", "cache.stream=always", "cache.stream_scratch=0");
        int firstGroup;
        using (CancellationTokenSource source = new())
        using (TargetSession session = Open(recipe, samples, memory))
        {
            firstGroup = session.Plans[0].Groups![0].Sum(pending => pending.Roles.Count);
            Assert.Throws<OperationCanceledException>(() => session.Store(new Canceller(source, "group 2 of"), source.Token));
        }

        StoredTargets rest;
        using (TargetSession session = Open(recipe, samples, memory))
        {
            rest = session.Store();
        }

        Assert.Equal(firstGroup, rest.There);
        Store("whole", null, ["cache.stream=never"], out _);
        AssertSame(Files("whole"), Files("cut"));
    }

    [Fact]
    public void Store_InterruptedWhileSamplesLieInTheScratchFile_LeavesNone()
    {
        TargetSession session = Session("scratch", "cache.stream=always", "cache.stream_memory=0", "cache.stream_scratch=64");
        using (session)
        using (CancellationTokenSource source = new())
        {
            Assert.Throws<OperationCanceledException>(() => session.Store(new Canceller(source, "layer 2 of"), source.Token));
        }

        Assert.DoesNotContain(Directory.GetFiles(_world.Path("scratch"), "*", SearchOption.AllDirectories), file => file.EndsWith(".scratch", StringComparison.Ordinal));
    }

    [Fact]
    public void Store_Streamed_LeavesNoTensorBehind()
    {
        Session("warm", "cache.stream=always").Store();
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        using (TargetSession session = Session("cold", "cache.stream=always", "distillation.signals.planning.kind=logits"))
        {
            session.Store();
        }

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    /// <summary>What lets the longest sample wait, and little beside it.</summary>
    private static long Fewest(TargetSession session) => Nothing(session) + (long)session.Plans.Max(plan => plan.Pending.Max(pending => pending.WaitingBytes)) + 1;

    private static long Nothing(TargetSession session) => (long)session.Plans.Max(plan => TargetMemory.Streamed(session.Shape, (plan.Config, [.. plan.Signals.Keys])).Bytes);

    private static (ModelConfig, IReadOnlyList<Capability>) Teacher(TargetSession session)
    {
        TeacherPlan plan = Assert.Single(session.Plans);
        return (plan.Config, [.. plan.Signals.Keys]);
    }

    private static TargetSession Open(ResolvedRecipe<DistillRecipe> recipe, IReadOnlyList<Sample> samples, long? availableBytes) =>
        TargetSession.Open(recipe, samples, availableBytes, null, CancellationToken.None);

    private static void AssertSame(IReadOnlyDictionary<string, byte[]> expected, IReadOnlyDictionary<string, byte[]> found)
    {
        Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), found.Keys.Order(StringComparer.Ordinal));
        Assert.All(expected, pair => Assert.True(pair.Value.AsSpan().SequenceEqual(found[pair.Key]), pair.Key));
    }

    private TargetSession Session(string folder, params string[] overrides)
    {
        (ResolvedRecipe<DistillRecipe> recipe, IReadOnlyList<Sample> samples) = Read(folder, overrides);
        return Open(recipe, samples, null);
    }

    private StoredTargets Store(string folder, Func<TargetSession, long>? available, string[] overrides, out int groups)
    {
        long? bytes = null;
        if (available is not null)
        {
            using TargetSession first = Session(folder, overrides);
            bytes = available(first);
        }

        (ResolvedRecipe<DistillRecipe> recipe, IReadOnlyList<Sample> samples) = Read(folder, overrides);
        using TargetSession session = Open(recipe, samples, bytes);
        groups = session.Plans.Sum(plan => plan.Groups?.Count ?? 0);
        return session.Store();
    }

    private IReadOnlyDictionary<string, byte[]> Files(string folder) =>
        Directory.GetFiles(_world.Path(folder), "*", SearchOption.AllDirectories).ToDictionary(file => Path.GetRelativePath(_world.Path(folder), file), File.ReadAllBytes);

    private (ResolvedRecipe<DistillRecipe> Recipe, IReadOnlyList<Sample> Samples) Read(string folder, params string[] overrides)
    {
        ResolvedRecipe<DistillRecipe> recipe = RecipeReader.Read<DistillRecipe>(
            _world.Recipe, ["data.records=" + _world.Path("varied.json"), "cache.folder=" + _world.Path(folder), .. overrides]);
        return (recipe, RecordReader.Read(recipe.Recipe.Data.Records![0], new RecordReadOptions { ImageRoot = recipe.Recipe.Data.Images }).Samples);
    }

    /// <summary>Questions of several lengths, some of them longer than what attention forms whole, with two pictures, one or none.</summary>
    private void WriteRecords()
    {
        string[] capabilities = ["perception", "reasoning", "planning"];
        object[] records =
        [
            .. Enumerable.Range(0, 9).Select(i =>
            {
                int pictures = i == 4 ? 0 : 1 + (i % 2);
                return new
                {
                    question = string.Concat(Enumerable.Repeat("<image>", pictures)) + $"Question {i}:" + string.Concat(Enumerable.Repeat(" and the vehicle ahead", i % 2 == 1 ? 24 : i)) + "?",
                    answer = $"Answer {i}: it keeps going.",
                    images = Enumerable.Range(0, pictures).Select(picture => $"picture{(i + picture) % 3}.png").ToArray(),
                    question_type = capabilities[i % 3],
                };
            }),
        ];
        File.WriteAllText(_world.Path("varied.json"), JsonSerializer.Serialize(records));
    }

    private sealed class Canceller(CancellationTokenSource source, string stage) : IProgress<DataProgress>
    {
        public void Report(DataProgress value)
        {
            if (value.Stage.Contains(stage, StringComparison.Ordinal))
            {
                source.Cancel();
            }
        }
    }
}
