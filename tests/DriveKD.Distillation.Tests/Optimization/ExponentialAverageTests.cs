using DriveKD.Data.Errors;
using DriveKD.Distillation.Optimization;
using DriveKD.Runs.Recipes;
using TorchSharp;
using static TorchSharp.torch;
using AdamW = DriveKD.Distillation.Optimization.AdamW;

namespace DriveKD.Distillation.Tests.Optimization;

public class ExponentialAverageTests
{
    private static readonly TrainSettings _settings = new() { Steps = 1 };

    [Fact]
    public void Update_AfterEachStep_FollowsTheFormula()
    {
        // float32 rounding of numbers below 1 over five updates.
        const float Tolerance = 1e-6f;
        using OptimizerWorld world = new();
        using AdamW optimizer = new(world.Parameters, _settings, OptimizerWorld.Names);
        using ExponentialAverage average = new(world.Parameters, OptimizerWorld.Names, 0.75);
        double[] expected = [.. world.Numbers().Select(value => (double)value)];
        Assert.Equal(world.Numbers(), Numbers(average));
        for (int step = 0; step < 5; step++)
        {
            world.SetGradients(step);
            optimizer.Step(0.05);
            average.Update();
            expected = [.. expected.Zip(world.Numbers(), (old, now) => (0.75 * old) + (0.25 * now))];
        }

        Assert.All(expected.Zip(Numbers(average)), pair => Assert.Equal((float)pair.First, pair.Second, Tolerance));
        Assert.NotEqual(world.Numbers(), Numbers(average));
    }

    [Fact]
    public void Restore_InTheMiddle_GoesOnToTheSameBits()
    {
        using OptimizerWorld world = new();
        using AdamW optimizer = new(world.Parameters, _settings, OptimizerWorld.Names);
        using ExponentialAverage whole = new(world.Parameters, OptimizerWorld.Names, 0.9);
        ExponentialAverage interrupted = new(world.Parameters, OptimizerWorld.Names, 0.9);
        for (int step = 0; step < 6; step++)
        {
            if (step == 3)
            {
                ExponentialAverage resumed = new(world.Parameters, OptimizerWorld.Names, 0.9);
                resumed.Restore(interrupted.Export());
                interrupted.Dispose();
                interrupted = resumed;
            }

            world.SetGradients(step);
            optimizer.Step(0.05);
            whole.Update();
            interrupted.Update();
        }

        Assert.Equal(Numbers(whole).Select(BitConverter.SingleToInt32Bits), Numbers(interrupted).Select(BitConverter.SingleToInt32Bits));
        interrupted.Dispose();
    }

    [Fact]
    public void Restore_WithAGap_NamesIt()
    {
        using OptimizerWorld world = new();
        using ExponentialAverage average = new(world.Parameters, OptimizerWorld.Names, 0.9);
        InputException exception = Assert.Throws<InputException>(
            () => average.Restore(average.Export().Where(entry => entry.Key == "first.weight").ToDictionary()));
        Assert.Equal("the saved training state: holds no second.bias. Resume with the recipe of that run.", exception.Message);
    }

    [Fact]
    public void Dispose_AfterUpdatesAndARestore_LeavesNoTensorBehind()
    {
        using OptimizerWorld world = new();
        long before = Tensor.TotalCount;
        using (ExponentialAverage average = new(world.Parameters, OptimizerWorld.Names, 0.9))
        {
            long held = Tensor.TotalCount;
            average.Update();
            average.Restore(average.Export());
            Assert.Equal(held, Tensor.TotalCount);
            using DisposeScope scope = NewDisposeScope();
            average.Restore(average.Export());
        }

        Assert.Equal(before, Tensor.TotalCount);
    }

    private static float[] Numbers(ExponentialAverage average) => [.. average.Export().Values.SelectMany(tensor => tensor.data<float>())];
}
