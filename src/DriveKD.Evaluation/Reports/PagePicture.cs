using DriveKD.Data.Imaging;

namespace DriveKD.Evaluation.Reports;

/// <summary>A picture that is part of a page.</summary>
/// <param name="Label">What stands under it.</param>
/// <param name="MediaType">Its media type.</param>
/// <param name="Bytes">The encoded picture.</param>
/// <param name="Width">Its width in pixels.</param>
/// <param name="Height">Its height in pixels.</param>
public sealed record PagePicture(string Label, string MediaType, byte[] Bytes, int Width, int Height)
{
    private const int Quality = 72;

    /// <summary>A picture made small.</summary>
    /// <param name="label">What stands under it.</param>
    /// <param name="image">The picture.</param>
    /// <param name="width">Its greatest width.</param>
    public static PagePicture Small(string label, RgbImage image, int width)
    {
        int shown = Math.Min(width, image.Width);
        int height = Math.Max(1, (int)Math.Round((double)image.Height * shown / image.Width));
        RgbImage small = shown == image.Width ? image : BicubicResizer.Resize(image, shown, height);
        return new PagePicture(label, "image/jpeg", JpegEncoder.Encode(small, Quality), small.Width, small.Height);
    }

    /// <summary>The picture as an address that holds it.</summary>
    internal string Address => $"data:{MediaType};base64,{Convert.ToBase64String(Bytes)}";
}
