using CsCheck;
using DriveKD.Evaluation.Deployment;

namespace DriveKD.Evaluation.Tests.Deployment;

public class DistillationPlanTests
{
    private const double Trained = 629_697_920;

    private static readonly ModelShape _student = ReleasedShapes.InternVL3("1B");

    private static readonly PlanPart[] _memory = [new("weights", 20e9, "as given")];

    [Fact]
    public void Of_Memory_IsTheTrainersAndTheFramework()
    {
        DistillationPlan plan = DistillationPlan.Of(Work(), _memory);
        Assert.Equal(["weights", "framework"], plan.Memory.Select(part => part.Name));
        Assert.Equal(20.8e9, plan.MemoryBytes);
    }

    [Fact]
    public void Of_OneTaskWithoutTeachers_IsThreeTimesTheForwardPass()
    {
        ModelShape student = _student;
        DistillationWork work = Work() with
        {
            Teachers = [],
            Tasks = [new TaskWork { Name = "supervision", Depth = 24, MapLayers = 0, UsesHead = true }],
            MapLayers = 0,
            HasTaskGradients = false,
        };
        DistillationPlan plan = DistillationPlan.Of(work, _memory);
        double vision = RunningPlan.Of(student, new Workload { Pictures = 1, UnitsPerPicture = 1, TextTokens = 0, AnswerTokens = 0 }).VisionFlops;
        Assert.Equal(["student forward", "supervision backward"], plan.Flops.Select(part => part.Name));

        // The decoder's matrices and head twice as much backward as forward, the frozen tower only forward.
        double decoder = plan.Flops[0].Amount - vision;
        Assert.Equal(2, plan.Flops[1].Amount / decoder, 0.002);
    }

    [Fact]
    public void Of_DeviceAndLength_GivesHours()
    {
        DeviceNumbers device = DevicePreset.Find("A100-80GB")!.ToNumbers(isFloat32: false);
        DistillationPlan plan = DistillationPlan.Of(Work(), _memory, device);
        Assert.True(plan.Fits);
        Assert.Equal(plan.SecondsPerSample!.Value * 10_000 / 3600, plan.Hours!.Value, 1e-9);
        Assert.Equal(plan.FlopsPerSample * 10_000, plan.TotalFlops);
        Assert.Null(DistillationPlan.Of(Work(), _memory).Hours);
        Assert.Equal(2 * plan.Hours.Value, DistillationPlan.Of(Work() with { Samples = 20_000 }, _memory, device).Hours!.Value, 1e-9);
        Assert.False(DistillationPlan.Of(Work(), _memory, device with { MemoryBytes = 16e9 }).Fits);
    }

    [Fact]
    public void Of_JointPass_SavesOperationsAndTraffic()
    {
        DistillationPlan separate = DistillationPlan.Of(Work(), _memory);
        DistillationPlan joint = DistillationPlan.Of(Work() with { HasTaskGradients = false }, _memory);
        // 3 x 2 bytes of what each task reaches: reasoning and planning 23 of 24 layers, perception one, none of the three the head.
        double rows = 151674.0 * 896;
        Assert.Equal(3 * 2 * ((3 * rows) + ((Trained - (2 * rows)) * (23 + 23 + 1) / 24)), separate.TrafficBytesPerSample - joint.TrafficBytesPerSample, 10.0);
        Assert.True(joint.FlopsPerSample < separate.FlopsPerSample);
        Assert.Contains(joint.Flops, part => part.Name == "joint backward");
    }

    [Fact]
    public void Of_Choices_MoveWhatTheyAdd()
    {
        DistillationPlan plan = DistillationPlan.Of(Work(), _memory);
        double MoreBytes(DistillationWork work) => DistillationPlan.Of(work, _memory).TrafficBytesPerSample - plan.TrafficBytesPerSample;
        Assert.Equal(Trained * 12 / 4, MoreBytes(Work() with { HasAverage = true }), 10.0);
        Assert.Equal(-Trained * 2 / 4, MoreBytes(Work() with { HasMasters = false }), 10.0);
        Assert.Equal(-Trained * 8 / 4, MoreBytes(Work() with { MomentBytes = 2 }), 10.0);
        WeightParts all = WeightParts.Of(_student);
        Assert.True(DistillationPlan.Of(Work() with { Trained = all }, _memory).FlopsPerSample > plan.FlopsPerSample);
    }

    [Fact]
    public void Of_LongerSamples_NeedMoreOperations() => Gen.Double[50, 5000].Sample(tokens =>
    {
        DistillationWork work = Work() with { Lengths = Lengths(tokens) };
        DistillationPlan plan = DistillationPlan.Of(work, _memory);
        Assert.True(DistillationPlan.Of(work with { Lengths = Lengths(tokens + 10) }, _memory).FlopsPerSample > plan.FlopsPerSample);
        Assert.All(plan.Memory.Concat(plan.Flops), part => Assert.True(double.IsFinite(part.Amount) && part.Amount > 0));
    });

    /// <summary>InternVL3-8B three times over into InternVL3-1B, as published: the decoder is trained, in bfloat16 with masters.</summary>
    private static DistillationWork Work() => new()
    {
        Student = _student,
        Teachers = [new TeacherWork { Shape = ReleasedShapes.InternVL3("8B"), SampleShare = 1, LayersRun = 27, MapLayers = 27 }],
        Tasks =
        [
            new TaskWork { Name = "supervision", Depth = 24, MapLayers = 0, UsesHead = true },
            new TaskWork { Name = "perception", Depth = 1, MapLayers = 1 },
            new TaskWork { Name = "reasoning", Depth = 23, MapLayers = 23 },
            new TaskWork { Name = "planning", Depth = 23, MapLayers = 1 },
        ],
        Trained = WeightParts.Of(_student) with { Vision = 0, Projector = 0 },
        MapLayers = 23,
        HasTaskGradients = true,
        HasMasters = true,
        BatchSize = 1,
        SamplesPerStep = 4,
        Steps = 2500,
        Samples = 10_000,
        Lengths = Lengths(400),
    };

    private static SampleLengths Lengths(double tokens) => new()
    {
        MeanTokens = tokens,
        MeanSquaredTokens = tokens * tokens,
        MostTokens = tokens,
        MeanAnswerTokens = 40,
        MeanPictures = 1,
    };
}
