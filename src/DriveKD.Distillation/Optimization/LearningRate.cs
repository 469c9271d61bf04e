using DriveKD.Runs.Recipes;

namespace DriveKD.Distillation.Optimization;

/// <summary>The learning rate of each optimizer step: linear warm-up from 0, then constant, cosine or linear decay to a floor.</summary>
/// <param name="Peak">The rate after the warm-up.</param>
/// <param name="Schedule">The curve after the warm-up.</param>
/// <param name="TotalSteps">
/// Optimizer steps of the whole run; the schedules stay at the floor beyond it. 0 where no total is given: then, as in the authors'
/// trainer, the rate is the peak throughout, and the warm-up is ignored too.
/// </param>
/// <param name="WarmupSteps">Steps over which the rate rises; the first of them has rate 0.</param>
/// <param name="MinimumRatio">The floor, as a share of the peak.</param>
public sealed record LearningRate(double Peak, RateSchedule Schedule, int TotalSteps, int WarmupSteps, double MinimumRatio)
{
    /// <summary>The rate of an optimizer step.</summary>
    /// <param name="step">From 0.</param>
    public double At(int step)
    {
        if (TotalSteps == 0)
        {
            return Peak;
        }

        if (step < WarmupSteps)
        {
            return Peak * step / WarmupSteps;
        }

        double progress = (double)(step - WarmupSteps) / Math.Max(1, TotalSteps - WarmupSteps);
        double curve = Schedule switch
        {
            RateSchedule.Constant => 1,
            RateSchedule.Cosine => 0.5 * (1 + Math.Cos(Math.PI * Math.Min(1, progress))),
            RateSchedule.Linear => 1 - Math.Min(1, progress),
            _ => throw new ArgumentOutOfRangeException(nameof(step), Schedule, "unknown schedule"),
        };
        return Peak * Math.Max(MinimumRatio, curve);
    }
}
