using DriveKD.Data.Errors;
using DriveKD.Models.Checkpoints;
using DriveKD.Pretraining.Labels;
using DriveKD.Pretraining.Tests.Labels;
using DriveKD.Pretraining.Towers;
using DriveKD.Runs.Folders;
using DriveKD.Runs.Metrics;
using TorchSharp;

namespace DriveKD.Pretraining.Tests.Towers;

public sealed class TowerTrainerTests : IDisposable
{
    private readonly TowerWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public void Run_ColoredSquares_LearnsToNameThem()
    {
        TowerOutcome outcome = _world.Train(_world.Recipe("train.steps=60", "train.batch_size=16", "data.scenes=160", "train.warmup_steps=5"));

        Assert.Equal((60, false), (outcome.Steps, outcome.WasCancelled));
        Assert.Equal(["shape", "color", "ground"], outcome.HeldOut!.Heads.Keys);
        // Chance is 1 in 3 for the colour of what is there, and 1 in 2 for the ground.
        Assert.All(outcome.HeldOut.Heads.Values, share => Assert.InRange(share, 0.95, 1));
    }

    [Fact]
    public void Run_Finished_ChangesTheTowerAloneAndKeepsTheHeadsOutside()
    {
        TowerOutcome outcome = _world.Train(_world.Recipe());

        using Checkpoint before = Checkpoint.Open(_world.Model);
        using Checkpoint after = Checkpoint.Open(outcome.ModelFolder!);
        Assert.Equal(before.Entries.Select(entry => entry.Name), after.Entries.Select(entry => entry.Name));
        foreach (TensorEntry entry in before.Entries)
        {
            using torch.Tensor then = before.FileOf(entry).ReadTensor(entry);
            TensorEntry other = after.Entries.Single(tensor => tensor.Name == entry.Name);
            using torch.Tensor now = after.FileOf(other).ReadTensor(other);
            bool isTower = entry.Name.StartsWith("vision_model.", StringComparison.Ordinal);
            Assert.True(then.Equals(now) != isTower, entry.Name);
        }

        Assert.Equal(
            Directory.GetFiles(_world.Model).Select(Path.GetFileName).Order(), Directory.GetFiles(outcome.ModelFolder!).Select(Path.GetFileName).Order());
        using SafetensorsFile heads = SafetensorsFile.Open(_world["run", TowerTrainer.HeadsFile]);
        Assert.Equal(["heads.pictures.bias", "heads.pictures.weight", "heads.tokens.bias", "heads.tokens.weight"], heads.Entries.Select(entry => entry.Name).Order());
    }

