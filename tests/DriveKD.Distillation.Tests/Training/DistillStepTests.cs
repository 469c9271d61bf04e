using DriveKD.Data.Errors;
using DriveKD.Data.Verification;
using DriveKD.Distillation.Batching;
using DriveKD.Distillation.Training;
using DriveKD.Distillation.Verification;
using DriveKD.Runs.Folders;
using DriveKD.Tests;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DriveKD.Distillation.Tests.Training;

public sealed class DistillStepTests : IDisposable
{
    // Of a parameter's gradient: padded rows and batched products round otherwise than single samples.
    private const double BatchTolerance = 1e-5;

    private readonly DistillationFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData("case_ii_no_agp_static", 14)]
    [InlineData("case_iv_agp_conflicts", 20)]
    public void Run_AuthorsRun_GivesTheirLossesGradientsAndParameters(string name, int stages)
    {
        GoldenCheck[] rows = [.. DriveKD.Distillation.Verification.TrainerGoldens.Run(TrainerGoldens.Folder, new TrainerGoldenOptions { Wants = candidate => candidate == name })];
        Assert.All(rows, row => Assert.True(row.Passed, $"{row.Stage}: {row.Detail}"));
        Assert.All(rows, row => Assert.Equal(0, row.NotCompared));
        Assert.Equal(stages, rows.Length);
        Assert.Equal(192, rows.Single(row => row.Stage == "losses").Items.DistinctBy(item => item.Name).Count());
        Assert.Equal(2, rows.Single(row => row.Stage == "parameter changes").Items.DistinctBy(item => item.Name).Count());
    }

    [Fact]
    public void Run_SampleWithoutPictures_LeavesThePictureSignalsOut()
    {
        using StepWorld world = new(_fixture);
        Assert.Equal([TrainingTask.Supervision, TrainingTask.Reasoning], world.Losses(world.WithoutPictures).Keys.Order());
    }

    [Fact]
    public void Run_SampleWithoutPicturesAsReleased_CountsThePictureSignalsAsZero()
    {
        using StepWorld world = new(_fixture, "quirks.counts_absent_pictures=true", "gradients.method=sum-per-capability");
        using StepWorld plain = new(_fixture, "gradients.method=sum", "distillation.weights.supervision=3");
        IReadOnlyDictionary<TrainingTask, double> losses = world.Losses(world.WithoutPictures);
        Assert.Equal(TrainingTasks.All, losses.Keys.Order());
        Assert.Equal((0, 0), (losses[TrainingTask.Perception], losses[TrainingTask.Planning]));

        // Supervision counts once per present capability, those without pictures included.
        plain.Losses(plain.WithoutPictures);
        AssertNear(plain.Gradients(), world.Gradients(), BatchTolerance);
    }

    [Fact]
    public void Run_LanguageOnly_LeavesVisionTowerAndProjectorWithoutGradients()
    {
        using StepWorld world = new(_fixture);
        IReadOnlyDictionary<string, float[]> gradients = world.RunWindow([[world.Samples[0]]]);
        Assert.Equal(world.Parts.Weights.Names, gradients.Keys);
        foreach ((string name, Parameter parameter) in world.Student.named_parameters())
        {
            Assert.Equal(name.StartsWith("language_model.", StringComparison.Ordinal), parameter.requires_grad);
            Assert.Equal(parameter.requires_grad, gradients.ContainsKey(name));
            Assert.Null(parameter.grad);
        }
    }

    [Theory]
    [InlineData("gradients.per=sample")]
    [InlineData("gradients.per=window")]
    [InlineData("gradients.method=sum", "weighting.kind=static")]
    public void Run_WholeWindow_LeavesNoTensorBehindButTheUpdate(params string[] overrides)
    {
        using StepWorld world = new(_fixture, overrides);
        world.RunWindow([[world.Samples[0]], [world.Samples[1]]]);
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        world.RunWindow([[world.Samples[0]], [world.Samples[1]]]);
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        int gradients = world.Gradients().Count;
        world.Parts.Updates.LoseGradients();
        Assert.Equal(before - gradients, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Theory]
    [InlineData(5, false, "gradients.per=window")]
    [InlineData(2, false, "gradients.per=window")]
    [InlineData(5, false, "gradients.method=sum", "weighting.kind=static")]
    [InlineData(2, false, "gradients.method=sum", "weighting.kind=static")]
    [InlineData(5, true, "gradients.method=sum", "gradients.per=window")]
    [InlineData(5, true, "gradients.method=sum", "gradients.per=sample")]
    [InlineData(3, false, "gradients.method=sum-per-capability", "weighting.kind=static")]
    public void Run_BatchesOfDifferentLengths_GiveTheGradientsOfSingleSamples(int batch, bool measures, params string[] overrides)
    {
        using StepWorld world = new(_fixture, overrides);
        Assert.Equal(world.Samples.Count, world.Samples.Select(sample => sample.TokenIds.Count).Distinct().Count());
        IReadOnlyDictionary<string, float[]> alone = world.RunWindow([.. world.Samples.Chunk(1)], measures);
        world.Parts.Updates.LoseGradients();
        AssertNear(alone, world.RunWindow([.. world.Samples.Chunk(batch)], measures), BatchTolerance);
    }

    [Fact]
    public void Run_SumInOnePass_GivesTheSumOfTheTaskGradients()
    {
        using StepWorld world = new(_fixture, "gradients.method=sum", "weighting.kind=static", "distillation.weights.perception=300");
        EncodedSample[][] batches = [.. world.Samples.Chunk(2)];
        IReadOnlyDictionary<string, float[]> inOnePass = world.RunWindow(batches);
        world.Parts.Updates.LoseGradients();
        AssertNear(world.RunWindow(batches, measures: true), inOnePass, BatchTolerance);
    }

    [Fact]
    public void Run_SignalWeightsZero_EqualsSupervisionAloneBitForBit()
    {
        string[] weights = ["distillation.weights.perception=0", "distillation.weights.reasoning=0", "distillation.weights.planning=0"];
        using StepWorld with = new(_fixture, weights);
        using StepWorld without = new(_fixture, [.. weights, "models.teachers=null", "gradients.method=sum", "weighting.kind=static"]);
        EncodedSample[][] batches = [.. with.Samples.Chunk(2)];
        IReadOnlyDictionary<string, float[]> expected = without.RunWindow(batches);
        IReadOnlyDictionary<string, float[]> actual = with.RunWindow(batches);
        Assert.Equal(expected.Keys, actual.Keys);
        Assert.All(expected, entry => Assert.Equal(entry.Value, actual[entry.Key]));
        Assert.Equal([TrainingTask.Supervision], with.Losses(with.Samples[0]).Keys);
    }

    [Fact]
    public void Run_PerSampleInBatches_TrainsTheSameBitsAsSingleSamples()
    {
        byte[] Train(string name, params string[] overrides)
        {
            using TrainingWorkshop workshop = new(_fixture, ["output=" + _fixture.Path(name), "train.steps=2", "gradients.per=sample", .. overrides]);
            workshop.Start(out RunFolder run);
            return File.ReadAllBytes(Path.Combine(run.FinalFolder, "model.safetensors"));
        }

        Assert.Equal(Train("single", "train.batch_size=1", "train.accumulation=4"), Train("batch", "train.batch_size=4", "train.accumulation=1"));
    }

    /// <summary>Where gradients stay as they were, so do coefficients: one pass with the last ones is the exact update.</summary>
    [Theory]
    [InlineData("gradients={method: agp, per: window, refresh: 3}")]
    [InlineData("gradients={method: agp, per: sample, refresh: 3}")]
    [InlineData("gradients={method: g1, per: sample, refresh: 3}", "distillation.signals.perception.kind=logits")]
    [InlineData("gradients={method: cagrad, per: window, refresh: 3}")]
    [InlineData("gradients={method: upgrad, per: sample, refresh: 3}")]
    public void Run_CoefficientsUsedAgain_OnTheSameSamples_GivesTheExactUpdate(params string[] overrides)
    {
        using StepWorld world = new(_fixture, [.. overrides, "weighting.kind=static", "distillation.weights={perception: 300, reasoning: 2000, planning: 900}"]);
        EncodedSample[][] batches = [[world.Samples[0], world.Samples[1]], [world.Samples[2]]];
        IReadOnlyDictionary<string, float[]> exact = world.RunWindow(batches);
        world.Parts.Updates.LoseGradients();
        Assert.False(world.Parts.Updates.Lazy!.IsDue);
        IReadOnlyDictionary<string, float[]> lazy = world.RunWindow(batches);

        Assert.Equal(exact.Keys, lazy.Keys);
        double norm = Math.Sqrt(exact.Values.SelectMany(vector => vector).Sum(value => (double)value * value));
        double difference = Math.Sqrt(exact.Sum(entry => entry.Value.Zip(lazy[entry.Key], (a, b) => ((double)a - b) * ((double)a - b)).Sum()));
        Assert.True(norm > 0);
        Assert.InRange(difference / norm, 0, 1e-4);
    }

    [Fact]
    public void Run_CoefficientsUsedAgain_BackpropagatesOncePerBatch()
    {
        using StepWorld world = new(_fixture, "gradients={method: agp, per: sample, refresh: 2}", "weighting.kind=static", "train.batch_size=2");
        Assert.True(world.Parts.Updates.RunsSamplesAlone);
        world.RunWindow([[world.Samples[0]], [world.Samples[1]], [world.Samples[2]]]);
        world.Parts.Updates.LoseGradients();
        world.Parts.Updates.BeginWindow(measures: false);
        Assert.False(world.Parts.Updates.RunsSamplesAlone);
        StepLog log = new();
        world.Parts.Step.Run([world.Samples[0], world.Samples[1]], 0.5, log);
        world.Parts.Updates.EndWindow(log);
        // No task had a gradient of its own.
        Assert.Null(log.Summarize());
        world.Parts.Updates.LoseGradients();
        world.Parts.Updates.BeginWindow(measures: false);
        Assert.True(world.Parts.Updates.RunsSamplesAlone);
    }

    [Theory]
    [InlineData("support: full", "gradients={method: agp, refresh: 2, support: reached}")]
    [InlineData("learns maps", "gradients={method: agp, refresh: 2}", "distillation.signals.reasoning.kind=hidden-states", "models.teachers.reasoning=WIDE")]
    public void Open_RefreshWithSeveralCoefficientsOfATask_IsRefused(string named, params string[] overrides)
    {
        _fixture.CreateWideModel("wide", 3);
        overrides = [.. overrides.Select(key => key.Replace("WIDE", _fixture.Path("wide"), StringComparison.Ordinal))];
        InputException exception = Assert.Throws<InputException>(() => new StepWorld(_fixture, overrides));
        Assert.Contains(named, exception.Message, StringComparison.Ordinal);
        Assert.Contains("gradients", exception.Problems[0].Where, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gradients.per=sample")]
    [InlineData("gradients.per=window")]
    [InlineData("gradients.method=sum", "weighting.kind=static")]
    public void Run_NotANumberInAWeight_NamesTheSamplesAndAddsNothing(params string[] overrides)
    {
        // What is kept of the samples, though they are no numbers later, would count as left behind.
        using StepWorld world = new(_fixture, [.. overrides, "cache.features=0", "cache.targets=0"]);
        using (no_grad())
        {
            world.Parts.Weights.Optimised[0].view(-1).narrow(0, 0, world.Parts.Weights.Optimised[0].numel()).fill_(float.NaN);
        }

        world.Parts.Updates.BeginWindow(measures: false);
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        NonfiniteException exception = Assert.Throws<NonfiniteException>(() => world.Parts.Step.Run([world.Samples[0], world.Samples[1]], 0.5, new StepLog()));
        Assert.Contains("lengths.json", exception.Problem.Where, StringComparison.Ordinal);
        Assert.True(world.Parts.Updates.Sum.IsEmpty);
        Assert.Null(world.Parts.Updates.EndWindow(new StepLog()));
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Theory]
    [InlineData("gradients.per=sample")]
    [InlineData("gradients.method=sum", "weighting.kind=static")]
    public void LoseGradients_AfterASample_KeepsWhatTheWeightingIsTold(params string[] overrides)
    {
        using StepWorld world = new(_fixture, overrides);
        world.Losses(world.Samples[0]);
        world.Parts.Updates.LoseGradients();
        Assert.True(world.Parts.Updates.Sum.IsEmpty);
        world.Parts.Step.Run([world.Samples[1]], 1, new StepLog());
        Assert.Equal(2, world.Parts.Updates.EndWindow(new StepLog())!.MicroSteps.Count);
        IReadOnlyDictionary<string, float[]> gradients = world.Gradients();
        world.Parts.Updates.LoseGradients();
        Assert.Equal(world.RunWindow([[world.Samples[1]]]).Values, gradients.Values);
    }

    private static void AssertNear(IReadOnlyDictionary<string, float[]> expected, IReadOnlyDictionary<string, float[]> actual, double tolerance)
    {
        Assert.Equal(expected.Keys.Order(), actual.Keys.Order());
        foreach ((string name, float[] vector) in expected)
        {
            double norm = Math.Sqrt(vector.Sum(value => (double)value * value));
            double difference = Math.Sqrt(vector.Zip(actual[name], (a, b) => ((double)a - b) * ((double)a - b)).Sum());
            Assert.True(norm > 0 && difference <= tolerance * norm, $"{name}: off by {difference:e2}, the norm is {norm:e2}");
        }
    }
}
