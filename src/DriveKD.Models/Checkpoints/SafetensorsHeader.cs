namespace DriveKD.Models.Checkpoints;

/// <summary>A checked header.</summary>
/// <param name="Entries">The tensors in the order of their data.</param>
/// <param name="Metadata">The texts under __metadata__.</param>
internal sealed record SafetensorsHeader(IReadOnlyList<TensorEntry> Entries, IReadOnlyDictionary<string, string> Metadata);
