using System.Globalization;
using DriveKD.Data.Errors;

namespace DriveKD.Data.Imaging;

/// <summary>Qwen2-VL's choice of a picture's size (<c>smart_resize</c> of transformers 4.57): multiples of a factor within a range of areas.</summary>
public static class SmartResize
{
    /// <summary>The largest ratio of the longer to the shorter side.</summary>
    public const int LargestAspectRatio = 200;

    /// <summary>Chooses the size.</summary>
    /// <param name="width">Pixels per row, at least 1.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="factor">What both sides are multiples of: patch size times merge size.</param>
    /// <param name="minPixels">The smallest area.</param>
    /// <param name="maxPixels">The largest area; the floor of one factor per side goes before it.</param>
    /// <param name="name">The picture's name, for the message.</param>
    /// <exception cref="InputException">The picture is more than 200 times as long as wide.</exception>
    public static (int Width, int Height) Choose(int width, int height, int factor, long minPixels, long maxPixels, string name = "picture")
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(factor, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(minPixels, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxPixels, minPixels);
        double aspect = (double)Math.Max(width, height) / Math.Min(width, height);
        if (aspect > LargestAspectRatio)
        {
            throw new InputException(
                name,
                string.Create(CultureInfo.InvariantCulture, $"{width} x {height} pixels: one side is {aspect:0.#} times the other; Qwen models take at most {LargestAspectRatio}."));
        }

        // Math.Round goes half to even, as Python's round does.
        double area = (double)width * height;
        double newWidth = Math.Round((double)width / factor) * factor;
        double newHeight = Math.Round((double)height / factor) * factor;
        if (newWidth * newHeight > maxPixels)
        {
            double shrink = Math.Sqrt(area / maxPixels);
            newWidth = Math.Max(factor, Math.Floor(width / shrink / factor) * factor);
            newHeight = Math.Max(factor, Math.Floor(height / shrink / factor) * factor);
        }
        else if (newWidth * newHeight < minPixels)
        {
            double enlarge = Math.Sqrt(minPixels / area);
            newWidth = Math.Ceiling(width * enlarge / factor) * factor;
            newHeight = Math.Ceiling(height * enlarge / factor) * factor;
        }

        return (checked((int)newWidth), checked((int)newHeight));
    }
}
