namespace DriveKD.Runs.Recipes;

/// <summary>What the task gradients that are combined belong to.</summary>
public enum CombinationSpan
{
    /// <summary>One sample; the combined gradients of a window are then averaged.</summary>
    Sample,

    /// <summary>The whole accumulation window; each task's gradients are averaged first.</summary>
    Window,
}
