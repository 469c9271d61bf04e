using DriveKD.Data.Verification;
using DriveKD.Models.Verification;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Models.Tests.Verification;

public sealed class StageTallyTests
{
    [Fact]
    public void Near_WithinTolerance_PassesWithWorstDifferences()
    {
        StageTally tally = new("stage", tolerance: 0.02, isRelative: false);
        tally.Near("a", [1f, -4f], [1.01f, -4f]);
        tally.Near("b", [10f], [10f]);
        GoldenCheck check = tally.ToCheck("case");

        Assert.True(check.Passed);
        Assert.Equal((3, 0), (check.Compared, check.NotCompared));
        Assert.Equal(0.01, check.WorstAbsolute, 1e-6);
        Assert.Equal(0.01 / 4, check.WorstRelative, 1e-6);
        Assert.Null(check.Detail);
        Assert.Equal(["a", "b"], check.Items.Select(item => item.Name));
    }

    [Theory]
    [InlineData(float.NaN, 1f)]
    [InlineData(1f, float.NaN)]
    [InlineData(float.NaN, float.NaN)]
    [InlineData(float.PositiveInfinity, float.PositiveInfinity)]
    [InlineData(1f, float.NegativeInfinity)]
    public void Near_ValueThatIsNoNumber_Fails(float expected, float actual)
    {
        foreach (bool isRelative in (bool[])[false, true])
        {
            StageTally tally = new("stage", tolerance: 1e30, isRelative);
            tally.Near("a", [0f, expected, 0f], [0f, actual, 0f]);
            StageTally single = new("stage", tolerance: 1e30, isRelative);
            single.Near("a", (double)expected, actual);

            Assert.False(tally.ToCheck("case").Passed);
            Assert.False(single.ToCheck("case").Passed);
        }
    }

    [Fact]
    public void Near_OneFarValue_IsNamedWithItsPlace()
    {
        StageTally tally = new("stage", tolerance: 0.1, isRelative: false);
        using Tensor expected = zeros(2, 3);
        using Tensor actual = zeros(2, 3);
        actual[1, 2] = torch.tensor(0.5f);
        tally.Near("name", expected, actual);

        Assert.Contains("name[1, 2]: 0.5, expected 0; 1 of 6 values", tally.ToCheck("case").Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Near_RelativeTolerance_MeasuresByTheLargestOfTheTensor()
    {
        StageTally tally = new("stage", tolerance: 0.01, isRelative: true);
        tally.Near("a", [100f, 0f], [100f, 0.9f]);
        Assert.True(tally.ToCheck("case").Passed);
        tally.Near("b", [10f, 0f], [10f, 0.9f]);
        Assert.False(tally.ToCheck("case").Passed);
    }

    [Fact]
    public void Near_AllZeros_PassOnlyWithZeros()
    {
        StageTally tally = new("stage", tolerance: 0.01, isRelative: true);
        tally.Near("a", [0f, 0f], [0f, 0f]);
        Assert.True(tally.ToCheck("case").Passed);
        tally.Near("b", [0f, 0f], [0f, 1e-30f]);
        Assert.False(tally.ToCheck("case").Passed);
    }

    [Fact]
    public void SameItems_DifferentLengthsOrItems_CountWhatDiffers()
    {
        StageTally tally = new("stage", tolerance: 0, isRelative: false);
        tally.SameItems("ids", [1, 2, 3], [1, 5]);
        GoldenCheck check = tally.ToCheck("case");

        Assert.Equal((false, 2), (check.Passed, check.WorstAbsolute));
        Assert.Contains("item 1 is 5, expected 2; 2 of 3 differ", check.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void StageTable_CaseWithoutAComparison_Fails()
    {
        StageTable stages = new();
        stages[ModelStages.NotCompared].Skip("something");
        IReadOnlyList<GoldenCheck> checks = stages.ToChecks("case");

        Assert.Equal([ModelStages.NotCompared, ModelStages.Case], checks.Select(check => check.Stage));
        Assert.False(checks[1].Passed);
    }
}
