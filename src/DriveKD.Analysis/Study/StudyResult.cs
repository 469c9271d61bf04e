using DriveKD.Data.Samples;

namespace DriveKD.Analysis.Study;

/// <summary>What came of a study.</summary>
public sealed record StudyResult
{
    /// <summary>Every curve that has a point: by model, data, study, reference and capability (all samples first).</summary>
    public required IReadOnlyList<Curve> Curves { get; init; }

    /// <summary>The share of repetitions whose band holds the true value.</summary>
    public required double Confidence { get; init; }

    /// <summary>What could not be computed, and why, in sentences.</summary>
    public required IReadOnlyList<string> Notices { get; init; }

    /// <summary>A curve; null where it could not be computed.</summary>
    /// <param name="model">The model.</param>
    /// <param name="study">The study.</param>
    /// <param name="capability">A capability; null for all samples.</param>
    /// <param name="data">The data.</param>
    /// <param name="reference">The model that distances are taken to.</param>
    public Curve? Find(
        string model, StudyKind study, Capability? capability = null, string data = SampleProfile.Driving, string? reference = null) =>
        Curves.FirstOrDefault(curve => curve.Model == model && curve.Study == study && curve.Capability == capability && curve.Data == data
            && curve.Reference == reference);
}
