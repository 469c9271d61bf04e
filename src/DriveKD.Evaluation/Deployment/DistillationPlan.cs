namespace DriveKD.Evaluation.Deployment;

/// <summary>
/// What a distillation needs. Its memory is the trainer's own estimate; its operations follow the trainer: teachers run one after the other
/// and only as deep as they are read; maps that are compared are formed whole, the others stay inside fused kernels; nothing is recomputed
/// in the backward pass; each task's gradient is a vector of its own.
/// </summary>
public sealed record DistillationPlan
{
    private const double Wide = 4;

    /// <summary>The work.</summary>
    public required DistillationWork Work { get; init; }

    /// <summary>Bytes that are held throughout, or at the highest moment of a step.</summary>
    public required IReadOnlyList<PlanPart> Memory { get; init; }

    /// <summary>What is made before the run, so that it has no teacher in memory; null where nothing is.</summary>
    public TargetsPlan? Targets { get; init; }

    /// <summary>Operations of one sample, on average.</summary>
    public required IReadOnlyList<PlanPart> Flops { get; init; }

    /// <summary>Bytes that gradients and optimizer move per sample, the optimizer's share of a step included.</summary>
    public required double TrafficBytesPerSample { get; init; }

    /// <summary>Layers that are started per sample, forwards and backwards.</summary>
    public required double LayersPerSample { get; init; }

    /// <summary>The device that the times are for; null for none.</summary>
    public DeviceNumbers? Device { get; init; }

    /// <summary>Bytes in all.</summary>
    public double MemoryBytes => Memory.Sum(part => part.Amount);

    /// <summary>Bytes of the run or of what is made before it, whichever needs more.</summary>
    public double PeakBytes => Math.Max(MemoryBytes, Targets?.MemoryBytes ?? 0);

    /// <summary>Operations per sample in all.</summary>
    public double FlopsPerSample => Flops.Sum(part => part.Amount);

    /// <summary>Operations of the whole run.</summary>
    public double TotalFlops => FlopsPerSample * Work.Samples;

    /// <summary>Expected seconds per sample; null without a device.</summary>
    public double? SecondsPerSample =>
        Device is null ? null : Device.Seconds(FlopsPerSample, 0, LayersPerSample / Work.BatchSize) + Device.Seconds(0, TrafficBytesPerSample, 0);

    /// <summary>Expected hours; null without a device.</summary>
    public double? Hours => SecondsPerSample * Work.Samples / 3600;

    /// <summary>Whether the memory is enough; null where no memory is named.</summary>
    public bool? Fits => Device?.MemoryBytes is double memory ? PeakBytes <= memory : null;

    /// <summary>Plans a distillation.</summary>
    /// <param name="work">The work.</param>
    /// <param name="memory">What the trainer holds on the device; the framework's share comes on top.</param>
    /// <param name="device">Where it runs; null gives no times.</param>
    public static DistillationPlan Of(DistillationWork work, IReadOnlyList<PlanPart> memory, DeviceNumbers? device = null) => new()
    {
        Work = work,
        Memory = WithFramework(memory),
        Flops = [.. FlopsOf(work).Where(part => part.Amount > 0)],
        TrafficBytesPerSample = Traffic(work),
        LayersPerSample = Layers(work),
        Device = device,
    };

    /// <summary>What the trainer holds, and the framework's share.</summary>
    /// <param name="memory">What the trainer holds on the device.</param>
    public static IReadOnlyList<PlanPart> WithFramework(IReadOnlyList<PlanPart> memory) =>
        [.. memory, new PlanPart("framework", RunningPlan.FrameworkBytes, "context, kernels, allocator")];

    /// <summary>Operations of a sample in its teachers, on average.</summary>
    /// <param name="teachers">The teachers.</param>
    /// <param name="lengths">How long samples are.</param>
    public static double TeacherFlops(IEnumerable<TeacherWork> teachers, SampleLengths lengths) => teachers.Sum(teacher =>
        teacher.SampleShare * (Vision(teacher.Shape, lengths) + Decoder(teacher.Shape, lengths, teacher.LayersRun, teacher.MapLayers)));

    private static IEnumerable<PlanPart> FlopsOf(DistillationWork work)
    {
        ModelShape student = work.Student;
        SampleLengths lengths = work.Lengths;
        yield return new PlanPart("teachers", TeacherFlops(work.Teachers, lengths), "tower, projector, and the layers that are run");
        yield return new PlanPart(
            "student forward",
            Vision(student, lengths) + Decoder(student, lengths, student.Layers, work.MapLayers) + FlopCount.Head(student, lengths.MeanAnswerTokens),
            "tower, projector, decoder, head over the answer");
        foreach (TaskWork task in BackwardPasses(work))
        {
            yield return new PlanPart($"{task.Name} backward", task.SampleShare * Backward(work, task), "once more for the inputs, once more for what is trained");
        }
    }

