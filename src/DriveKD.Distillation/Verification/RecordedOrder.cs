using DriveKD.Distillation.Gradients;

namespace DriveKD.Distillation.Verification;

/// <summary>Gives recorded orders back, one after the other.</summary>
/// <param name="orders">The orders.</param>
internal sealed class RecordedOrder(IReadOnlyList<int[]> orders) : ITaskOrder
{
    private int _next;

    /// <inheritdoc />
    public int[] Next(int count) => orders[_next++];
}
