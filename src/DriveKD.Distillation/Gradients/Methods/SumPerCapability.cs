namespace DriveKD.Distillation.Gradients.Methods;

/// <summary>
/// The plain sum in which supervision counts once per present capability (at least once): what asymmetric gradient projection comes to
/// where nothing conflicts, and so the fair sum to compare it with.
/// </summary>
internal sealed class SumPerCapability : IGradientMethod
{
    /// <inheritdoc />
    public Combination Combine(TaskGram gram, ITaskOrder order)
    {
        int count = Math.Max(1, gram.Capabilities.Count);
        return Combination.Same(gram, [.. gram.Tasks.Select((_, task) => task == gram.Anchor ? count : 1.0)]);
    }
}
