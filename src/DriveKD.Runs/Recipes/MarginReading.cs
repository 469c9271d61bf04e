namespace DriveKD.Runs.Recipes;

/// <summary>Whose probability a generalised margin sets above the others'.</summary>
public enum MarginReading
{
    /// <summary>The right token's, above the best of all others: between -1 and 1.</summary>
    Answer,

    /// <summary>The most probable token's, above the second: between 0 and 1.</summary>
    Top,
}
