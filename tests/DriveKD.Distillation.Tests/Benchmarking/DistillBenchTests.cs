using DriveKD.Data.Errors;
using DriveKD.Distillation.Benchmarking;
using DriveKD.Distillation.Training;
using DriveKD.Models.Families;
using DriveKD.Models.InternVL;

namespace DriveKD.Distillation.Tests.Benchmarking;

public sealed class DistillBenchTests
{
    private static readonly BenchSettings _tiny = new() { Shape = BenchShape.Find("tiny"), Samples = 3, Rounds = 1 };

    [Theory]
    [InlineData(2)]
    // 352 tokens: maps are made block after block.
    [InlineData(18)]
    public void Run_Tiny_MeasuresEverything_AndBothMakeTheSameGradient(int pictures)
    {
        BenchFigures figures = DistillBench.Run(_tiny with { Shape = _tiny.Shape with { Pictures = pictures } });

        Assert.Equal(["published", "published_frozen", "cold", "warm_features", "small_memory", "warm_targets", "lazy_warm_targets"], figures.Legs.Select(leg => leg.Name));
        Assert.All(figures.Legs, leg => Assert.True(leg.Seconds > 0 && leg.PeakBytes > 0, leg.Name));
        // Float32, other orders of summation: all three capabilities are among the samples.
        Assert.InRange(figures.WholeAgreement!.Value, 0, 1e-5);
        Assert.InRange(figures.Agreement!.Value, 0, 1e-4);
        Assert.True(figures.GradientsAgree);
        Assert.False((figures with { WholeAgreement = 1e-3 }).GradientsAgree);
        Assert.False((figures with { WholeAgreement = double.NaN }).GradientsAgree);
        Assert.Equal(figures["published"]!.Seconds / figures["warm_targets"]!.Seconds, figures.Ratio(BenchFigures.WarmTargets, BenchFigures.Published));
        Assert.InRange(figures.GemmShare!.Value, 1e-6, 1.5);
    }

    [Fact]
    public void Run_EachLeg_RunsWhatItSaysAndNoMore()
    {
        BenchFigures figures = DistillBench.Run(_tiny with { RunsPublished = false });

        Assert.Null(figures.Agreement);
        Assert.Null(figures.Ratio(BenchFigures.WarmTargets, BenchFigures.Published));
        Assert.All(figures.Legs, leg => Assert.Equal(leg.Seconds, leg.Phases.Values.Sum(), 1e-9));
        Assert.Contains(StepPhase.Teacher, figures["warm_features"]!.Phases.Keys);
        Assert.DoesNotContain(StepPhase.BackwardTogether, figures["warm_targets"]!.Phases.Keys);
        Assert.Contains(StepPhase.BackwardTogether, figures["lazy_warm_targets"]!.Phases.Keys);
        Assert.All(
            [StepPhase.BackwardSupervision, StepPhase.BackwardPerception, StepPhase.BackwardReasoning, StepPhase.BackwardPlanning, StepPhase.Projection],
            phase => Assert.Contains(phase, figures["warm_targets"]!.Phases.Keys));
    }

    [Fact]
    public void Run_Cancelled_ReturnsWhatThereIs()
    {
        using CancellationTokenSource source = new();
        BenchFigures figures = DistillBench.Run(_tiny, new CancelAt("the engine, features of the towers kept", source), source.Token);

        Assert.Equal(["published", "published_frozen", "cold", "warm_features"], figures.Legs.Select(leg => leg.Name));
        Assert.Null(figures.Ratio(BenchFigures.WarmTargets, BenchFigures.Published));
    }

    [Fact]
    public void Run_Growth_ComparesTokensWithTime()
    {
        BenchFigures figures = DistillBench.Run(_tiny with { RunsPublished = false, MeasuresGrowth = true });

        Assert.Equal([96.0 / 80, 8], figures.Growth.Select(growth => growth.Tokens));
        Assert.All(figures.Growth, growth => Assert.True(growth.Seconds > 0));
    }