    /// <summary>With one pass for all, that of the deepest task.</summary>
    private static IEnumerable<TaskWork> BackwardPasses(DistillationWork work) => work.HasTaskGradients || work.Tasks.Count < 2
        ? work.Tasks
        :
        [
            new TaskWork
            {
                Name = "joint",
                Depth = work.Tasks.Max(task => task.Depth),
                MapLayers = work.MapLayers,
                UsesHead = work.Tasks.Any(task => task.UsesHead),
                SampleShare = work.Tasks.Max(task => task.SampleShare),
            },
        ];

    private static double Vision(ModelShape shape, SampleLengths lengths) =>
        FlopCount.Tower(shape.Vision, lengths.MeanPictures) + FlopCount.Projector(shape, lengths.MeanPictures);

    private static double Decoder(ModelShape shape, SampleLengths lengths, int layers, int mapLayers) =>
        (layers * FlopCount.LayerMatrices(shape, lengths.MeanTokens)) + Attention(shape, lengths, layers, mapLayers);

    /// <summary>A map that is formed explicitly has every product; a fused kernel leaves out those behind the mask.</summary>
    private static double Attention(ModelShape shape, SampleLengths lengths, int layers, int mapLayers)
    {
        double whole = FlopCount.LayerAttention(shape, 1, lengths.MeanSquaredTokens);
        int explicitMaps = Math.Min(layers, mapLayers);
        return whole * (explicitMaps + ((layers - explicitMaps) / 2.0));
    }

    private static double Backward(DistillationWork work, TaskWork task)
    {
        ModelShape student = work.Student;
        WeightParts all = WeightParts.Of(student);
        double forward = task.Depth * FlopCount.LayerMatrices(student, work.Lengths.MeanTokens);
        double attention = Attention(student, work.Lengths, task.Depth, Math.Min(task.Depth, work.MapLayers));
        double head = task.UsesHead ? FlopCount.Head(student, work.Lengths.MeanAnswerTokens) : 0;
        double headShare = all.Head > 0 ? work.Trained.Head / all.Head : work.Trained.Embedding / all.Embedding;
        double vision = 0;
        if (work.Trained.Vision + work.Trained.Projector > 0)
        {
            vision = (2 * FlopCount.Projector(student, work.Lengths.MeanPictures)) + (work.Trained.Vision > 0 ? 2 * FlopCount.Tower(student.Vision, work.Lengths.MeanPictures) : 0);
        }

        return (forward * (1 + Math.Min(1, work.Trained.Layers / all.Layers))) + (2 * attention) + (head * (1 + headShare)) + vision;
    }

    /// <summary>Trained parameters that a task's gradient reaches: everything in front of its deepest layer.</summary>
    private static double Reached(DistillationWork work, TaskWork task) =>
        work.Trained.Vision + work.Trained.Projector + work.Trained.Embedding
        + (work.Trained.Layers * task.Depth / work.Student.Layers)
        + (task.UsesHead ? work.Trained.Head : 0);

    private static double GradientBytes(DistillationWork work) =>
        (work.HasTaskGradients ? work.Tasks.Sum(task => Reached(work, task)) : work.Trained.Total) * work.Student.BytesPerValue;

    /// <summary>Task gradients are written once and read twice, the update read and written; the optimizer reads and writes weights, moments and gradient.</summary>
    private static double Traffic(DistillationWork work)
    {
        double trained = work.Trained.Total;
        double step = trained * ((3 * Wide) + (4 * work.MomentBytes) + (work.HasMasters ? work.Student.BytesPerValue : 0) + (work.HasAverage ? 3 * Wide : 0));
        return (3 * GradientBytes(work)) + (2 * Wide * trained) + (step / work.SamplesPerStep);
    }

    /// <summary>A layer's backward pass starts about twice as many kernels as its forward pass.</summary>
    private static double Layers(DistillationWork work)
    {
        double teachers = work.Teachers.Sum(teacher => teacher.SampleShare * (teacher.LayersRun + teacher.Shape.Vision.Layers));
        double backward = BackwardPasses(work).Sum(task => task.SampleShare * 2 * (task.Depth + (work.Trained.Vision > 0 ? work.Student.Vision.Layers : 0)));
        return teachers + work.Student.Layers + work.Student.Vision.Layers + backward;
    }
}
