using DriveKD.Data.Errors;
using DriveKD.Data.Samples;
using DriveKD.Distillation.Memory;
using DriveKD.Distillation.Signals;
using DriveKD.Distillation.Training;
using DriveKD.Models.Families;
using DriveKD.Models.Layers;
using DriveKD.Models.Streaming;
using DriveKD.Runs.Recipes;

namespace DriveKD.Distillation.Tests.Memory;

public class MemoryNeedTests
{
    private static readonly ModelConfig _tiny = ModelFamilies.FindPreset("tiny").Config;

    [Fact]
    public void Of_TheTrainedNumbers_AreThoseOfTheModel()
    {
        TrainedCounts language = new(_tiny, Recipe().Train);
        double everything = _tiny.Family.Expected(_tiny, hasHead: true).Sum(tensor => tensor.Shape.Aggregate(1.0, (product, size) => product * size));
        double decoder = _tiny.Family.Expected(_tiny, hasHead: true).Where(tensor => tensor.Name.StartsWith("language_model.", StringComparison.Ordinal))
            .Sum(tensor => tensor.Shape.Aggregate(1.0, (product, size) => product * size));

        Assert.Equal((everything, decoder), (language.Model, language.Total));
        Assert.Equal(decoder, language.Reached(null));
        // Layer 1's map: embeddings, and the layer's first norm, queries and keys.
        LanguageModelConfig config = _tiny.Language;
        double queries = (config.HiddenSize + 1.0) * config.Heads * config.HeadSize;
        double keys = (config.HiddenSize + 1.0) * config.KeyValueHeads * config.HeadSize;
        Assert.Equal(
            ((double)config.VocabularySize * config.HiddenSize) + config.HiddenSize + queries + keys, language.Reached(new SignalTaps { AttentionLayers = [0] }));
    }

    [Theory]
    [InlineData("float32", 4, 0)]
    [InlineData("bfloat16", 2, 4)]
    [InlineData("bfloat16-pure", 2, 0)]
    public void Of_Precision_DecidesWeightsMastersAndMoments(string precision, int weight, int master)
    {
        DistillRecipe recipe = Recipe() with { Precision = Enum.Parse<Precision>(precision.Replace("-", "", StringComparison.Ordinal), ignoreCase: true) };
        MemoryNeed need = MemoryNeed.Of(Shape(recipe));
        TrainedCounts trained = new(_tiny, recipe.Train);

        Assert.Equal(weight * trained.Model, Part(need, "student"));
        Assert.Equal((master + (2 * (master > 0 ? 4 : weight))) * trained.Total, Part(need, "masters, moments and averages"), 1e-3);
    }

    [Fact]
    public void Of_Gradients_AreOneVectorPerTaskAndTheSum()
    {
        double total = new TrainedCounts(_tiny, Recipe().Train).Total;
        double projected = Part(MemoryNeed.Of(Shape(Recipe())), "gradients");
        DistillRecipe plain = Recipe() with { Gradients = new GradientSettings { Method = GradientMethod.Sum }, Weighting = new WeightingSettings { Kind = WeightingKind.Static }, Log = new LogSettings { MeasureEvery = 0 } };

        Assert.Equal(8 * total, Part(MemoryNeed.Of(Shape(plain)), "gradients"));
        Assert.InRange(projected, (4 + 4) * total, (4 + (4 * 4)) * total);
        double window = Part(MemoryNeed.Of(Shape(Recipe() with { Gradients = new GradientSettings { Per = CombinationSpan.Window } })), "gradients");
        Assert.True(window > projected);
    }

    [Fact]
    public void Of_LongerOrMoreSamples_NeedMore()
    {
        DistillRecipe window = Recipe() with { Gradients = new GradientSettings { Per = CombinationSpan.Window } };
        RunShape shape = Shape(window);
        double one = MemoryNeed.Of(shape).Bytes;
        double four = MemoryNeed.Of(Shape(window with { Train = window.Train with { BatchSize = 4 } })).Bytes;
        double longer = MemoryNeed.Of(shape with { Longest = shape.Longest with { Tokens = 4000 } }).Bytes;
        double alone = MemoryNeed.Of(Shape(Recipe() with { Train = Recipe().Train with { BatchSize = 4 } })).Bytes;

        Assert.True(four > one && longer > one);
        Assert.Equal(MemoryNeed.Of(Shape(Recipe())).Bytes, alone);
    }

