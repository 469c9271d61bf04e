namespace DriveKD.Cli.Commands.Quickstarting;

/// <summary>How much a quick start makes; how many seeds, the plan says.</summary>
internal sealed record QuickstartScale
{
    private const double UsualMinutes = 5;

    /// <summary>Scenes of both parts together.</summary>
    public required int Scenes { get; init; }

    /// <summary>Questions of each capability, of both parts together.</summary>
    public required int Questions { get; init; }

    /// <summary>Optimizer steps of a training, where there is time for them.</summary>
    public required int Steps { get; init; }

    /// <summary>Fewer steps than these teach nothing.</summary>
    public required int FewestSteps { get; init; }

    /// <summary>The most seeds.</summary>
    public int MostSeeds { get; init; } = 16;

    /// <summary>Optimizer steps of the trainings that measure the machine.</summary>
    public required int ProbeSteps { get; init; }

    /// <summary>Whether the plan follows the clock; otherwise two seeds of all steps.</summary>
    public bool IsTimed { get; init; } = true;

    /// <summary>Share of training, against one of tests.</summary>
    public const int TrainShare = 4;

    /// <summary>For tests of the program.</summary>
    public static QuickstartScale Tiny { get; } = new() { Scenes = 60, Questions = 60, Steps = 6, FewestSteps = 2, ProbeSteps = 2, IsTimed = false };

    /// <summary>What a time allows: data in proportion, steps by its root, so that seeds grow too.</summary>
    /// <param name="minutes">Above 0.</param>
    public static QuickstartScale Of(double minutes)
    {
        double share = minutes / UsualMinutes;
        double data = Math.Clamp(share, 0.5, 3);
        return new QuickstartScale
        {
            Scenes = (int)(1500 * data),
            Questions = (int)(1000 * data),
            // Short, so that more seeds fit: without several nothing can be told from chance.
            Steps = 10 * (int)Math.Round(20 * Math.Clamp(Math.Sqrt(share), 0.5, 4)),
            FewestSteps = 60,
            ProbeSteps = 16,
        };
    }
}
