namespace DriveKD.Analysis.Proposal;

/// <summary>What the rules say of one layer. A rule whose measure was not taken holds.</summary>
/// <param name="Evidence">What they looked at.</param>
/// <param name="IsStable">The map that a signal would follow differs little between samples.</param>
/// <param name="IsRich">Text gives a good part of its attention to pictures.</param>
/// <param name="IsSufficient">The signal's gradient is neither next to nothing nor against supervision's.</param>
/// <param name="IsChosen">The layer is proposed.</param>
public sealed record LayerVerdict(LayerEvidence Evidence, bool IsStable, bool IsRich, bool IsSufficient, bool IsChosen)
{
    /// <summary>Every rule but the choice among layers holds.</summary>
    public bool Passes => IsStable && IsRich && IsSufficient;
}
