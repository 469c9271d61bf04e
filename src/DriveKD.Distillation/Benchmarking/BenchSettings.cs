using DriveKD.Data.Imaging;

namespace DriveKD.Distillation.Benchmarking;

/// <summary>What <see cref="DistillBench"/> measures.</summary>
public sealed record BenchSettings
{
    /// <summary>The samples, and the models where no folders are given.</summary>
    public required BenchShape Shape { get; init; }

    /// <summary>The student's model folder; null draws random weights of the shape.</summary>
    public string? StudentFolder { get; init; }

    /// <summary>The teacher's model folder; null draws random weights of the shape.</summary>
    public string? TeacherFolder { get; init; }

    /// <summary>Areas of pictures in place of the folders' own.</summary>
    public PixelLimits Limits { get; init; } = PixelLimits.Own;

    /// <summary>Samples of every measurement, one optimizer step together.</summary>
    public int Samples { get; init; } = 1;

    /// <summary>How often warm measurements are repeated; their median counts.</summary>
    public int Rounds { get; init; } = 1;

    /// <summary>Optimizer steps between exact projections of the lazy measurement.</summary>
    public int Refresh { get; init; } = 8;

    /// <summary>Weights and samples are drawn from it.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>auto, cpu, cuda or cuda:N.</summary>
    public string Device { get; init; } = Models.Tensors.Devices.Automatic;

    /// <summary>float32, bfloat16 or auto.</summary>
    public string Precision { get; init; } = Models.Tensors.Precisions.Automatic;

    /// <summary>The published schedule is run too: without it there are no ratios and no agreement.</summary>
    public bool RunsPublished { get; init; } = true;

    /// <summary>How a step's time grows with pictures and samples is measured too.</summary>
    public bool MeasuresGrowth { get; init; }
}
