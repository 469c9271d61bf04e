using DriveKD.Cli.Commands.Quickstarting;
using DriveKD.Data.Errors;

namespace DriveKD.Cli.Tests.Commands.Quickstarting;

public sealed class QuickstartPlanTests
{
    private const int Questions = 1500;

    /// <summary>A supervised run of 400 steps takes 60 s, a distilled one 90 s.</summary>
    private static readonly QuickstartSpeeds _speeds = new(0.1, 0.175, 5, 5, 0.01);

    [Fact]
    public void Makespan_TwoWorkers_StartsRunsInTheirOrderAsWorkersBecomeFree()
    {
        // 0-10 and 0-30, 10-20, then 20-50.
        Assert.Equal(50, QuickstartPlan.Makespan((10, 30), seeds: 2, workers: 2));
        Assert.Equal(80, QuickstartPlan.Makespan((10, 30), seeds: 2, workers: 1));
    }

    [Fact]
    public void Of_EnoughTime_TakesAsManySeedsAsFitAtFullLength()
    {
        QuickstartPlan plan = QuickstartPlan.Of(QuickstartScale.Of(5), _speeds, Questions, workers: 2, elapsed: 30, reserved: 20, minutes: 5);

        Assert.Equal(200, plan.Steps);
        Assert.Equal(4, plan.Seeds);
        Assert.InRange(plan.Seconds, 0, 250);
        Assert.True(QuickstartPlan.Makespan(_speeds.RunSeconds(200, Questions), plan.Seeds + 1, 2) * 1.1 > 250);
    }

    [Fact]
    public void Of_FasterMachine_TakesMoreSeeds()
    {
        QuickstartSpeeds fast = new(0.02, 0.04, 2, 2, 0.002);

        Assert.True(QuickstartPlan.Of(QuickstartScale.Of(5), fast, Questions, 2, 30, 20, 5).Seeds > 5);
    }

    [Fact]
    public void Of_TooLittleForFullLength_ShortensTwoSeeds()
    {
        QuickstartPlan plan = QuickstartPlan.Of(QuickstartScale.Of(5), _speeds, Questions, 2, elapsed: 200, reserved: 20, minutes: 5);

        Assert.Equal(2, plan.Seeds);
        Assert.InRange(plan.Steps, 60, 190);
        Assert.InRange(plan.Seconds, 60, 80);
    }

    [Fact]
    public void Of_NotEvenTwoShortSeeds_SaysHowManyMinutesAreNeeded()
    {
        QuickstartSpeeds slow = new(1, 2, 10, 10, 0.02);

        InputException error = Assert.Throws<InputException>(() => QuickstartPlan.Of(QuickstartScale.Of(5), slow, Questions, 2, elapsed: 100, reserved: 20, minutes: 5));

        // A worker has both distilled runs of 160 s: 120 s and 1.1 x 320 s are 7.9 minutes.
        Assert.Equal("--minutes", error.Problems[0].Where);
        Assert.Contains("two seeds of 60 steps need 8: a step takes 1000 ms, with teachers 2000 ms", error.Message, StringComparison.Ordinal);
        // What is asked for suffices.
        Assert.Equal(60, QuickstartPlan.Of(QuickstartScale.Of(5), slow, Questions, 2, 100, 20, 8).Steps);
    }

    [Fact]
    public void Of_TinyScale_DoesNotLookAtTheClock() =>
        Assert.Equal((2, 6), (QuickstartPlan.Of(QuickstartScale.Tiny, _speeds, Questions, 2, 1e6, 20, 5) is var plan ? (plan.Seeds, plan.Steps) : default));

    [Fact]
    public void OfScale_MoreMinutes_MakesMoreDataAndLongerTrainings()
    {
        QuickstartScale usual = QuickstartScale.Of(5);
        QuickstartScale longer = QuickstartScale.Of(20);

        Assert.Equal((1500, 1000, 200), (usual.Scenes, usual.Questions, usual.Steps));
        Assert.Equal((4500, 3000, 400), (longer.Scenes, longer.Questions, longer.Steps));
    }
}
