namespace DriveKD.Data.Imaging.Corruptions;

/// <summary>A filled ellipse.</summary>
/// <param name="X">Column of the centre; it may lie outside the picture.</param>
/// <param name="Y">Row of the centre.</param>
/// <param name="FirstAxis">Half its length along the angle, in pixels.</param>
/// <param name="SecondAxis">Half its length across it.</param>
/// <param name="AngleDegrees">From the right, clockwise.</param>
internal readonly record struct Ellipse(int X, int Y, int FirstAxis, int SecondAxis, int AngleDegrees)
{
    // A filled ellipse of OpenCV's includes the pixels that its outline touches.
    private const double Outline = 0.5;

    /// <summary>Which pixels it covers.</summary>
    /// <param name="width">Of the picture.</param>
    /// <param name="height">Of the picture.</param>
    /// <returns>width * height values, row by row.</returns>
    public bool[] Cover(int width, int height)
    {
        bool[] mask = new bool[width * height];
        double angle = AngleDegrees * (Math.PI / 180);
        (double sine, double cosine) = Math.SinCos(angle);
        double first = FirstAxis + Outline;
        double second = SecondAxis + Outline;
        int reach = Math.Max(FirstAxis, SecondAxis) + 1;
        for (int y = Math.Max(Y - reach, 0); y <= Math.Min(Y + reach, height - 1); y++)
        {
            for (int x = Math.Max(X - reach, 0); x <= Math.Min(X + reach, width - 1); x++)
            {
                double right = x - X;
                double down = y - Y;
                double along = ((right * cosine) + (down * sine)) / first;
                double across = ((down * cosine) - (right * sine)) / second;
                mask[(y * width) + x] = (along * along) + (across * across) <= 1;
            }
        }

        return mask;
    }
}
