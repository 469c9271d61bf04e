using DriveKD.Data.Errors;
using DriveKD.Data.Samples;
using DriveKD.Distillation.Memory;
using DriveKD.Distillation.Signals;
using DriveKD.Distillation.Training;
using DriveKD.Models.Families;
using DriveKD.Runs.Recipes;

namespace DriveKD.Distillation.Tests.Memory;

public class KeptBytesTests
{
    private const double Mebibyte = 1 << 20;

    private static readonly ModelConfig _large = ModelFamilies.FindPreset("78B").Config;
    private static readonly ModelConfig _small = ModelFamilies.FindPreset("1B").Config;

    [Fact]
    public void FindTooSmall_FeaturesOfNoPicture_NamesTheLeastThatWorks()
    {
        // 256 tokens of 4096 numbers; the larger model's tower is wider.
        double picture = 4 * 256.0 * 4096;
        Assert.Equal(4 * Mebibyte, picture);
        Problem problem = Assert.Single(Find(new CacheSettings { Features = 3 }));
        Assert.Equal("recipe.yaml, cache.features", problem.Where);
        Assert.Contains("is 3 MiB, and what a tower makes of one picture takes 4 MiB", problem.What, StringComparison.Ordinal);

        Assert.Empty(Find(new CacheSettings { Features = 4 }));
        Assert.Empty(Find(new CacheSettings { Features = 0 }));
        Assert.Empty(Find(new CacheSettings { Features = 2 }, Precision.Bfloat16));
        Assert.Empty(KeptBytes.FindTooSmall(Shape(new CacheSettings { Features = 1 }) with { Longest = _longest with { Pictures = 0 } }, key => key));
    }

    [Fact]
    public void FindTooSmall_TargetsOfNoSample_NamesWhatKeepsThoseOfAll()
    {
        RunShape shape = Shape(new CacheSettings { Targets = 1 });
        double one = Math.Ceiling(KeptBytes.TargetsOfOne(shape) / Mebibyte);
        double all = Math.Ceiling(KeptBytes.Targets(shape) / Mebibyte);
        Assert.Equal(KeptBytes.TargetsOfOne(shape) * 50, KeptBytes.Targets(shape));
        Assert.True(one > 1);

        Problem problem = Assert.Single(Find(new CacheSettings { Targets = (int)one - 1 }));
        Assert.Equal("recipe.yaml, cache.targets", problem.Where);
        Assert.Contains($"the targets of the longest sample alone take {one} MiB", problem.What, StringComparison.Ordinal);
        Assert.Contains($"give it at least {all} MiB, or 0", problem.What, StringComparison.Ordinal);
        Assert.Empty(Find(new CacheSettings { Targets = (int)one }));
        Assert.Empty(Find(new CacheSettings { Targets = 0 }));

        // The named limit keeps them.
        RunShape enough = Shape(new CacheSettings { Targets = (int)all });
        Assert.NotNull(KeptBytes.Limits(enough, MemoryNeed.Of(enough), null).Targets);
        RunShape less = Shape(new CacheSettings { Targets = (int)all - 1 });
        Assert.Null(KeptBytes.Limits(less, MemoryNeed.Of(less), null).Targets);
    }

    [Fact]
    public void FindTooSmall_TheDefaultAndVeryLongSamples_IsNoProblem()
    {
        RunShape shape = Shape(new CacheSettings()) with { Longest = _longest with { Tokens = 40_000 } };
        Assert.True(KeptBytes.TargetsOfOne(shape) > shape.Recipe.Cache.TargetBytes());
        Assert.Empty(KeptBytes.FindTooSmall(shape, key => key));
    }

    [Fact]
    public void Notice_TargetsOfAllDoNotFitAndSamplesComeBack_NamesTheLeastThatWorks()
    {
        RunShape shape = Shape(new CacheSettings { Targets = 900 }, epochs: 2) with { Longest = _longest with { Samples = 100_000 } };
        MemoryNeed need = MemoryNeed.Of(shape);
        string all = $"{Math.Ceiling(KeptBytes.Targets(shape) / Mebibyte)}";

        Assert.Contains($"cache.targets={all} would keep them", KeptBytes.Notice(shape, need, null), StringComparison.Ordinal);
        Assert.Null(KeptBytes.Notice(Shape(new CacheSettings { Targets = 900 }) with { Longest = shape.Longest }, need, null));
        Assert.Null(KeptBytes.Notice(Shape(new CacheSettings { Targets = 0 }, epochs: 2) with { Longest = shape.Longest }, need, null));
        RunShape few = shape with { Longest = _longest with { Samples = 5 } };
        Assert.Null(KeptBytes.Notice(few, need, null));
        Assert.Null(KeptBytes.Notice(shape with { Stored = Enum.GetValues<Capability>() }, need, null));
        Assert.Contains("less memory is left", KeptBytes.Notice(few, need, 1), StringComparison.Ordinal);
    }

    private static readonly SampleExtent _longest = new() { Tokens = 600, SupervisedTokens = 20, Pictures = 2, PictureTokens = 256, Files = 12, Samples = 50 };

    private static Problem[] Find(CacheSettings cache, Precision precision = Precision.Float32) =>
        [.. KeptBytes.FindTooSmall(Shape(cache, precision), key => "recipe.yaml, " + key)];

    private static RunShape Shape(CacheSettings cache, Precision precision = Precision.Float32, int epochs = 1)
    {
        DistillRecipe recipe = new()
        {
            Output = "run",
            Precision = precision,
            Models = new ModelSettings { Student = "student" },
            Data = new DataSettings { Records = ["records.json"], Images = "images" },
            Train = new TrainSettings { Epochs = epochs },
            Cache = cache,
        };
        return new RunShape
        {
            Recipe = recipe,
            Plan = new StepPlan
            {
                Weights = recipe.Distillation.Weights,
                Mixing = recipe.Distillation.Mixing,
                Signals = Enum.GetValues<Capability>().ToDictionary(
                    role => role,
                    role => SignalRegistry.Create(recipe.Distillation.Signals[role], role, new SignalModel(_small.Language, "1B"), new SignalModel(_large.Language, "78B"))),
            },
            Student = _small,
            Teachers = [(_large, Enum.GetValues<Capability>())],
            Capabilities = Enum.GetValues<Capability>(),
            Longest = _longest,
        };
    }
}
