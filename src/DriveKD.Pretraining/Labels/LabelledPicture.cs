using DriveKD.Data.Imaging;

namespace DriveKD.Pretraining.Labels;

/// <summary>A picture and what is true of it.</summary>
/// <param name="Picture">The picture at the size that the tower takes.</param>
/// <param name="TokenLabels">
/// By image token, row by row, and within it by head: tokens x heads class indices, or -1 in all heads of a token of which nothing is said.
/// </param>
/// <param name="PictureLabels">One class index per head of whole pictures.</param>
public sealed record LabelledPicture(RgbImage Picture, IReadOnlyList<int> TokenLabels, IReadOnlyList<int> PictureLabels);
