using System.Text.RegularExpressions;
using DriveKD.Data.Errors;
using DriveKD.Distillation.Training;
using DriveKD.Models.Checkpoints;
using DriveKD.Models.Families;
using DriveKD.Models.Layers;
using DriveKD.Runs.Folders;
using DriveKD.Runs.Metrics;
using DriveKD.Tests;
using static TorchSharp.torch;

namespace DriveKD.Distillation.Tests.Training;

public sealed class DistillTrainerTests : IDisposable
{
    private readonly DistillationFixture _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public void Run_ThreeSteps_WritesMetricsOfEveryTaskAndACompleteStudent()
    {
        TrainingOutcome outcome = Train(out RunFolder run);
        Assert.Equal(new TrainingOutcome(3, false, run.FinalFolder), outcome);
        Assert.Equal(RunState.Finished, RunStatus.Read(run.Path).State);
        MetricsLog log = MetricsReader.Read(run.MetricsFile);
        Assert.Equal([1L, 2L, 3L], log.Rows.Select(row => row.Step));
        foreach (string key in (string[])["loss.ce", "loss.perception", "loss.reasoning", "loss.planning", "learning_rate", "gradient_norm"])
        {
            Assert.All(log.Rows, row => Assert.True(double.IsFinite(row.Values[key]), key));
        }

        Assert.NotEmpty(Directory.GetFiles(run.TensorBoardFolder));
        Assert.Equal(
            Directory.GetFiles(_world.Path("student")).Select(Path.GetFileName).Order(), Directory.GetFiles(run.FinalFolder).Select(Path.GetFileName).Order());
        using VisionLanguageModel student = ModelLoader.Load(run.FinalFolder, new Placement(CPU, ScalarType.Float32));
        Assert.NotEmpty(student.WeightsByName());
    }

    [Fact]
    public void Run_Default_ChangesTheLanguageModelAndKeepsTowerAndProjectorBitForBit()
    {
        Train(out RunFolder run);
        using Checkpoint before = Checkpoint.Open(_world.Path("student"));
        using Checkpoint after = Checkpoint.Open(run.FinalFolder);
        Assert.Equal(before.Entries.Select(entry => (entry.Name, entry.DType)), after.Entries.Select(entry => (entry.Name, entry.DType)));
        foreach (TensorEntry entry in before.Entries)
        {
            using Tensor old = before.ReadTensor(entry.Name);
            using Tensor now = after.ReadTensor(entry.Name);
            bool isLanguage = entry.Name.StartsWith("language_model.", StringComparison.Ordinal);
            Assert.True(isLanguage != old.Equals(now), entry.Name);
        }
    }

    [Fact]
    public void Run_SameSeedTwice_GivesTheSameBits()
    {
        Train(out RunFolder first, "output=" + _world.Path("first"));
        Train(out RunFolder second, "output=" + _world.Path("second"));
        Assert.Equal(File.ReadAllBytes(Path.Combine(first.FinalFolder, "model.safetensors")), File.ReadAllBytes(Path.Combine(second.FinalFolder, "model.safetensors")));
        Train(out RunFolder other, "output=" + _world.Path("other"), "seed=8");
        Assert.NotEqual(File.ReadAllBytes(Path.Combine(first.FinalFolder, "model.safetensors")), File.ReadAllBytes(Path.Combine(other.FinalFolder, "model.safetensors")));
    }

    [Fact]
    public void Run_SignalWeightsZero_EqualsSupervisionWithoutTeachersBitForBit()
    {
        string[] weights = ["distillation.weights.perception=0", "distillation.weights.reasoning=0", "distillation.weights.planning=0"];
        Train(out RunFolder with, [.. weights, "output=" + _world.Path("with")]);
        Train(out RunFolder without, [.. weights, "output=" + _world.Path("without"), "models.teachers=null"]);
        Assert.Equal(File.ReadAllBytes(Path.Combine(with.FinalFolder, "model.safetensors")), File.ReadAllBytes(Path.Combine(without.FinalFolder, "model.safetensors")));
        Assert.All(MetricsReader.Read(with.MetricsFile).Rows, row => Assert.DoesNotContain("loss.perception", row.Values.Keys));
    }

    [Fact]
    public void Run_Bfloat16_KeepsSmallUpdatesInFloat32Masters()
    {
        // 1e-6 of a weight near 1 is far below bfloat16's rounding; only masters can add it up.
        Train(out RunFolder run, "precision=bfloat16", "train.learning_rate=1e-6");
        using Checkpoint before = Checkpoint.Open(_world.Path("student"));
        using Checkpoint after = Checkpoint.Open(run.FinalFolder);
        using Tensor old = before.ReadTensor("language_model.model.norm.weight");
        using Tensor now = after.ReadTensor("language_model.model.norm.weight");
        using Tensor change = now.sub(old).abs();
        Assert.InRange(change.max().item<float>(), 1e-7f, 1e-5f);
    }

