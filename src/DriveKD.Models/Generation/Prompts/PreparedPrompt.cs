using DriveKD.Data.Imaging;

namespace DriveKD.Models.Generation.Prompts;

/// <summary>A question as the model takes it: ids, and the places of its pictures among them.</summary>
/// <param name="Ids">The prompt's ids; image slots hold the image token.</param>
/// <param name="Pictures">How each picture stands in it, in order.</param>
internal sealed record PreparedPrompt(IReadOnlyList<int> Ids, IReadOnlyList<PictureLayout> Pictures)
{
    /// <summary>Tiles of all pictures.</summary>
    public int Tiles => Pictures.Sum(picture => picture.Tiles);
}
