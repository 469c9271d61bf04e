using DriveKD.Data.Imaging;

namespace DriveKD.Models.Verification.Qwen25VL;

/// <summary>Turns patches of bytes to normalised values and back, colour by colour: a row of a patch has one colour after the other.</summary>
internal sealed class PatchBytes
{
    private const int Levels = 256;
    private const int Colours = 3;

    // Colour by colour, the value of every level.
    private readonly float[] _values = new float[Colours * Levels];

    public PatchBytes(PixelNormalization normalization)
    {
        byte[] levels = [.. Enumerable.Range(0, Colours * Levels).Select(i => (byte)(i / Colours))];
        normalization.Write(new RgbImage(Levels, 1, levels), _values);
    }

    /// <summary>Bytes to values.</summary>
    /// <param name="bytes">Rows of patches.</param>
    /// <param name="width">Values of a row.</param>
    public float[] ToValues(byte[] bytes, int width) => [.. bytes.Select((level, i) => _values[(ColourOf(i, width) * Levels) + level])];

    /// <summary>Values to the nearest bytes.</summary>
    /// <param name="values">Rows of patches.</param>
    /// <param name="width">Values of a row.</param>
    public byte[] ToBytes(float[] values, int width) => [.. values.Select((value, i) =>
    {
        int colour = ColourOf(i, width) * Levels;
        double step = ((double)_values[colour + Levels - 1] - _values[colour]) / (Levels - 1);
        return (byte)Math.Clamp(Math.Round((value - (double)_values[colour]) / step), 0, Levels - 1);
    })];

    private static int ColourOf(int index, int width) => index % width / (width / Colours);
}
