using System.Text.Json;
using CsCheck;
using DriveKD.Distillation.Training;
using DriveKD.Distillation.Weighting;
using DriveKD.Runs.Recipes;
using DriveKD.Tests;

namespace DriveKD.Distillation.Tests.Weighting;

public class OnlineReweightingTests
{
    // The recorded trainer computes in float32.
    private const double Tolerance = 1e-5;

    [Fact]
    public void Step_EveryWindowOfTheReferenceTable_GivesItsWeights()
    {
        using JsonDocument table = JsonDocument.Parse(File.ReadAllText(TestPaths.Asset("trainer", "reweight_table.json")));
        int windows = 0;
        foreach ((int number, JsonElement setting) in table.RootElement.EnumerateArray().Index())
        {
            WeightingSettings settings = new() { Alpha = setting.GetProperty("alpha").GetDouble(), LearningRate = setting.GetProperty("lr").GetDouble() };
            OnlineReweighting weighting = new(settings, Weights(setting.GetProperty("static_weights")), overflowsLargeWeights: true);
            Assert.Equal(
                setting.GetProperty("tasks_with_learned_weight").EnumerateArray().Select(task => WindowBuilder.Task(task.GetString()!)).Order(),
                weighting.Raw.Keys.Order());
            WindowBuilder.AssertClose(setting.GetProperty("a_start"), task => weighting.Raw[task], Tolerance, $"setting {number}, a at the start");
            WindowBuilder.AssertClose(setting.GetProperty("weights_start"), task => weighting[task], Tolerance, $"setting {number}, weights at the start");
            foreach (JsonElement golden in setting.GetProperty("windows").EnumerateArray())
            {
                string where = $"setting {number}, window {windows}";
                WindowStatistics window = Window(golden.GetProperty("micro_steps").EnumerateArray(), "gradient_norms");
                WindowBuilder.AssertClose(golden.GetProperty("mean_losses"), window.MeanLoss, Tolerance, $"{where}, mean loss");
                WindowBuilder.AssertClose(golden.GetProperty("mean_gradient_norms"), window.MeanGradientNorm, Tolerance, $"{where}, mean norm");
                ReweightingStep? step = weighting.Step(window);
                Assert.Equal(golden.GetProperty("updated").GetBoolean(), step is not null);
                IReadOnlyDictionary<TrainingTask, double> returned = WindowBuilder.Read(golden.GetProperty("weights_returned"));
                Assert.Equal(returned.Keys.Order(), (step?.Tasks ?? []).Order());
                WindowBuilder.AssertClose(golden.GetProperty("weights_returned"), task => step!.NewWeights[task], Tolerance, $"{where}, weights returned");
                WindowBuilder.AssertClose(golden.GetProperty("a"), task => weighting.Raw[task], Tolerance, $"{where}, a");
                WindowBuilder.AssertClose(golden.GetProperty("weights_next"), task => weighting[task], Tolerance, $"{where}, weights");
                WindowBuilder.AssertClose(golden.GetProperty("first_losses"), task => weighting.FirstLosses[task], Tolerance, $"{where}, first losses");
                windows++;
            }
        }

        Assert.Equal(54, windows);
    }

