namespace DriveKD.Evaluation.Deployment;

/// <summary>One loss of the student.</summary>
public sealed record TaskWork
{
    /// <summary>Supervision, or the capability.</summary>
    public required string Name { get; init; }

    /// <summary>How many decoder layers its gradient goes through.</summary>
    public required int Depth { get; init; }

    /// <summary>How many of the student's attention maps it compares.</summary>
    public required int MapLayers { get; init; }

    /// <summary>It reads the student's logits, so its gradient goes through the head.</summary>
    public bool UsesHead { get; init; }

    /// <summary>The share of samples that have it.</summary>
    public double SampleShare { get; init; } = 1;
}
