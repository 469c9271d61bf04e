using DriveKD.Data.Errors;
using DriveKD.Runs.Recipes;
using TorchSharp;
using static TorchSharp.torch;
using AdamW = DriveKD.Distillation.Optimization.AdamW;

namespace DriveKD.Distillation.Tests.Optimization;

public class AdamWTests
{
    private static readonly TrainSettings _settings = new() { Steps = 1, WeightDecay = 0.1 };

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    public void Restore_InTheMiddle_GoesOnToTheSameBits(int interruption)
    {
        using OptimizerWorld whole = new();
        using OptimizerWorld begun = new();
        using OptimizerWorld resumed = new();
        using AdamW wholeOptimizer = new(whole.Parameters, _settings, OptimizerWorld.Names);
        using (AdamW begunOptimizer = new(begun.Parameters, _settings, OptimizerWorld.Names))
        using (AdamW resumedOptimizer = new(resumed.Parameters, _settings, OptimizerWorld.Names))
        {
            for (int step = 0; step < 7; step++)
            {
                if (step == interruption)
                {
                    resumed.CopyFrom(begun);
                    resumedOptimizer.Restore(begunOptimizer.Export());
                    resumedOptimizer.Restore(begunOptimizer.Save());
                }

                OptimizerWorld now = step < interruption ? begun : resumed;
                whole.SetGradients(step);
                now.SetGradients(step);
                wholeOptimizer.Step(0.01);
                (step < interruption ? begunOptimizer : resumedOptimizer).Step(0.01);
            }

            Assert.Equal(Bits(whole.Numbers()), Bits(resumed.Numbers()));
            Assert.Equal(wholeOptimizer.Save(), resumedOptimizer.Save());
            Assert.Equal(new Dictionary<string, double> { ["first.weight.steps"] = 7, ["second.bias.steps"] = 5 }, resumedOptimizer.Save());
        }
    }

    [Fact]
    public void Export_BeforeAndAfterAStep_NamesTheMomentsOfWhatMoved()
    {
        using OptimizerWorld world = new();
        using AdamW optimizer = new(world.Parameters, _settings, OptimizerWorld.Names);
        Assert.Empty(optimizer.Export());
        world.SetGradients(2);
        optimizer.Step(0.01);
        Assert.Equal(["first.weight.mean", "first.weight.square"], optimizer.Export().Keys);
    }

    [Fact]
    public void Step_RateFactors_EqualOptimizersOfThoseRates()
    {
        using OptimizerWorld world = new();
        using OptimizerWorld plain = new();
        float[] start = plain.Numbers();
        using AdamW optimizer = new(world.Parameters, _settings, OptimizerWorld.Names, [0.25, 0]);
        using AdamW slow = new(plain.Parameters, _settings, OptimizerWorld.Names);
        for (int step = 0; step < 4; step++)
        {
            world.SetGradients(step);
            plain.SetGradients(step);
            optimizer.Step(0.04);
            slow.Step(0.25 * 0.04);
        }

        Assert.Equal(Bits(plain.Numbers()[..12]), Bits(world.Numbers()[..12]));
        Assert.Equal(Bits(start[12..]), Bits(world.Numbers()[12..]));
    }

    [Fact]
    public void Step_FactorsOfOne_EqualNoFactorsBitForBit()
    {
        using OptimizerWorld with = new();
        using OptimizerWorld without = new();
        using AdamW first = new(with.Parameters, _settings, OptimizerWorld.Names, [1, 1]);
        using AdamW second = new(without.Parameters, _settings);
        for (int step = 0; step < 3; step++)
        {
            with.SetGradients(step);
            without.SetGradients(step);
            first.Step(0.01);
            second.Step(0.01);
        }

        Assert.Equal(Bits(without.Numbers()), Bits(with.Numbers()));
    }

    [Fact]
    public void Restore_TensorsOfOtherParameters_NamesThemAll()
    {
        using OptimizerWorld world = new();
        using AdamW optimizer = new(world.Parameters, _settings, OptimizerWorld.Names);
        using Tensor wrongShape = zeros(2, 2);
        using Tensor unknown = zeros(5);
        InputException exception = Assert.Throws<InputException>(
            () => optimizer.Restore(new Dictionary<string, Tensor> { ["first.weight.mean"] = wrongShape, ["third.mean"] = unknown }));
        Assert.Equal(
            [
                "the saved training state: holds third.mean, but no such parameter is trained. Resume with the recipe of that run.",
                "the saved training state: first.weight.mean is Float32 [2, 2], expected Float32 [3, 4]. Resume with the student of that run.",
            ],
            exception.Problems.Select(problem => problem.ToString()));
    }

    [Fact]
    public void Step_StepsWithoutMoments_IsRefused()
    {
        using OptimizerWorld world = new();
        using AdamW optimizer = new(world.Parameters, _settings, OptimizerWorld.Names);
        optimizer.Restore(new Dictionary<string, double> { ["first.weight.steps"] = 3 });
        world.SetGradients(0);
        Assert.Throws<InvalidOperationException>(() => optimizer.Step(0.01));
    }

    [Fact]
    public void Dispose_AfterStepsAndARestore_LeavesNoTensorBehind()
    {
        using OptimizerWorld world = new();
        long before = Tensor.TotalCount;
        using (AdamW optimizer = new(world.Parameters, _settings, OptimizerWorld.Names))
        using (AdamW other = new(world.Parameters, _settings, OptimizerWorld.Names))
        {
            using DisposeScope scope = NewDisposeScope();
            world.SetGradients(0);
            optimizer.Step(0.01);
            other.Restore(optimizer.Export());
            other.Restore(optimizer.Export());
        }

        Assert.Equal(before, Tensor.TotalCount);
    }

    private static int[] Bits(float[] numbers) => [.. numbers.Select(BitConverter.SingleToInt32Bits)];
}
