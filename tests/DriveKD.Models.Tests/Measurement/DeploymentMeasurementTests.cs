using DriveKD.Models.Measurement;
using DriveKD.Models.Tests.Generation;
using TorchSharp;

namespace DriveKD.Models.Tests.Measurement;

/// <summary>Structure and consistency only: what a busy machine takes is nobody's to assert.</summary>
public sealed class DeploymentMeasurementTests(TinyModel tiny) : IClassFixture<TinyModel>
{
    [Fact]
    public void Run_OneModel_HasEveryFigure()
    {
        DeploymentFigures figures = DeploymentMeasurement.Run(Settings() with { TimesHead = true });

        Assert.True(figures.IsComplete);
        Assert.Equal("cpu", figures.Device);
        Assert.Empty(figures.Ratios);
        ModelFigures model = Assert.Single(figures.Models);
        long parameters = tiny.Assistant.Config.Family.Expected(tiny.Assistant.Config).Sum(tensor => tensor.ElementCount);
        Assert.Equal(("tiny", tiny.Folder, "float32", 1), (model.Name, model.Folder, model.Precision, model.Threads));
        Assert.Equal((parameters, 4 * parameters), (model.Parameters, model.ParameterBytes));
        Assert.Equal(3, model.LoadSeconds!.Count);
        Assert.True(model.LoadSeconds.Minimum > 0);
        Assert.True(model.BeforeLoadResidentBytes > 0 && model.LoadPeakResidentBytes >= model.BeforeLoadResidentBytes);
        Assert.True(model.HeadSeconds!.Minimum > 0);
        Assert.Equal([new(0, 5), new(0, 9), new(2, 5), new(2, 9)], model.Cases.Select(each => each.Case));
        Assert.Equal([5, 9, 37, 41], model.Cases.Select(each => each.PromptTokens));
        Assert.All(model.Cases, AssertConsistent);
    }

    [Fact]
    public void Run_Bfloat16_HalvesWhatIsCounted()
    {
        MeasureSettings settings = Settings() with { Pictures = [1], PromptTokens = [4], Repeats = 1 };
        CaseFigures single = DeploymentMeasurement.Run(settings).Models[0].Cases[0];
        CaseFigures half = DeploymentMeasurement.Run(settings with { Precision = "bfloat16" }).Models[0].Cases[0];

        Assert.Equal(single.Tensors!.Parameters, 2 * half.Tensors!.Parameters);
        Assert.Equal(single.Tensors.KeyValueCache, 2 * half.Tensors.KeyValueCache);
        // tiny: 4 layers, keys and values, 2 heads of 16; 16 image tokens, 4 of text, 3 new.
        Assert.Equal(4 * 2 * 2 * 16 * (16 + 4 + 3) * 4, single.Tensors.KeyValueCache);
    }

    [Fact]
    public void Run_SeveralModels_AnswerInTurnAndAreDividedCaseByCase()
    {
        List<string> steps = [];
        MeasureSettings settings = Settings(tiny.Folder, tiny.Folder) with { Pictures = [1], Repeats = 2 };
        DeploymentFigures figures = DeploymentMeasurement.Run(settings, new Progress(value => steps.Add(value.What)));

        Assert.Equal(["tiny", "tiny (2)"], figures.Models.Select(model => model.Name));
        string[] ofOneCase = [.. steps.Where(step => step.Contains("1 picture, 9 text tokens, ", StringComparison.Ordinal))];
        Assert.Equal(
            ["tiny: 1 picture, 9 text tokens, warm-up", "tiny (2): 1 picture, 9 text tokens, warm-up", "tiny: 1 picture, 9 text tokens, answer 1 of 2",
                "tiny (2): 1 picture, 9 text tokens, answer 1 of 2", "tiny: 1 picture, 9 text tokens, answer 2 of 2", "tiny (2): 1 picture, 9 text tokens, answer 2 of 2"],
            ofOneCase);
        Assert.Equal(2, figures.Ratios.Count);
        Assert.All(figures.Ratios, ratio =>
        {
            Assert.Equal(("tiny", "tiny (2)"), (ratio.Of, ratio.Against));
            Assert.Equal((2, 2), (ratio.Figures.VisionSeconds!.Count, ratio.Figures.DecodeTokensPerSecond!.Count));
            Assert.True(ratio.Figures.FirstTokenSeconds!.Minimum > 0);
            Assert.True(ratio.PeakResident > 0 && ratio.TensorTotal > 0);
        });
    }

