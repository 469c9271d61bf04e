using CsCheck;
using DriveKD.Evaluation.Deployment;

namespace DriveKD.Evaluation.Tests.Deployment;

public class DistillationPlanTests
{
    private const double Trained = 629_697_920;

    private static readonly ModelShape _student = ReleasedShapes.InternVL3("1B");

    [Fact]
    public void Of_PublishedRecipe_CountsEveryVector()
    {
        DistillationPlan plan = DistillationPlan.Of(Work());
        Dictionary<string, double> memory = plan.Memory.ToDictionary(part => part.Name, part => part.Amount);
        Assert.Equal(938_193_024 * 2.0, memory["student's weights"]);
        Assert.Equal(7_944_373_760 * 2.0, memory["teachers' weights"]);
        Assert.Equal(Trained * 4, memory["masters"]);
        Assert.Equal(Trained * 8, memory["optimizer"]);
        Assert.Equal(Trained * 4, memory["update"]);

        // Supervision reaches everything trained; reasoning and planning 23 of 24 layers, perception one; none of the three the head.
        double rows = 151674.0 * 896;
        double layers = Trained - (2 * rows);
        Assert.Equal(2 * (Trained + (3 * rows) + (layers * (23 + 23 + 1) / 24)), memory["task gradients"], 1.0);

        // Targets and student's maps: 1 + 23 + 1 compared, 23 distinct ones of the student, 27 read of a teacher.
        Assert.Equal(4.0 * 400 * 400 * (25 + 23 + 27), memory["teachers' maps"]);
        Assert.Equal(0.8e9, memory["framework"]);
        Assert.False(memory.ContainsKey("running average"));
        Assert.Equal(memory.Values.Sum(), plan.MemoryBytes);
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
        DistillationPlan plan = DistillationPlan.Of(work);
        double vision = RunningPlan.Of(student, new Workload { Pictures = 1, UnitsPerPicture = 1, TextTokens = 0, AnswerTokens = 0 }).VisionFlops;
        Assert.Equal(["student forward", "supervision backward"], plan.Flops.Select(part => part.Name));

        // The decoder's matrices and head twice as much backward as forward, the frozen tower only forward.
        double decoder = plan.Flops[0].Amount - vision;
        Assert.Equal(2, plan.Flops[1].Amount / decoder, 0.002);
        Assert.DoesNotContain(plan.Memory, part => part.Name is "teachers' weights" or "teachers' maps");
    }

    [Fact]
    public void Of_DeviceAndLength_GivesHours()
    {
        DeviceNumbers device = DevicePreset.Find("A100-80GB")!.ToNumbers(isFloat32: false);
        DistillationPlan plan = DistillationPlan.Of(Work(), device);
        Assert.True(plan.Fits);
        Assert.Equal(plan.SecondsPerSample!.Value * 10_000 / 3600, plan.Hours!.Value, 1e-9);
        Assert.Equal(plan.FlopsPerSample * 10_000, plan.TotalFlops);
        Assert.Null(DistillationPlan.Of(Work()).Hours);
        Assert.Equal(2 * plan.Hours.Value, DistillationPlan.Of(Work() with { Samples = 20_000 }, device).Hours!.Value, 1e-9);
        Assert.False(DistillationPlan.Of(Work(), device with { MemoryBytes = 16e9 }).Fits);
    }

    [Fact]
    public void Of_JointPass_SavesTheTaskGradients()
    {
        DistillationPlan separate = DistillationPlan.Of(Work());
        DistillationPlan joint = DistillationPlan.Of(Work() with { HasTaskGradients = false });
        Assert.Equal(Trained * 2, joint.Memory.Single(part => part.Name == "task gradients").Amount);
        Assert.True(joint.FlopsPerSample < separate.FlopsPerSample);
        Assert.Contains(joint.Flops, part => part.Name == "joint backward");
    }

    [Fact]
    public void Of_Choices_CostWhatTheyAdd()
    {
        DistillationPlan plan = DistillationPlan.Of(Work());
        Assert.Equal(Trained * 4, DistillationPlan.Of(Work() with { HasAverage = true }).MemoryBytes - plan.MemoryBytes, 1.0);
        Assert.Equal(-Trained * 4, DistillationPlan.Of(Work() with { HasMasters = false }).MemoryBytes - plan.MemoryBytes, 1.0);
        Assert.Equal(-Trained * 4, DistillationPlan.Of(Work() with { MomentBytes = 2 }).MemoryBytes - plan.MemoryBytes, 1.0);
        Assert.Equal(2 * plan.Memory.Single(part => part.Name == "task gradients").Amount, DistillationPlan.Of(Work() with { CombinesWindow = true }).MemoryBytes - plan.MemoryBytes, 1.0);
        WeightParts all = WeightParts.Of(_student);
        Assert.True(DistillationPlan.Of(Work() with { Trained = all }).FlopsPerSample > plan.FlopsPerSample);
    }

    [Fact]
    public void Of_LongerSamplesOrLargerBatches_NeverNeedLess() => Gen.Select(Gen.Double[50, 5000], Gen.Int[1, 8]).Sample((tokens, batch) =>
    {
        DistillationWork work = Work() with { Lengths = Lengths(tokens), BatchSize = batch };
        DistillationPlan plan = DistillationPlan.Of(work);
        Assert.True(DistillationPlan.Of(work with { Lengths = Lengths(tokens + 10) }).MemoryBytes > plan.MemoryBytes);
        Assert.True(DistillationPlan.Of(work with { Lengths = Lengths(tokens + 10) }).FlopsPerSample > plan.FlopsPerSample);
        Assert.True(DistillationPlan.Of(work with { BatchSize = batch + 1 }).MemoryBytes >= plan.MemoryBytes);
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
        MostPictures = 1,
    };
}
