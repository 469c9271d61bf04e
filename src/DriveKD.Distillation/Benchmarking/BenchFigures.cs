namespace DriveKD.Distillation.Benchmarking;

/// <summary>What <see cref="DistillBench"/> found.</summary>
public sealed record BenchFigures
{
    /// <summary>The key of the published schedule with the tower and projector trained.</summary>
    public const string Published = "published";

    /// <summary>The key of the published schedule with tower and projector frozen.</summary>
    public const string PublishedFrozen = "published_frozen";

    /// <summary>The key of the first pass over samples.</summary>
    public const string Cold = "cold";

    /// <summary>The key of later passes with the towers' features kept.</summary>
    public const string WarmFeatures = "warm_features";

    /// <summary>The key of later passes with the teachers' targets kept.</summary>
    public const string WarmTargets = "warm_targets";

    /// <summary>The key of later passes that take as little memory as they can: targets kept, activations made again, gradients that wait in bfloat16.</summary>
    public const string SmallMemory = "small_memory";

    /// <summary>The key of later passes with coefficients used again, composed of exact and lazy steps.</summary>
    public const string LazyWarmTargets = "lazy_warm_targets";

    // Two orders above what float32's other orders of summation make of it.
    private const double MostApart = 1e-4;

    // bfloat16 rounds each of some dozen steps on the way by 0.4 %.
    private const double MostApartInBfloat16 = 0.1;

    /// <summary>What was asked for.</summary>
    public required BenchSettings Settings { get; init; }

    /// <summary>float32 or bfloat16.</summary>
    public required string Precision { get; init; }

    /// <summary>The device.</summary>
    public required string Device { get; init; }

    /// <summary>libtorch's threads.</summary>
    public required int Threads { get; init; }

    /// <summary>The student's numbers, and those that the engine trains.</summary>
    public required (long All, long Trained) StudentParameters { get; init; }

    /// <summary>The teacher's numbers.</summary>
    public required long TeacherParameters { get; init; }

    /// <summary>In the order in which they were measured; those that were not reached when a run was interrupted are missing.</summary>
    public required IReadOnlyList<BenchLeg> Legs { get; init; }

    /// <summary>Floating-point operations per second of a matrix product, measured in the same run.</summary>
    public required double GemmRate { get; init; }

    /// <summary>Floating-point operations that a sample needs with warm features; see <see cref="MethodFlops"/>.</summary>
    public required MethodFlops Flops { get; init; }

    /// <summary>
    /// How far the combined gradient is from that of the published schedule with a frozen tower: the largest, over parameters, of the norm of the
    /// difference over the norm, of those whose norm is at least a thousandth of the whole gradient's. null where one of them was not run.
    /// </summary>
    public required double? Agreement { get; init; }

    /// <summary>The same over all parameters as one vector.</summary>
    public required double? WholeAgreement { get; init; }

    /// <summary>The gradients of both are the same but for rounding; true where they were not compared.</summary>
    public bool GradientsAgree => WholeAgreement is not double apart || apart <= (Precision == "float32" ? MostApart : MostApartInBfloat16);

    /// <summary>How a step's time grows with its tokens; empty where it was not asked for.</summary>
    public IReadOnlyList<BenchGrowth> Growth { get; init; } = [];

    /// <summary>A measurement by its key; null where it was not made.</summary>
    /// <param name="name">The key.</param>
    public BenchLeg? this[string name] => Legs.FirstOrDefault(leg => leg.Name == name);

    /// <summary>How many times as fast as another a measurement is; null where one of them is missing.</summary>
    /// <param name="leg">The one.</param>
    /// <param name="against">The other.</param>
    public double? Ratio(string leg, string against) => this[leg] is BenchLeg one && this[against] is BenchLeg other ? other.Seconds / one.Seconds : null;

    /// <summary>The published schedule's peak memory over that of <see cref="SmallMemory"/>.</summary>
    public double? MemoryRatio => MemoryRatioOf(SmallMemory);

    /// <summary>The published schedule's peak memory over a measurement's; null where one of them is missing.</summary>
    /// <param name="leg">The measurement's key.</param>
    public double? MemoryRatioOf(string leg) => this[Published] is BenchLeg published && this[leg] is BenchLeg engine ? (double)published.PeakBytes / engine.PeakBytes : null;

    /// <summary>Operations that a sample needs over those that the machine could multiply in its time, with warm features.</summary>
    public double? GemmShare => this[WarmFeatures] is BenchLeg engine ? Flops.WarmFeatures / engine.Seconds / GemmRate : null;

    /// <summary>Inner products, norms and combination over the whole step, with warm features.</summary>
    public double? ProjectionShare => this[WarmFeatures] is BenchLeg engine
        ? engine.Phases.GetValueOrDefault(Training.StepPhase.Projection) / engine.Phases.Values.Sum()
        : null;
}