    [Theory]
    [InlineData("case_i_agp_dynamic_default.json")]
    [InlineData("case_iii_identity_mix.json")]
    public void Step_AuthorsRun_GivesTheirNumbersOnTheWay(string name)
    {
        using JsonDocument golden = TrainerGoldens.Json(name);
        JsonElement settings = golden.RootElement.GetProperty("settings");
        OnlineReweighting weighting = new(
            new WeightingSettings
            {
                Alpha = settings.GetProperty("reweight_alpha").GetDouble(),
                LearningRate = settings.GetProperty("dynamic_weight_lr").GetDouble(),
                MinimumSupervision = settings.GetProperty("min_dynamic_weight_ce").GetDouble(),
            },
            Weights(settings.GetProperty("static_weights")),
            overflowsLargeWeights: false);
        JsonElement[] microSteps = [.. golden.RootElement.GetProperty("micro_steps").EnumerateArray()];
        int begin = 0;
        int steps = 0;
        foreach (JsonElement optimizerStep in golden.RootElement.GetProperty("optimizer_steps").EnumerateArray())
        {
            int end = optimizerStep.GetProperty("micro_steps_recorded_so_far").GetInt32();
            WindowStatistics window = Window(microSteps[begin..end], "gradient_norms_unweighted");
            begin = end;
            JsonElement expected = optimizerStep.GetProperty("reweighting");
            string where = $"step {++steps}";
            WindowBuilder.AssertClose(expected.GetProperty("weights_before"), task => weighting[task], Tolerance, $"{where}, weights before");
            WindowBuilder.AssertClose(expected.GetProperty("a_before"), task => weighting.Raw[task], Tolerance, $"{where}, a before");
            Dictionary<TrainingTask, double> slopes = weighting.Raw.Keys.ToDictionary(task => task, weighting.Slope);
            ReweightingStep step = weighting.Step(window)!;
            Assert.Equal(expected.GetProperty("available").EnumerateArray().Select(task => WindowBuilder.Task(task.GetString()!)).Order(), step.Tasks.Order());
            WindowBuilder.AssertClose(expected.GetProperty("mean_losses"), task => step.MeanLosses[task], Tolerance, $"{where}, mean losses");
            WindowBuilder.AssertClose(expected.GetProperty("mean_gradient_norms"), task => step.MeanNorms[task], Tolerance, $"{where}, mean norms");
            WindowBuilder.AssertClose(expected.GetProperty("G"), task => step.WeightedNorms[task], Tolerance, $"{where}, G");
            WindowBuilder.AssertClose(expected.GetProperty("targets"), task => step.Targets[task], Tolerance, $"{where}, targets");
            Assert.Equal(expected.GetProperty("objective").GetDouble(), step.Objective, Tolerance * step.Objective);
            WindowBuilder.AssertClose(expected.GetProperty("a_gradients"), task => step.Gradients[task] * slopes[task], Tolerance, $"{where}, gradients of a");
            WindowBuilder.AssertClose(expected.GetProperty("weights_after"), task => step.NewWeights[task], Tolerance, $"{where}, weights after");
            WindowBuilder.AssertClose(expected.GetProperty("a_after"), task => weighting.Raw[task], Tolerance, $"{where}, a after");
            WindowBuilder.AssertClose(expected.GetProperty("first_losses"), task => weighting.FirstLosses[task], Tolerance, $"{where}, first losses");
        }

        Assert.Equal((12, microSteps.Length), (steps, begin));
    }

    [Fact]
    public void Gradients_AnyWindow_AreTheObjectivesDifferenceQuotients() =>
        Gen.Select(Gen.Double[0.5, 2].Array[4], Gen.Double[0.01, 5].Array[4], Gen.Double[0.1, 3].Array[4]).Sample((weights, norms, losses) =>
        {
            const double Step = 1e-7;
            WindowStatistics window = WindowBuilder.Window(WindowBuilder.Sample(losses, norms));
            Dictionary<TrainingTask, double> ones = TrainingTasks.All.ToDictionary(task => task, task => 1.0);
            ReweightingStep At(Func<TrainingTask, double> weight) => ReweightingStep.Of(window, TrainingTasks.All, weight, ones, ones, alpha: 0.5);
            ReweightingStep here = At(task => weights[(int)task]);
            if (TrainingTasks.All.Any(task => Math.Abs(here.WeightedNorms[task] - here.Targets[task]) < 1e-4))
            {
                return; // Near a kink the quotient is no derivative.
            }

            foreach (TrainingTask moved in TrainingTasks.All)
            {
                double there = At(task => weights[(int)task] + (task == moved ? Step : 0)).Objective;
                Assert.Equal((there - here.Objective) / Step, here.Gradients[moved], 1e-4);
            }
        });