    [Theory]
    [InlineData("perception.kind=hidden-states", "reasoning.kind=logits", "planning.distance=cosine")]
    [InlineData("perception.map=full", "reasoning.map=text-to-vision", "planning.kind=logits")]
    [InlineData("perception.scale=relative", "reasoning.distance=divergence", "planning.kind=hidden-states")]
    public void Run_OtherSignals_TrainsOnAllOfThem(params string[] signals)
    {
        Train(out RunFolder run, [.. signals.Select(signal => "distillation.signals." + signal), "precision=bfloat16"]);
        MetricsLog log = MetricsReader.Read(run.MetricsFile);
        Assert.Equal(3, log.Rows.Count);
        foreach (string key in (string[])["loss.perception", "loss.reasoning", "loss.planning"])
        {
            Assert.All(log.Rows, row => Assert.InRange(row.Values[key], 1e-12, 1e6));
        }
    }

    [Fact]
    public void Run_Bfloat16Pure_LosesWhatIsBelowItsRounding()
    {
        Train(out RunFolder run, "precision=bfloat16-pure", "train.learning_rate=1e-6");
        using Checkpoint before = Checkpoint.Open(_world.Path("student"));
        using Checkpoint after = Checkpoint.Open(run.FinalFolder);
        using Tensor old = before.ReadTensor("language_model.model.norm.weight", dtype: ScalarType.BFloat16);
        using Tensor now = after.ReadTensor("language_model.model.norm.weight", dtype: ScalarType.BFloat16);
        Assert.True(old.Equals(now));
        Train(out RunFolder fast, "precision=bfloat16-pure", "train.learning_rate=1e-2", "output=" + _world.Path("fast"));
        using Checkpoint moved = Checkpoint.Open(fast.FinalFolder);
        using Tensor far = moved.ReadTensor("language_model.model.norm.weight", dtype: ScalarType.BFloat16);
        Assert.False(old.Equals(far));
    }

    [Fact]
    public void Run_RankZero_GivesTheSameBitsAsNoAdapters()
    {
        Train(out RunFolder plain, "output=" + _world.Path("plain"));
        Train(out RunFolder zero, "output=" + _world.Path("zero"), "train.lora={rank: 0, alpha: 3, targets: [o_proj]}", "train.trainable=language");
        Assert.Equal(File.ReadAllBytes(Path.Combine(plain.FinalFolder, "model.safetensors")), File.ReadAllBytes(Path.Combine(zero.FinalFolder, "model.safetensors")));
    }

    [Theory]
    [InlineData(@"\.layers\.\d\.self_attn\.[qv]_proj\.weight$", "train.lora.rank=4")]
    [InlineData(@"\.layers\.\d\.self_attn\.[qv]_proj\.weight$", "train.lora.rank=4", "precision=bfloat16")]
    [InlineData(@"\.layers\.\d\.mlp\.up_proj\.weight$|^mlp1\.", "train.lora={rank: 2, targets: up_proj}", "train.trainable=mlp1.*")]
    [InlineData(@"\.layers\.\d\.self_attn\..*weight$", "train.trainable=[attention, '!*.bias']")]
    public void Run_ChosenParametersAndAdapters_ChangesExactlyThose(string expected, params string[] overrides)
    {
        Train(out RunFolder run, overrides);
        using Checkpoint before = Checkpoint.Open(_world.Path("student"));
        using Checkpoint after = Checkpoint.Open(run.FinalFolder);
        Assert.Equal(before.Entries.Select(entry => (entry.Name, entry.DType)), after.Entries.Select(entry => (entry.Name, entry.DType)));
        foreach (TensorEntry entry in before.Entries)
        {
            using Tensor old = before.ReadTensor(entry.Name);
            using Tensor now = after.ReadTensor(entry.Name);
            Assert.True(Regex.IsMatch(entry.Name, expected) != old.Equals(now), entry.Name);
        }
    }

    [Fact]
    public void Run_AdaptersWithOneSeed_GiveTheSameBits()
    {
        Train(out RunFolder first, "output=" + _world.Path("first"), "train.lora.rank=4");
        Train(out RunFolder second, "output=" + _world.Path("second"), "train.lora.rank=4");
        Assert.Equal(File.ReadAllBytes(Path.Combine(first.FinalFolder, "model.safetensors")), File.ReadAllBytes(Path.Combine(second.FinalFolder, "model.safetensors")));
    }

