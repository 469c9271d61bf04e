namespace DriveKD.Data.Imaging.Corruptions;

/// <summary>Black pictures: what a dead camera delivers, and what stands for no picture at all.</summary>
internal static class BlackPicture
{
    /// <summary>The side of the square that DriveBench shows in place of a picture.</summary>
    public const int NoImageSide = 224;

    /// <summary>A black picture of another one's size.</summary>
    public static RgbImage Like(RgbImage image) => new(image.Width, image.Height, new byte[image.Pixels.Length]);

    /// <summary>224 x 224 black pixels.</summary>
    public static RgbImage NoImage() => new(NoImageSide, NoImageSide, new byte[3 * NoImageSide * NoImageSide]);
}