    [Fact]
    public void Run_Steps_AreCountedToTheEnd()
    {
        List<MeasureProgress> steps = [];
        DeploymentMeasurement.Run(Settings() with { TimesHead = true }, new Progress(steps.Add));

        Assert.Equal(Enumerable.Range(0, steps[0].Total), steps.Select(step => step.Done).Distinct());
        Assert.All(steps, step => Assert.Equal(steps[0].Total, step.Total));
    }

    [Fact]
    public void Run_Stopped_KeepsWhatWasMeasured()
    {
        using CancellationTokenSource source = new();
        Progress stop = new(value =>
        {
            if (value.What.EndsWith("0 pictures, 9 text tokens, answer 2 of 3", StringComparison.Ordinal))
            {
                source.Cancel();
            }
        });
        DeploymentFigures figures = DeploymentMeasurement.Run(Settings(), stop, source.Token);

        Assert.False(figures.IsComplete);
        Assert.Equal([3, 1, 0, 0], figures.Models[0].Cases.Select(each => each.Answers.Count));
        Assert.All(figures.Models[0].Cases, each => Assert.True(each.IsMeasured && each.PeakResidentBytes > 0));
    }

    [Fact]
    public void Run_StoppedAtOnce_HasNothing()
    {
        DeploymentFigures figures = DeploymentMeasurement.Run(Settings(), cancellation: new CancellationToken(canceled: true));

        Assert.False(figures.IsComplete);
        Assert.All(figures.Models[0].Cases, each => Assert.False(each.IsMeasured));
        Assert.Null(figures.Models[0].LoadSeconds);
    }

    [Fact]
    public void Run_WhenDone_LeavesNoTensor()
    {
        MeasureSettings settings = Settings(tiny.Folder, tiny.Folder) with { TimesHead = true, Repeats = 1 };
        DeploymentMeasurement.Run(settings);
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        DeploymentMeasurement.Run(settings);

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    private static void AssertConsistent(CaseFigures figures)
    {
        Assert.True(figures.PeakResidentBytes > 0);
        Assert.True(figures.Tensors is { Parameters: > 0, KeyValueCache: > 0, Working: >= 0 });
        Assert.Equal(3, figures.Answers.Count);
        Assert.All(figures.Answers, answer =>
        {
            Assert.Equal(3, answer.NewTokens);
            Assert.True(answer is { PrefillSeconds: > 0, DecodeSeconds: > 0, ChoiceSeconds: >= 0, DecodeTokensPerSecond: > 0 });
            Assert.True(answer.FirstTokenSeconds >= answer.PrefillSeconds + (answer.VisionSeconds ?? 0));
            Assert.True(answer.AnswerSeconds >= answer.FirstTokenSeconds);
            Assert.True(answer.ChoiceSeconds <= answer.DecodeSeconds);
            Assert.Equal(figures.Case.Pictures > 0, answer.VisionSeconds > 0);
            Assert.Equal(figures.Case.Pictures > 0, answer.PictureSeconds > 0);
        });
    }

    private MeasureSettings Settings(params string[] folders) => new()
    {
        Folders = folders.Length == 0 ? [tiny.Folder] : folders,
        Pictures = [0, 2],
        PromptTokens = [5, 9],
        NewTokens = 3,
        Repeats = 3,
        Device = "cpu",
    };

    /// <summary>Tells at once, on the thread that measures.</summary>
    private sealed class Progress(Action<MeasureProgress> told) : IProgress<MeasureProgress>
    {
        public void Report(MeasureProgress value) => told(value);
    }
}
