namespace DriveKD.Evaluation.Deployment;

/// <summary>What making teachers' targets ahead of a distillation needs: one teacher after the other, no student.</summary>
public sealed record TargetsPlan
{
    /// <summary>Names of the teachers that are run, in order.</summary>
    public required IReadOnlyList<string> Teachers { get; init; }

    /// <summary>Those of them that are read layer by layer.</summary>
    public required IReadOnlyList<string> Streamed { get; init; }

    /// <summary>Bytes of the teacher that needs most, the framework's share included.</summary>
    public required IReadOnlyList<PlanPart> Memory { get; init; }

    /// <summary>Operations for all samples, each once.</summary>
    public required double Flops { get; init; }

    /// <summary>Bytes in all.</summary>
    public double MemoryBytes => Memory.Sum(part => part.Amount);
}
