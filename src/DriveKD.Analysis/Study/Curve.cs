using DriveKD.Data.Samples;

namespace DriveKD.Analysis.Study;

/// <summary>One study of one model over one group of samples.</summary>
public sealed record Curve
{
    /// <summary>The model.</summary>
    public required string Model { get; init; }

    /// <summary>What the curve shows.</summary>
    public required StudyKind Study { get; init; }

    /// <summary>The data: <see cref="SampleProfile.Driving"/> or another name.</summary>
    public required string Data { get; init; }

    /// <summary>The capability of the samples; null for all samples of the data.</summary>
    public required Capability? Capability { get; init; }

    /// <summary>The model that distances are taken to; null for every other study.</summary>
    public string? Reference { get; init; }

    /// <summary>At least one point, by rising index; indices without a value are left out.</summary>
    public required IReadOnlyList<CurvePoint> Points { get; init; }
}
