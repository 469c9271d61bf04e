namespace DriveKD.Models.Generation;

/// <summary>One prompt: token ids, and pixels for its image slots.</summary>
/// <param name="TokenIds">The ids; image slots hold the image token's id.</param>
/// <param name="Tiles">How many tiles of the batch's pixels belong to this prompt.</param>
/// <param name="Draws">Distinguishes the prompt's draws from others', where tokens are drawn; null: by its place in the batch.</param>
public sealed record Prompt(IReadOnlyList<int> TokenIds, int Tiles, int? Draws = null);
