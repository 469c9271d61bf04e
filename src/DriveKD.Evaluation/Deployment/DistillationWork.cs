namespace DriveKD.Evaluation.Deployment;

/// <summary>A distillation, as far as it decides memory and arithmetic.</summary>
public sealed record DistillationWork
{
    /// <summary>The student; its bytes per value are those that all models compute in.</summary>
    public required ModelShape Student { get; init; }

    /// <summary>The distinct teachers; none for fine-tuning.</summary>
    public required IReadOnlyList<TeacherWork> Teachers { get; init; }

    /// <summary>The losses.</summary>
    public required IReadOnlyList<TaskWork> Tasks { get; init; }

    /// <summary>Trained parameters by part; adapters count where they sit.</summary>
    public required WeightParts Trained { get; init; }

    /// <summary>Parameters that adapters add; part of <see cref="Trained"/>.</summary>
    public double AdapterParameters { get; init; }

    /// <summary>The student's attention maps that are read in all, each layer once.</summary>
    public required int MapLayers { get; init; }

    /// <summary>Each task has a gradient of its own, for every sample. Otherwise one backward pass gives their sum.</summary>
    public required bool HasTaskGradients { get; init; }

    /// <summary>The optimizer keeps float32 copies of trained weights that are computed with in 16 bits.</summary>
    public required bool HasMasters { get; init; }

    /// <summary>Bytes of each of AdamW's two moments.</summary>
    public double MomentBytes { get; init; } = 4;

    /// <summary>A running average of the trained weights is kept.</summary>
    public bool HasAverage { get; init; }

    /// <summary>Samples in one forward pass.</summary>
    public required int BatchSize { get; init; }

    /// <summary>Samples of one optimizer step.</summary>
    public required int SamplesPerStep { get; init; }

    /// <summary>Optimizer steps.</summary>
    public required long Steps { get; init; }

    /// <summary>Samples that are seen in all, repetitions counted.</summary>
    public required double Samples { get; init; }

    /// <summary>How long samples are.</summary>
    public required SampleLengths Lengths { get; init; }
}
