namespace DriveKD.Analysis.Measures;

/// <summary>How much of the attention to pictures goes to the objects that the question names.</summary>
public static class ObjectAttention
{
    /// <summary>Object mass / text-to-vision mass; NaN where no attention goes to pictures.</summary>
    /// <param name="reading">A layer's map.</param>
    public static double Share(MapReading reading) => reading.Mass > 0 ? reading.ObjectMass / reading.Mass : double.NaN;

    /// <summary>The share over the objects' share of the vision tokens: above 1, the objects are looked at more than their size alone would have it.</summary>
    /// <param name="reading">A layer's map.</param>
    /// <param name="objectTokens">Vision tokens that the objects cover, at least 1.</param>
    /// <param name="visionTokens">All vision tokens.</param>
    public static double Lift(MapReading reading, int objectTokens, int visionTokens)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(objectTokens, 1);
        return Share(reading) * visionTokens / objectTokens;
    }
}
