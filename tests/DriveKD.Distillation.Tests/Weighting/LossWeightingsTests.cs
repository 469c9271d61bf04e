using CsCheck;
using DriveKD.Data.Errors;
using DriveKD.Distillation.Training;
using DriveKD.Distillation.Weighting;
using DriveKD.Runs.Recipes;

namespace DriveKD.Distillation.Tests.Weighting;

public class LossWeightingsTests
{
    private static readonly LossWeights _weights = new() { Supervision = 1, Perception = 2, Reasoning = 0.5, Planning = 0 };

    [Theory]
    [InlineData(WeightingKind.Static, typeof(StaticWeighting), false)]
    [InlineData(WeightingKind.Ratio, typeof(RatioWeighting), true)]
    [InlineData(WeightingKind.Online, typeof(OnlineReweighting), true)]
    [InlineData(WeightingKind.Uncertainty, typeof(UncertaintyWeighting), false)]
    public void Create_EveryKind_StartsAtTheStaticWeights(WeightingKind kind, Type expected, bool needsNorms)
    {
        ILossWeighting weighting = LossWeightings.Create(new WeightingSettings { Kind = kind }, _weights);
        Assert.IsType(expected, weighting);
        Assert.Equal(needsNorms, weighting.NeedsGradientNorms);
        Assert.Equal([1, 2, 0.5, 0], TrainingTasks.All.Select(task => Math.Round(weighting[task], 7)));
    }

    [Theory]
    [InlineData(WeightingKind.Static)]
    [InlineData(WeightingKind.Ratio)]
    [InlineData(WeightingKind.Online)]
    [InlineData(WeightingKind.Uncertainty)]
    public void Restore_AfterAnyWindows_GoesOnToTheSameBits(WeightingKind kind) =>
        Gen.Select(Gen.Double[0.001, 10].Array[4].Array[2, 3].Array[2, 8], Gen.Int[0, 8], Gen.Int[0, 15]).Sample((windows, interruption, absent) =>
        {
            // Follows, so that the ratio moves to the end; a short measurement, so that the interruption falls on either side of it.
            WeightingSettings settings = new() { Kind = kind, LearningRate = 0.05, Alpha = 0.5, MeasureSteps = 3, Follow = 0.2 };
            ILossWeighting whole = LossWeightings.Create(settings, _weights);
            ILossWeighting interrupted = LossWeightings.Create(settings, _weights);
            for (int i = 0; i < windows.Length; i++)
            {
                if (i == interruption)
                {
                    IReadOnlyDictionary<string, double> state = interrupted.Save();
                    interrupted = LossWeightings.Create(settings, _weights);
                    interrupted.Restore(state);
                }

                MicroStepStatistics[] samples = [.. windows[i].Select((row, number) => Sample(row, isWhole: ((absent >> (i + number)) & 1) == 0))];
                foreach (MicroStepStatistics sample in samples)
                {
                    whole.Feed(sample);
                    interrupted.Feed(sample);
                    AssertSameBits(whole, interrupted);
                }

                whole.Observe(new WindowStatistics(samples));
                interrupted.Observe(new WindowStatistics(samples));
                AssertSameBits(whole, interrupted);
            }

            Assert.Equal(whole.Save(), interrupted.Save());
        });

    [Theory]
    [InlineData(WeightingKind.Ratio, "samples.perception")]
    [InlineData(WeightingKind.Online, "raw.ce")]
    [InlineData(WeightingKind.Uncertainty, "log_variance.ce")]
    public void Restore_StateOfAnotherKind_NamesWhatIsMissing(WeightingKind kind, string missing)
    {
        ILossWeighting weighting = LossWeightings.Create(new WeightingSettings { Kind = kind }, _weights);
        InputException exception = Assert.Throws<InputException>(() => weighting.Restore(new Dictionary<string, double>()));
        Assert.Contains($"hold no number {missing}", exception.Message, StringComparison.Ordinal);
    }

    private static MicroStepStatistics Sample(double[] values, bool isWhole) => isWhole
        ? WindowBuilder.Sample(values, [.. values.Reverse()])
        : WindowBuilder.Sample([values[0], double.NaN, values[2], double.NaN], [values[1], double.NaN, values[3], double.NaN]);

    private static void AssertSameBits(ILossWeighting expected, ILossWeighting actual) => Assert.Equal(
        TrainingTasks.All.Select(task => BitConverter.DoubleToInt64Bits(expected[task])),
        TrainingTasks.All.Select(task => BitConverter.DoubleToInt64Bits(actual[task])));
}
