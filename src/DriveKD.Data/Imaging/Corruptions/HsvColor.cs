namespace DriveKD.Data.Imaging.Corruptions;

/// <summary>
/// A colour as hue, saturation and value, each 0 to 1, by scikit-image's <c>rgb2hsv</c> and <c>hsv2rgb</c>: the hue's sector is told
/// by the largest channel, of equal ones blue before green before red.
/// </summary>
/// <param name="Hue">Of a grey 0.</param>
/// <param name="Saturation">Of a grey 0.</param>
/// <param name="Value">The largest channel.</param>
internal readonly record struct HsvColor(double Hue, double Saturation, double Value)
{
    /// <summary>From channels of 0 to 1.</summary>
    public static HsvColor FromRgb(double red, double green, double blue)
    {
        double largest = Math.Max(red, Math.Max(green, blue));
        double range = largest - Math.Min(red, Math.Min(green, blue));
        if (range == 0)
        {
            return new HsvColor(0, 0, largest);
        }

        double sector = blue == largest ? 4 + ((red - green) / range)
            : green == largest ? 2 + ((blue - red) / range)
            : (green - blue) / range;
        double hue = sector / 6;
        return new HsvColor(hue < 0 ? hue + 1 : hue, range / largest, largest);
    }

    /// <summary>To channels of 0 to 1.</summary>
    public (double Red, double Green, double Blue) ToRgb()
    {
        double scaled = Hue * 6;
        double sector = Math.Floor(scaled);
        double part = scaled - sector;
        double low = Value * (1 - Saturation);
        double falling = Value * (1 - (part * Saturation));
        double rising = Value * (1 - ((1 - part) * Saturation));
        return ((int)sector % 6) switch
        {
            0 => (Value, rising, low),
            1 => (falling, Value, low),
            2 => (low, Value, rising),
            3 => (low, falling, Value),
            4 => (rising, low, Value),
            _ => (Value, low, falling),
        };
    }
}
