namespace DriveKD.Data.Imaging.Corruptions;

/// <summary>
/// A cloud by diamond-square with wrap-around, as <c>plasma_fractal</c> of the package imagecorruptions: noise starts at 100 squared and is
/// divided by the decay from one step to the next; the finished map is stretched to 0..1. The map is held in single precision.
/// </summary>
internal static class PlasmaFractal
{
    private const double FirstWibble = 100;

    /// <summary>Makes a map.</summary>
    /// <param name="side">A power of two, at least 2.</param>
    /// <param name="decay">Above 0.</param>
    /// <param name="draw">Numbers in [-1, 1): per step those of the squares' centres, then those of the two grids of diamonds.</param>
    /// <returns>side * side numbers, row by row.</returns>
    public static float[] Create(int side, double decay, Func<double> draw)
    {
        float[] map = new float[checked(side * side)];
        double wibble = FirstWibble;
        for (int step = side; step >= 2; step /= 2)
        {
            FillSquares(map, side, step, wibble, draw);
            FillDiamonds(map, side, step, wibble, draw);
            wibble /= decay;
        }

        Stretch(map);
        return map;
    }

    private static float Wibbled(float sum, double wibble, double draw) => (float)((sum / 4) + (wibble * (wibble * draw)));

    private static void FillSquares(float[] map, int side, int step, double wibble, Func<double> draw)
    {
        int half = step / 2;
        int wrap = side - 1;
        for (int y = 0; y < side; y += step)
        {
            int row = y * side;
            int below = ((y + step) & wrap) * side;
            int middle = (y + half) * side;
            for (int x = 0; x < side; x += step)
            {
                int right = (x + step) & wrap;
                float sum = (map[row + x] + map[below + x]) + (map[row + right] + map[below + right]);
                map[middle + x + half] = Wibbled(sum, wibble, draw());
            }
        }
    }

    private static void FillDiamonds(float[] map, int side, int step, double wibble, Func<double> draw)
    {
        int half = step / 2;
        int wrap = side - 1;
        for (int y = 0; y < side; y += step)
        {
            int row = y * side;
            int above = ((y - half) & wrap) * side;
            int below = (y + half) * side;
            for (int x = half; x < side; x += step)
            {
                float sum = (map[below + x] + map[above + x]) + (map[row + x - half] + map[row + ((x + half) & wrap)]);
                map[row + x] = Wibbled(sum, wibble, draw());
            }
        }

        for (int y = half; y < side; y += step)
        {
            int row = y * side;
            int above = (y - half) * side;
            int below = ((y + half) & wrap) * side;
            for (int x = 0; x < side; x += step)
            {
                float sum = (map[row + x + half] + map[row + ((x - half) & wrap)]) + (map[above + x] + map[below + x]);
                map[row + x] = Wibbled(sum, wibble, draw());
            }
        }
    }

    private static void Stretch(float[] map)
    {
        float smallest = float.PositiveInfinity;
        float largest = float.NegativeInfinity;
        foreach (float value in map)
        {
            smallest = Math.Min(smallest, value);
            largest = Math.Max(largest, value);
        }

        float range = largest - smallest;
        for (int i = 0; i < map.Length; i++)
        {
            map[i] = range == 0 ? 0 : (map[i] - smallest) / range;
        }
    }
}