    [Fact]
    public void Observe_AnyWindows_KeepSumAndFloorAndUnseenWeights() =>
        Gen.Select(Gen.Double[0.01, 10].Array[3], Gen.Double[0.001, 10].Array[4].Array[1, 8], Gen.Int[0, 3]).Sample((signals, norms, absent) =>
        {
            LossWeights weights = new() { Supervision = 1, Perception = signals[0], Reasoning = signals[1], Planning = signals[2] };
            OnlineReweighting weighting = new(new WeightingSettings { LearningRate = 0.05 }, weights, overflowsLargeWeights: false);
            foreach (double[] row in norms)
            {
                double[] present = [.. row.Select((norm, task) => task == absent ? double.NaN : norm)];
                double unseen = weighting[(TrainingTask)absent];
                ReweightingStep step = weighting.Step(WindowBuilder.Window(WindowBuilder.Sample(present, present)))!;
                Assert.Equal(unseen, weighting[(TrainingTask)absent]);
                Assert.All(step.Tasks, task => Assert.Equal(step.NewWeights[task], weighting[task], 1e-7 * (1 + weighting[task])));
                if (absent != (int)TrainingTask.Supervision)
                {
                    Assert.InRange(weighting[TrainingTask.Supervision], 0.6, double.MaxValue);
                }

                double sum = step.Tasks.Sum(task => StaticOf(weights, task));
                if (!step.Tasks.Contains(TrainingTask.Supervision) || step.NewWeights[TrainingTask.Supervision] > 0.6)
                {
                    Assert.Equal(sum, step.Tasks.Sum(task => step.NewWeights[task]), 1e-9 * sum);
                }
            }
        });

    [Fact]
    public void Observe_FewerThanTwoTasks_ChangesNothing()
    {
        OnlineReweighting weighting = new(new WeightingSettings(), new LossWeights { Planning = 0 }, overflowsLargeWeights: false);
        IReadOnlyDictionary<string, double> before = weighting.Save();
        double[] supervisionAndPlanning = [3, double.NaN, double.NaN, 2];
        Assert.Null(weighting.Step(WindowBuilder.Window(WindowBuilder.Sample(supervisionAndPlanning, supervisionAndPlanning))));
        Assert.Equal(before, weighting.Save());
        Assert.Equal(0, weighting[TrainingTask.Planning]);
    }

    [Theory]
    [InlineData(1000, false, 1000)]
    [InlineData(1000, true, 1e6)]
    [InlineData(88.7, true, 88.7)]
    [InlineData(88.8, true, 1e6)]
    [InlineData(1e-7, false, 1e-6)]
    [InlineData(1e7, false, 1e6)]
    public void Weight_AtTheStart_IsTheStaticOneWithinLimits(double weight, bool overflows, double expected)
    {
        OnlineReweighting weighting = new(new WeightingSettings(), new LossWeights { Planning = weight }, overflows);
        Assert.Equal(expected, weighting[TrainingTask.Planning], (1e-12 * expected) + 1.1e-8);
    }

    [Fact]
    public void Observe_FirstLossOfZero_StaysFinite()
    {
        OnlineReweighting weighting = new(new WeightingSettings { Alpha = 1 }, new LossWeights(), overflowsLargeWeights: false);
        double[] nothing = [2, 0, 0, 0];
        double[] something = [1, 1, 1, 0];
        weighting.Observe(WindowBuilder.Window(WindowBuilder.Sample(nothing, nothing)));
        weighting.Observe(WindowBuilder.Window(WindowBuilder.Sample(something, something)));
        Assert.All(TrainingTasks.All, task => Assert.InRange(weighting[task], 0.5, 2));
    }

    private static LossWeights Weights(JsonElement json)
    {
        IReadOnlyDictionary<TrainingTask, double> weights = WindowBuilder.Read(json);
        return new LossWeights
        {
            Supervision = weights[TrainingTask.Supervision],
            Perception = weights[TrainingTask.Perception],
            Reasoning = weights[TrainingTask.Reasoning],
            Planning = weights[TrainingTask.Planning],
        };
    }

    private static double StaticOf(LossWeights weights, TrainingTask task) => new StaticWeighting(weights)[task];

    private static WindowStatistics Window(IEnumerable<JsonElement> microSteps, string norms) => new(
    [
        .. microSteps.Select(step => new MicroStepStatistics
        {
            Losses = WindowBuilder.Read(step.GetProperty("losses")),
            GradientNorms = WindowBuilder.Read(step.GetProperty(norms)),
        }),
    ]);
}
