namespace DriveKD.World.Rendering;

/// <summary>How a <see cref="SceneRenderer"/> turns what it sees into bytes.</summary>
public sealed record RenderSettings
{
    /// <summary>Samples per pixel along each axis, 1 to 4: edges are as soft as these are many.</summary>
    public int SamplesPerAxis { get; init; } = 2;

    /// <summary>Standard deviation of the sensor's noise, in steps of 1/255.</summary>
    public double NoiseDeviation { get; init; } = 5;

    /// <summary>The least factor of a picture's brightness.</summary>
    public double LeastBrightness { get; init; } = 0.8;

    /// <summary>The greatest factor of a picture's brightness.</summary>
    public double GreatestBrightness { get; init; } = 1.15;
}
