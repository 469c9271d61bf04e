using DriveKD.Data.Errors;
using DriveKD.Data.Samples;
using DriveKD.Distillation.Training;
using DriveKD.Runs.Recipes;
using DriveKD.Tests;

namespace DriveKD.Distillation.Tests.Training;

public sealed class PreflightTests : IDisposable
{
    private readonly DistillationFixture _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public void Check_MemoryForKeepingWhatIsFreed_IsNotScarce() => Assert.False(Check(long.MaxValue).IsMemoryScarce);

    [Fact]
    public void Check_MemoryBetweenTheTwoPeaks_IsScarceAndRuns()
    {
        Preflight plenty = Check(long.MaxValue);
        long between = (long)((plenty.Memory!.Bytes + plenty.Memory.BytesWhereKept) / 2);

        Assert.True(Check(between).IsMemoryScarce);
    }

    [Fact]
    public void Check_LessMemory_IsRefusedUnlessTheRecipeInsists()
    {
        long tooLittle = (long)Check(long.MaxValue).Memory!.Bytes - 1;

        Assert.Contains("the run would need about", Assert.Throws<InputException>(() => Check(tooLittle)).Message, StringComparison.Ordinal);
        Assert.True(Check(tooLittle, "train.check_memory=false").IsMemoryScarce);
    }

    [Fact]
    public void Check_MemoryNotKnown_IsNotScarce() => Assert.False(Check(null).IsMemoryScarce);

    private Preflight Check(long? availableBytes, params string[] overrides)
    {
        ResolvedRecipe<DistillRecipe> recipe = RecipeReader.Read<DistillRecipe>(_world.Recipe, overrides);
        IReadOnlyList<Sample> samples = RecordReader.Read(recipe.Recipe.Data.Records![0], new RecordReadOptions { ImageRoot = recipe.Recipe.Data.Images }).Samples;
        return Preflight.Check(recipe, samples, [], availableBytes, progress: null, CancellationToken.None);
    }
}
