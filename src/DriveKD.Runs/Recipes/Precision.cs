namespace DriveKD.Runs.Recipes;

/// <summary>The number format that models compute in.</summary>
public enum Precision
{
    /// <summary>32-bit floating point.</summary>
    Float32,

    /// <summary>16-bit brain floating point.</summary>
    Bfloat16,
}
