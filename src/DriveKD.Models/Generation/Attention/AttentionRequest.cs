namespace DriveKD.Models.Generation.Attention;

/// <summary>Which text-to-vision attention is read beside an answer.</summary>
/// <param name="Layer">The decoder layer.</param>
/// <param name="Rows">Whose attention is averaged.</param>
public sealed record AttentionRequest(AttentionLayer Layer, AttentionRows Rows = AttentionRows.Question);