    [Fact]
    public void Run_Metrics_HaveEveryStepAndTheLooksBetween()
    {
        _world.Train(_world.Recipe());

        IReadOnlyList<MetricsRow> rows = MetricsReader.Read(_world["run", "metrics.jsonl"]).Rows;

        Assert.Equal([1, 2, 3, 4, 5], rows.Select(row => row.Step));
        Assert.All(rows, row => Assert.True(row.Values["loss"] > 0 && row.Values["gradient_norm"] > 0));
        Assert.Equal([2, 4, 5], rows.Where(row => row.Values.ContainsKey("held_out.accuracy.color")).Select(row => row.Step));
        Assert.Equal(RunState.Finished, RunStatus.Read(_world["run"]).State);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Run_InterruptedAndResumed_GivesTheSameBits(int stop)
    {
        string whole = _world["whole"];
        _world.Train(_world.Recipe("output=" + whole));
        string output = _world["stopped"];
        using (CancellationTokenSource cancel = new())
        {
            TowerOutcome stopped = _world.Train(_world.Recipe("output=" + output), new Callback(step => CancelAt(step, stop, cancel)), cancellation: cancel.Token);
            Assert.Equal((stop, true), (stopped.Steps, stopped.WasCancelled));
        }

        Assert.Equal(5, _world.Train(_world.Recipe("output=" + output)).Steps);

        foreach (string file in (string[])["final/model.safetensors", TowerTrainer.HeadsFile])
        {
            Assert.Equal(File.ReadAllBytes(Path.Combine(whole, file)), File.ReadAllBytes(Path.Combine(output, file)));
        }

        AssertSameMetrics(whole, output);
    }

    [Fact]
    public void Run_KilledBehindACheckpoint_TakesTheStepsAgain()
    {
        string whole = _world["whole"];
        _world.Train(_world.Recipe("output=" + whole));
        string output = _world["killed"];
        using (CancellationTokenSource cancel = new())
        {
            _world.Train(_world.Recipe("output=" + output), new Callback(step => CancelAt(step, 3, cancel)), cancellation: cancel.Token);
            // What a kill leaves: no checkpoint of the last step, and a torn line.
            Directory.Delete(Path.Combine(output, "states", "step-000003"), recursive: true);
            File.AppendAllText(Path.Combine(output, "metrics.jsonl"), "{\"step\":4,\"lo");
        }

        _world.Train(_world.Recipe("output=" + output));

        Assert.Equal(File.ReadAllBytes(Path.Combine(whole, "final", "model.safetensors")), File.ReadAllBytes(Path.Combine(output, "final", "model.safetensors")));
        AssertSameMetrics(whole, output);
    }

    [Fact]
    public void Run_OtherSeed_GivesOtherWeights()
    {
        _world.Train(_world.Recipe("output=" + _world["a"], "train.steps=2"));
        _world.Train(_world.Recipe("output=" + _world["b"], "train.steps=2", "seed=43"));

        Assert.NotEqual(File.ReadAllBytes(_world["a", "final", "model.safetensors"]), File.ReadAllBytes(_world["b", "final", "model.safetensors"]));
    }

    [Fact]
    public void Run_LossIsNoNumber_EndsWithAdviceAndAFailedRun()
    {
        InputException exception = Assert.Throws<InputException>(() => _world.Train(_world.Recipe(), source: new TooHeavy()));

        Assert.Contains("The step was not taken; lower train.learning_rate", exception.Message, StringComparison.Ordinal);
        Assert.Equal(RunState.Failed, RunStatus.Read(_world["run"]).State);
    }

    [Fact]
    public void Open_BatchLargerThanTheData_IsRefusedByTheRecipe()
    {
        InputException exception = Assert.Throws<InputException>(() => _world.Recipe("train.batch_size=65"));

        Assert.Contains("a batch of 65 pictures is larger than the 64 that there are", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_PicturesThatDoNotDivideIntoTokens_AreExplained()
    {
        string config = Path.Combine(_world.Model, "config.json");
        File.WriteAllText(config, File.ReadAllText(config).Replace("\"force_image_size\": 84", "\"force_image_size\": 77", StringComparison.Ordinal));

        InputException exception = Assert.Throws<InputException>(() => TowerSession.Open(_world.Recipe(), new ColoredSquares()));

        Assert.Contains("77", exception.Message, StringComparison.Ordinal);
        Assert.Contains("14", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_Repeated_LeavesNoTensorsBehind()
    {
        using TowerSession session = TowerSession.Open(_world.Recipe(), new ColoredSquares());
        Run("first");
        long before = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;

        Run("second");

        Assert.Equal(before, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);

        void Run(string name)
        {
            using RunFolder run = RunFolder.Create(_world[name], "", RunEnvironment.Capture("0", "test", [], "cpu", TimeProvider.System), TimeProvider.System);
            new TowerTrainer(session, run, TimeProvider.System).Run();
        }
    }

    private static void CancelAt(TowerProgress step, int stop, CancellationTokenSource cancel)
    {
        if (step.Step == stop)
        {
            cancel.Cancel();
        }
    }

    private static void AssertSameMetrics(string whole, string resumed)
    {
        IEnumerable<string> Lines(string run) => MetricsReader.Read(Path.Combine(run, "metrics.jsonl")).Rows.Select(row =>
            $"{row.Step}: {string.Join(", ", row.Values.Where(value => value.Key != "elapsed_seconds").Select(value => $"{value.Key} {value.Value:R}"))}");
        Assert.Equal(Lines(whole), Lines(resumed));
    }

    private sealed class Callback(Action<TowerProgress> action) : IProgress<TowerProgress>
    {
        public void Report(TowerProgress value) => action(value);
    }

    /// <summary>Weighs a head so that its loss is beyond any float.</summary>
    private sealed class TooHeavy : ILabelledPictures
    {
        private readonly ColoredSquares _squares = new();

        public LabelScheme Scheme => _squares.Scheme with { Tokens = [_squares.Scheme.Tokens[0] with { Weight = 1e39 }, _squares.Scheme.Tokens[1]] };

        public LabelledPicture Create(ulong seed, int side, int tokensPerSide) => _squares.Create(seed, side, tokensPerSide);
    }
}
