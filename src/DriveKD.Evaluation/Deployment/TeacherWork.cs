namespace DriveKD.Evaluation.Deployment;

/// <summary>What one frozen teacher does for the samples that use it.</summary>
public sealed record TeacherWork
{
    /// <summary>The teacher.</summary>
    public required ModelShape Shape { get; init; }

    /// <summary>The share of samples that run it.</summary>
    public required double SampleShare { get; init; }

    /// <summary>How many decoder layers run until everything is read.</summary>
    public required int LayersRun { get; init; }

    /// <summary>How many layers' attention maps are read.</summary>
    public required int MapLayers { get; init; }
}
