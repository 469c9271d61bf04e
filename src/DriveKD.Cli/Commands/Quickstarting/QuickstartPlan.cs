using System.Globalization;
using DriveKD.Data.Errors;

namespace DriveKD.Cli.Commands.Quickstarting;

/// <summary>How many seeds are trained for how long, so that the time suffices.</summary>
/// <param name="Seeds">Seeds, each with both students.</param>
/// <param name="Steps">Optimizer steps of each training.</param>
/// <param name="Seconds">What all trainings with their answers are estimated to take.</param>
internal sealed record QuickstartPlan(int Seeds, int Steps, double Seconds)
{
    /// <summary>Fewer have no spread.</summary>
    public const int FewestSeeds = 2;

    /// <summary>Estimates are exceeded by this much: machines get warm, and others use them.</summary>
    private const double Margin = 1.1;

    private const int StepUnit = 10;

    /// <summary>Plans.</summary>
    /// <param name="scale">What is wanted.</param>
    /// <param name="speeds">What the machine does.</param>
    /// <param name="questions">Test questions of each student.</param>
    /// <param name="workers">Runs at a time.</param>
    /// <param name="elapsed">Seconds that have passed.</param>
    /// <param name="reserved">Seconds that the end will need.</param>
    /// <param name="minutes">How long everything may take.</param>
    /// <returns>As many seeds as fit at full length; where not even two do, two shorter ones.</returns>
    /// <exception cref="InputException">Not even two short seeds fit: how many minutes they need is said.</exception>
    public static QuickstartPlan Of(QuickstartScale scale, QuickstartSpeeds speeds, int questions, int workers, double elapsed, double reserved, double minutes)
    {
        double Estimate(int seeds, int steps) => Margin * Makespan(speeds.RunSeconds(steps, questions), seeds, workers);
        if (!scale.IsTimed)
        {
            return new QuickstartPlan(FewestSeeds, scale.Steps, Estimate(FewestSeeds, scale.Steps));
        }

        double left = (60 * minutes) - elapsed - reserved;
        for (int seeds = scale.MostSeeds; seeds >= FewestSeeds; seeds--)
        {
            if (Estimate(seeds, scale.Steps) <= left)
            {
                return new QuickstartPlan(seeds, scale.Steps, Estimate(seeds, scale.Steps));
            }
        }

        for (int steps = scale.Steps - (scale.Steps % StepUnit); steps >= scale.FewestSteps; steps -= StepUnit)
        {
            if (Estimate(FewestSeeds, steps) <= left)
            {
                return new QuickstartPlan(FewestSeeds, steps, Estimate(FewestSeeds, steps));
            }
        }

        double needed = Math.Ceiling((elapsed + reserved + Estimate(FewestSeeds, scale.FewestSteps)) / 30) / 2;
        throw new InputException("--minutes", string.Create(
            CultureInfo.InvariantCulture,
            $"is {minutes}, but on this machine as it is now two seeds of {scale.FewestSteps} steps need {needed}: a step takes {1000 * speeds.SupervisedStep:0} ms, with teachers {1000 * speeds.DistilledStep:0} ms, and {elapsed:0} s have passed. Start again with --minutes {needed}, or when less else is running."));
    }

    /// <summary>The seconds until all runs have ended, which start in their order as workers become free.</summary>
    internal static double Makespan((double Supervised, double Distilled) run, int seeds, int workers)
    {
        double[] free = new double[workers];
        for (int i = 0; i < 2 * seeds; i++)
        {
            int next = Array.IndexOf(free, free.Min());
            free[next] += i % 2 == 0 ? run.Supervised : run.Distilled;
        }

        return free.Max();
    }
}
