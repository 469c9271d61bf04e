namespace DriveKD.Analysis.Proposal;

/// <summary>What a pre-study found of one decoder layer for one capability: what the rules of a proposal look at.</summary>
public sealed record LayerEvidence
{
    /// <summary>The teacher's layer, from 1.</summary>
    public required int Layer { get; init; }

    /// <summary>Dispersion of the text-to-vision map across the capability's samples, 0 to 1; null where no sample has pictures.</summary>
    public required double? TextToVisionDispersion { get; init; }

    /// <summary>Dispersion of the full map, 0 to 1.</summary>
    public required double FullDispersion { get; init; }

    /// <summary>The share of text's attention that goes to pictures, 0 to 1; null where no sample has pictures.</summary>
    public required double? Mass { get; init; }

    /// <summary>
    /// How much nearer the capability's samples are to each other than to the other capabilities': mean pairwise cosine within less mean cosine
    /// with the others. null where there is no other capability.
    /// </summary>
    public required double? Separation { get; init; }

    /// <summary>The lower end of its 95 % band over samples; null where there are too few samples for one.</summary>
    public double? SeparationLow { get; init; }

    /// <summary>The separation is told from 0.</summary>
    public bool IsSeparated => Separation > 0 && SeparationLow > 0;

    /// <summary>The norm of the signal's gradient on the student over that of supervision's; null where none was taken.</summary>
    public double? Gradient { get; init; }

    /// <summary>The cosine of the two; null where none was taken.</summary>
    public double? Cosine { get; init; }
}