    [Fact]
    public void Find_TooLargeABatch_NamesTheLargestThatFitsAndTheParts()
    {
        DistillRecipe recipe = Recipe() with { Gradients = new GradientSettings { Per = CombinationSpan.Window }, Train = new TrainSettings { Steps = 1, BatchSize = 32, Accumulation = 2 } };
        RunShape shape = Shape(recipe);
        double six = MemoryNeed.Of(Shape(recipe with { Train = recipe.Train with { BatchSize = 6 } })).Bytes;

        Problem problem = MemoryCheck.Find(shape, (long)six + 1, key => "recipe.yaml, " + key)!;

        Assert.Equal("recipe.yaml, train.batch_size", problem.Where);
        Assert.Contains("The largest train.batch_size estimated to fit is 6; train.accumulation=11 then keeps the window.", problem.What, StringComparison.Ordinal);
        Assert.Contains("student ", problem.What, StringComparison.Ordinal);
        Assert.Contains("activations ", problem.What, StringComparison.Ordinal);
        Assert.Null(MemoryCheck.Find(shape, (long)MemoryNeed.Of(shape).Bytes + 1, key => key));
        Assert.Null(MemoryCheck.Find(shape, null, key => key));
    }

    [Fact]
    public void IsScarce_FitsOnlyWhereFreedMemoryGoesBack_IsTrueBetweenTheTwoPeaks()
    {
        MemoryNeed need = MemoryNeed.Of(Shape(Recipe()));
        Assert.True(need.BytesWhereKept > need.Bytes);
        Assert.True(MemoryCheck.IsScarce(need, (long)need.Bytes + 1));
        Assert.False(MemoryCheck.IsScarce(need, (long)need.BytesWhereKept + 1));
        Assert.False(MemoryCheck.IsScarce(need, null));
    }

