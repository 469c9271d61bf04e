using DriveKD.Data.Imaging;

namespace DriveKD.Models.Generation.Attention;

/// <summary>The attention that one picture's tokens receive.</summary>
/// <param name="Picture">The picture.</param>
/// <param name="Layout">Its tiles.</param>
/// <param name="Weights">[tiles and thumbnail, token rows from top to bottom, token columns from left to right].</param>
public sealed record PictureAttention(QuestionPicture Picture, PictureLayout Layout, float[] Weights)
{
    /// <summary>The share of all attention that goes to this picture, 0 to 1.</summary>
    public double Sum => Weights.Sum(weight => (double)weight);
}