    [Fact]
    public void Run_SettingsOutOfRange_AllNamed()
    {
        InputException exception = Assert.Throws<InputException>(() => DistillBench.Run(
            _tiny with { Samples = 0, Rounds = 0, Refresh = 1, Shape = _tiny.Shape with { Pictures = 0, AnswerTokens = 60 } }));

        Assert.All(
            ["--samples: is 0", "--rounds: is 0", "--refresh: is 1", "--pictures: is 0", "--text-tokens: is 64; at least 68"],
            text => Assert.Contains(text, exception.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Check_MoreThanThereIs_NamesNeedAndWayOut()
    {
        BenchSettings whole = new() { Shape = BenchShape.Find("1b") };
        const long Available = 24L << 30;
        string published = Assert.Throws<InputException>(() => BenchMemory.Check(whole, sizeof(ushort), Available)).Message;
        string engine = Assert.Throws<InputException>(() => BenchMemory.Check(whole with { RunsPublished = false }, sizeof(float), Available)).Message;

        Assert.Contains("--engine-only leaves the published schedule out", published, StringComparison.Ordinal);
        Assert.Contains("take a smaller shape", engine, StringComparison.Ordinal);
        BenchMemory.Check(new BenchSettings { Shape = BenchShape.Find("quarter") }, sizeof(float), Available);
        BenchMemory.Check(whole, sizeof(float), availableBytes: null);
    }

    [Fact]
    public void Run_ModelsThatSeeOtherTokens_AreRefused()
    {
        InternVLConfig teacher = (InternVLConfig)_tiny.Shape.Teacher;
        BenchShape shape = _tiny.Shape with { Teacher = teacher with { TileSize = 224, Vision = teacher.Vision with { ImageSize = 224 } } };

        Assert.Contains("makes 64 tokens of a picture, the other 16 tokens: their attention maps", Assert.Throws<InputException>(() => DistillBench.Run(_tiny with { Shape = shape })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Find_UnknownShape_ListsTheKnown() =>
        Assert.Contains("quarter, tiny, qwen-tiny, 1b", Assert.Throws<InputException>(() => BenchShape.Find("huge")).Message, StringComparison.Ordinal);

    [Fact]
    public void Flops_OfAShape_AreThoseCountedByHand()
    {
        ModelConfig tiny = ModelFamilies.FindPreset("tiny").Config;
        ModelConfig one = tiny with
        {
            Language = tiny.Language with { HiddenSize = 10, Heads = 2, KeyValueHeads = 1, HeadSize = 5, IntermediateSize = 20, Layers = 3, VocabularySize = 50 },
        };
        BenchShape shape = new() { Name = "one", Student = one, Teacher = one, Pictures = 1, TextTokens = 84, AnswerTokens = 4 };
        const double T = 100, C = 10, HD = 10, KD = 5, I = 20;
        const double Layer = (2 * T * ((2 * C * HD) + (2 * C * KD) + (3 * C * I))) + (4 * T * T / 2 * HD);
        const double QueriesAndKeys = 2 * T * C * (HD + KD);
        const double Map = 2 * T * T / 2 * HD;
        const double Head = 2 * 4 * C * 50;
        MethodFlops flops = MethodFlops.Of(shape);

        Assert.Equal(100, shape.Tokens);
        Assert.Equal(Layer + QueriesAndKeys + (2 * Map), flops.Teacher, 1e-6);
        Assert.Equal((3 * Layer) + Head + (2 * Map), flops.Student, 1e-6);
        Assert.Equal(
            2 * ((3 * Layer) + Head + QueriesAndKeys + Map + (Layer + QueriesAndKeys + (2 * Map)) + (Layer + QueriesAndKeys + Map)),
            flops.Backward,
            1e-6);
        Assert.Equal(flops.Towers + flops.Teacher + flops.Student + flops.Backward, flops.Cold, 1e-6);
    }

    private sealed class CancelAt(string what, CancellationTokenSource source) : IProgress<BenchProgress>
    {
        public void Report(BenchProgress value)
        {
            if (value.What == what)
            {
                source.Cancel();
            }
        }
    }
}