    [Fact]
    public void Find_NotEvenOneSampleFits_NamesWhatNeedsLess()
    {
        Problem problem = MemoryCheck.Find(Shape(Recipe()), 1_000_000, key => key)!;
        Assert.Contains("The samples run one by one already", problem.What, StringComparison.Ordinal);
        foreach (string change in (string[])["precision=bfloat16", "train.trainable=attention", "train.lora.rank=16", "samples of one picture"])
        {
            Assert.Contains(change, problem.What, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Find_TeachersTakePartOfTheMemory_NamesTargetsMadeBefore()
    {
        RunShape shape = Shape(Recipe());
        MemoryNeed without = MemoryNeed.Of(shape with { Stored = [.. shape.Teachers.SelectMany(teacher => teacher.Roles)] });

        Problem problem = MemoryCheck.Find(shape, (long)without.Bytes + 1, key => key)!;
        Assert.Contains("drivekd targets RECIPE cache.folder=FOLDER", problem.What, StringComparison.Ordinal);
        Assert.Contains("which fits", problem.What, StringComparison.Ordinal);
        Assert.DoesNotContain("which fits", MemoryCheck.Find(shape, 1_000_000, key => key)!.What, StringComparison.Ordinal);
        Assert.DoesNotContain(
            "drivekd targets", MemoryCheck.Find(shape with { Stored = [.. shape.Teachers.SelectMany(teacher => teacher.Roles)] }, 1_000_000, key => key)!.What, StringComparison.Ordinal);
    }

    [Fact]
    public void Streamed_TheLargestReleasedTeacher_TakesTwoLayersOrTheHead()
    {
        ModelConfig config = ModelFamilies.FindPreset("78B").Config;
        RunShape shape = Shape(Recipe());
        StreamedSizes sizes = StreamedSizes.Of(config);

        const double Layer = (2.0 * 8192 * 8192) + (2.0 * 8192 * 1024) + (3.0 * 8192 * 29568);
        Assert.InRange(sizes.Layer, Layer, 1.001 * Layer);
        Assert.Equal(2 * sizes.Layer, sizes.Largest(readsHead: false));
        Assert.Equal(45 * sizes.BlockWork(256), sizes.PictureWork(256));
        double bytes = TargetMemory.Streamed(shape, (config, [.. shape.Plan.Signals.Keys])).Bytes;
        Assert.InRange(bytes, 4 * sizes.Largest(readsHead: false), (4 * sizes.Largest(readsHead: false)) + 3e9);
    }

    [Fact]
    public void TrainingMemory_RecipeAndConfigs_IsTheEstimateThatRefuses()
    {
        DistillRecipe recipe = Recipe() with { Models = new ModelSettings { Student = "student", Teachers = new TeacherSettings { Perception = "t", Reasoning = "t", Planning = "t" } } };
        RunShape shape = Shape(recipe);

        IReadOnlyList<MemoryPart> parts = TrainingMemory.Estimate(recipe, _tiny, new Dictionary<string, ModelConfig> { ["t"] = _tiny }, shape.Capabilities, shape.Longest);

        Assert.Equal(MemoryNeed.Of(shape).Parts, parts);
        Assert.Equal(["the program", "pictures"], parts.Where(part => part.IsOnHost).Select(part => part.Name));
    }

    [Fact]
    public void EstimateTargets_ALargeTeacher_StreamsWhereTheRunWould()
    {
        ModelConfig large = ModelFamilies.FindPreset("78B").Config;
        ModelConfig small = ModelFamilies.FindPreset("1B").Config;
        DistillRecipe recipe = Recipe() with
        {
            Precision = Precision.Bfloat16,
            Models = new ModelSettings { Student = "student", Teachers = new TeacherSettings { Perception = "t", Reasoning = "t", Planning = "s" } },
        };
        Dictionary<string, ModelConfig> teachers = new() { ["t"] = large, ["s"] = small };
        SampleExtent longest = new() { Tokens = 2000, SupervisedTokens = 20, Pictures = 6, PictureTokens = 256, Files = 12, Samples = 1000 };
        IReadOnlyList<TargetNeed> Estimate(CacheSettings cache, double? available, params Capability[] stored) => TrainingMemory.EstimateTargets(
            recipe with { Cache = cache }, small, teachers, Enum.GetValues<Capability>(), longest, stored, available);

        Assert.Equal([false, false], Estimate(new CacheSettings(), null).Select(need => need.IsStreamed));
        IReadOnlyList<TargetNeed> needs = Estimate(new CacheSettings(), 80e9);
        Assert.Equal([("t", true), ("s", false)], needs.Select(need => (need.Folder, need.IsStreamed)));
        Assert.Equal([Capability.Perception, Capability.Reasoning], needs[0].Capabilities);
        Assert.Equal(2 * StreamedSizes.Of(large).Largest(readsHead: false), needs[0].Parts.Single(part => part.Name == "parts of the teacher").Bytes);
        Assert.Equal(2048.0 * (1 << 20), needs[0].Parts.Single(part => part.Name == "samples that wait").Bytes);
        Assert.True(needs[0].Parts.Sum(part => part.Bytes) < 80e9);

        // What is free bounds what waits, down to what the longest sample has.
        double Waiting(CacheSettings cache, double available) => Estimate(cache, available)[0].Parts.Where(part => part.Name == "samples that wait").Sum(part => part.Bytes);
        double least = Waiting(new CacheSettings(), 1e9);
        Assert.InRange(least, 2.0 * 2000 * 8192, 2048.0 * (1 << 20));
        Assert.Equal(least, Waiting(new CacheSettings { StreamMemory = 0 }, 80e9));
        Assert.Equal(0, Waiting(new CacheSettings { StreamMemory = 0, StreamScratch = 4096 }, 80e9));

        Assert.Equal([true, true], Estimate(new CacheSettings { Stream = TeacherStreaming.Always }, null).Select(need => need.IsStreamed));
        Assert.Equal([false, false], Estimate(new CacheSettings { Stream = TeacherStreaming.Never }, 1e9).Select(need => need.IsStreamed));
        Assert.Equal(["t"], Estimate(new CacheSettings(), null, Capability.Planning, Capability.Reasoning).Select(need => need.Folder));
        Assert.Equal(["s"], Estimate(new CacheSettings(), null, Capability.Perception, Capability.Reasoning).Select(need => need.Folder));
    }

    private static double Part(MemoryNeed need, string name) => need.Parts.Single(part => part.Name == name).Bytes;

    private static DistillRecipe Recipe() => new()
    {
        Output = "run",
        Models = new ModelSettings { Student = "student" },
        Data = new DataSettings { Records = ["records.json"], Images = "images" },
        Train = new TrainSettings { Steps = 1 },
    };

    private static RunShape Shape(DistillRecipe recipe)
    {
        SignalModel model = new(_tiny.Language, "tiny");
        return new RunShape
        {
            Recipe = recipe,
            Plan = new StepPlan
            {
                Weights = recipe.Distillation.Weights,
                Mixing = recipe.Distillation.Mixing,
                Signals = Enum.GetValues<Capability>().ToDictionary(role => role, role => SignalRegistry.Create(recipe.Distillation.Signals[role], role, model, model)),
            },
            Student = _tiny,
            Teachers = [(_tiny, Enum.GetValues<Capability>())],
            Capabilities = Enum.GetValues<Capability>(),
            Longest = new SampleExtent { Tokens = 200, SupervisedTokens = 20, Pictures = 6, PictureTokens = 16, Files = 12 },
        };
    }
}
