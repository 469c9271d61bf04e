using DriveKD.Distillation.Gradients;
using DriveKD.Distillation.Training;

namespace DriveKD.Distillation.Verification;

/// <summary>Gives back the order that was drawn when the sample at hand was recorded.</summary>
internal sealed class PlayedOrder : ITaskOrder
{
    private IReadOnlyList<int> _order = [];

    /// <summary>Sets the order of the next sample.</summary>
    /// <param name="order">As recorded: capabilities by name.</param>
    public void Set(IReadOnlyList<TrainingTask> order)
    {
        TrainingTask[] present = [.. order.Order()];
        _order = [.. order.Select(task => Array.IndexOf(present, task))];
    }

    /// <inheritdoc />
    public int[] Next(int count)
    {
        // Where other tasks are present than were recorded, that is told as such; the run goes on.
        return _order.Count == count ? [.. _order] : [.. Enumerable.Range(0, count)];
    }
}
