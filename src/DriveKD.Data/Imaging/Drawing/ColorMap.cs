namespace DriveKD.Data.Imaging.Drawing;

/// <summary>
/// Colours for values from 0 to 1: dark violet over red and orange to pale yellow. Computed in the Oklab space with lightness rising
/// evenly, so that brighter always means more, in grey print and to colour-blind eyes too.
/// </summary>
internal sealed class ColorMap
{
    private const int Steps = 256;
    private const double LowestLightness = 0.18;
    private const double HighestLightness = 0.96;
    private const double FirstHueDegrees = 292;
    private const double LastHueDegrees = 466;
    private const double LargestChroma = 0.21;

    private readonly (byte R, byte G, byte B)[] _colors = new (byte, byte, byte)[Steps];

    private ColorMap()
    {
        for (int i = 0; i < Steps; i++)
        {
            double t = i / (Steps - 1.0);
            double lightness = double.Lerp(LowestLightness, HighestLightness, t);
            double hue = double.DegreesToRadians(double.Lerp(FirstHueDegrees, LastHueDegrees, t));
            _colors[i] = ToSrgb(lightness, hue, LargestChroma);
        }
    }

    /// <summary>The one map in use.</summary>
    public static ColorMap Heat { get; } = new();

    /// <summary>The colour of a value; values outside 0 to 1 count as the nearer end.</summary>
    public (byte R, byte G, byte B) At(float value) => _colors[(int)((Math.Clamp(value, 0f, 1f) * (Steps - 1)) + 0.5f)];

    // The most colourful sRGB colour of this lightness and hue, up to a chroma.
    private static (byte R, byte G, byte B) ToSrgb(double lightness, double hue, double chroma)
    {
        double inside = 0;
        double outside = chroma;
        if (IsInGamut(ToLinear(lightness, hue, chroma)))
        {
            inside = chroma;
        }

        for (int i = 0; i < 30 && inside < chroma; i++)
        {
            double middle = (inside + outside) / 2;
            (inside, outside) = IsInGamut(ToLinear(lightness, hue, middle)) ? (middle, outside) : (inside, middle);
        }

        (double r, double g, double b) = ToLinear(lightness, hue, inside);
        return (Encode(r), Encode(g), Encode(b));
    }

    // Oklab to linear sRGB, by its author's published matrices (B. Ottosson, 2020).
    private static (double R, double G, double B) ToLinear(double lightness, double hue, double chroma)
    {
        double a = chroma * Math.Cos(hue);
        double b = chroma * Math.Sin(hue);
        double l = Math.Pow(lightness + (0.3963377774 * a) + (0.2158037573 * b), 3);
        double m = Math.Pow(lightness - (0.1055613458 * a) - (0.0638541728 * b), 3);
        double s = Math.Pow(lightness - (0.0894841775 * a) - (1.2914855480 * b), 3);
        return (
            (4.0767416621 * l) - (3.3077115913 * m) + (0.2309699292 * s),
            (-1.2684380046 * l) + (2.6097574011 * m) - (0.3413193965 * s),
            (-0.0041960863 * l) - (0.7034186147 * m) + (1.7076147010 * s));
    }

    private static bool IsInGamut((double R, double G, double B) color) =>
        color is { R: >= 0 and <= 1, G: >= 0 and <= 1, B: >= 0 and <= 1 };

    private static byte Encode(double linear)
    {
        double value = Math.Clamp(linear, 0, 1);
        double encoded = value <= 0.0031308 ? 12.92 * value : (1.055 * Math.Pow(value, 1 / 2.4)) - 0.055;
        return (byte)Math.Round(encoded * byte.MaxValue);
    }
}
