using DriveKD.Data.Imaging;

namespace DriveKD.Models.Generation;

/// <summary>One prompt: token ids, and how the pictures for its image slots stand in it.</summary>
/// <param name="TokenIds">The ids; image slots hold the image token's id.</param>
/// <param name="Pictures">The prompt's pictures, in order; none where an image token's id is just a token.</param>
/// <param name="Draws">Distinguishes the prompt's draws from others', where tokens are drawn; null: by its place in the batch.</param>
public sealed record Prompt(IReadOnlyList<int> TokenIds, IReadOnlyList<PictureLayout> Pictures, int? Draws = null);