    [Fact]
    public void Run_CheckpointsEveryStep_KeepsTheNewest()
    {
        Train(out RunFolder run, "checkpoint.every=1", "checkpoint.keep=2");
        Assert.Equal([2L, 3L], run.CheckpointSteps());
        using Checkpoint checkpoint = Checkpoint.Open(run.CheckpointFolder(3));
        Assert.NotEmpty(checkpoint.Entries);
    }

    [Fact]
    public void Run_CancelledAfterTheFirstStep_SavesWhatThereIs()
    {
        using CancellationTokenSource stop = new();
        TrainingOutcome outcome = Train(out RunFolder run, new Callback(step => stop.Cancel()), stop.Token);
        Assert.Equal(new TrainingOutcome(1, true, run.CheckpointFolder(1)), outcome);
        Assert.Equal(RunState.Cancelled, RunStatus.Read(run.Path).State);
        Assert.False(Directory.Exists(run.FinalFolder));
        Assert.Single(MetricsReader.Read(run.MetricsFile).Rows);
        using Checkpoint checkpoint = Checkpoint.Open(run.CheckpointFolder(1));
        Assert.NotEmpty(checkpoint.Entries);
    }

    [Fact]
    public void Run_LossBecomesInfinite_NamesTheSampleAndMarksTheRunFailed()
    {
        InputException exception = Assert.Throws<InputException>(() => Train(out _, "train.learning_rate=10", "train.steps=60", "precision=bfloat16", "weighting.kind=static", "distillation.weights.supervision=1e30"));
        Assert.Matches("loss is|too large for a number", exception.Message);
        Assert.Equal(RunState.Failed, RunStatus.Read(_world.Output).State);
    }

    [Fact]
    public void Run_OnlyTheWindowsGradientOverflows_NamesTheStepAndMarksTheRunFailed()
    {
        // The head's gradient grows with the final norm. At some power of two the squares of every part still fit into float32, those of the
        // window's sum do not; the update, a hundredth of it, would.
        string message = string.Empty;
        for (int power = 50; power < 80 && message.Length == 0; power++)
        {
            string output = _world.Path($"power{power}");
            using TrainingWorkshop workshop = new(_world, "output=" + output, "train.steps=1", "train.accumulation=6", "gradients.per=window", "weighting.kind=static", "distillation.weights.supervision=0.01");
            using (no_grad())
            {
                workshop.Student.WeightsByName()["language_model.model.norm.weight"].mul_(Math.Pow(2, power));
            }

            try
            {
                workshop.Start(out _);
            }
            catch (InputException exception)
            {
                message = exception.Message;
                Assert.Equal(RunState.Failed, RunStatus.Read(output).State);
            }
        }

        Assert.Matches("optimizer step 1: the window's ce gradient is too large for a number", message);
    }

    [Fact]
    public void Run_MemoryRunsOutOutsideASample_NamesTheStepAndSavesWhatWasReached()
    {
        Callback exhausted = new(step => empty(1L << 52, ScalarType.Float32).Dispose());
        InputException exception = Assert.Throws<InputException>(() => Train(out _, exhausted, CancellationToken.None));
        Assert.Contains("after optimizer step 1: memory ran out", exception.Message, StringComparison.Ordinal);
        Assert.Equal(RunState.Failed, RunStatus.Read(_world.Output).State);
        Assert.True(File.Exists(_world.Path("run", "checkpoints", "step-000001", "model.safetensors")));
    }

    [Fact]
    public void Run_PictureTurnsBadAfterTheCheck_NamesItAndKeepsWhatWasReached()
    {
        File.WriteAllBytes(_world.Path("images", "picture1.png"), [1, 2, 3]);
        InputException exception = Assert.Throws<InputException>(() => Train(out _));
        Assert.Contains("picture1.png", exception.Message, StringComparison.Ordinal);
        Assert.Equal(RunState.Failed, RunStatus.Read(_world.Output).State);
    }

    [Theory]
    [InlineData("train.lora.rank=0")]
    [InlineData("train.lora.rank=3")]
    [InlineData("train.lora.rank=3", "precision=bfloat16")]
    public void Run_WholeTraining_LeavesNoTensorBehind(params string[] overrides)
    {
        long before = TorchSharp.DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Train(out _, overrides);
        long after = TorchSharp.DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Assert.Equal(before, after);
    }

    private TrainingOutcome Train(out RunFolder run, params string[] overrides) => Train(out run, null, CancellationToken.None, overrides);

    private TrainingOutcome Train(out RunFolder run, IProgress<TrainingProgress>? progress, CancellationToken cancellation, params string[] overrides)
    {
        using TrainingWorkshop workshop = new(_world, overrides);
        return workshop.Start(out run, progress, null, cancellation);
    }

    private sealed class Callback(Action<TrainingProgress> action) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => action(value);
    }
}
