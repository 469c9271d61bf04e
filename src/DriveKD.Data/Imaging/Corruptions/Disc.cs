namespace DriveKD.Data.Imaging.Corruptions;

/// <summary>A filled disc: every pixel whose distance to the centre is the radius at most.</summary>
/// <param name="X">Column of the centre.</param>
/// <param name="Y">Row of the centre.</param>
/// <param name="Radius">In pixels.</param>
internal readonly record struct Disc(int X, int Y, int Radius)
{
    /// <summary>How far the disc reaches to either side in a row.</summary>
    /// <param name="distance">Of the row to the centre's, the radius at most.</param>
    public int HalfWidth(int distance)
    {
        long square = ((long)Radius * Radius) - ((long)distance * distance);
        int half = (int)Math.Sqrt(square);
        return (long)half * half > square ? half - 1 : (long)(half + 1) * (half + 1) <= square ? half + 1 : half;
    }
}
