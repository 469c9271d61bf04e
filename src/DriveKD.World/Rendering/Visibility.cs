namespace DriveKD.World.Rendering;

/// <summary>How much of an actor a picture shows.</summary>
/// <param name="ActorId">Whose.</param>
/// <param name="OwnPixels">Pixels inside the picture that it would have if nothing stood before it; a fraction, for pixels hold several samples.</param>
/// <param name="VisiblePixels">Those of them that show it.</param>
/// <param name="Left">The first column that shows some of it.</param>
/// <param name="Top">The first such row.</param>
/// <param name="Right">The column after the last; <paramref name="Left"/> where nothing is seen.</param>
/// <param name="Bottom">The row after the last.</param>
/// <param name="CentreX">The mean column of what is seen, where the first pixel's middle is 0.5.</param>
/// <param name="CentreY">The mean row.</param>
/// <param name="Depth">Metres from the camera to its footprint's centre, along the camera's axis.</param>
public sealed record Visibility(
    int ActorId, double OwnPixels, double VisiblePixels, int Left, int Top, int Right, int Bottom, double CentreX, double CentreY, double Depth)
{
    /// <summary>The visible share of its own pixels, 0 to 1; 0 outside of the picture. What the picture's edge cuts off does not count.</summary>
    public double Share => OwnPixels == 0 ? 0 : VisiblePixels / OwnPixels;

    /// <summary>Whether the edge of the picture may cut some of it off.</summary>
    /// <param name="width">Of the picture.</param>
    /// <param name="height">Of the picture.</param>
    public bool TouchesEdge(int width, int height) => VisiblePixels > 0 && (Left == 0 || Top == 0 || Right == width || Bottom == height);
}
