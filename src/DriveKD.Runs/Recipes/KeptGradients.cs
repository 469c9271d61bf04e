namespace DriveKD.Runs.Recipes;

/// <summary>In which numbers a task's gradient waits for those of the other tasks.</summary>
public enum KeptGradients
{
    /// <summary>As it was computed.</summary>
    Computed,

    /// <summary>Rounded: half the memory of a float32 model's; each number is off by at most 0.4 % of itself.</summary>
    Bfloat16,
}
