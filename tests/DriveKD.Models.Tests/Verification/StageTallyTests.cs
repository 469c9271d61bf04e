using DriveKD.Data.Verification;
using DriveKD.Models.Verification;
using DriveKD.Models.Verification.InternVL;
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
        StageTable stages = new(ModelStages.All, ModelStages.Case);
        stages[ModelStages.NotCompared].Skip("something");
        IReadOnlyList<GoldenCheck> checks = stages.ToChecks("case");

        Assert.Equal([ModelStages.NotCompared, ModelStages.Case], checks.Select(check => check.Stage));
        Assert.False(checks[1].Passed);
    }

    [Fact]
    public void NearInNorm_OneElementOff_ComparesTheDifferenceWithTheNorm()
    {
        using Tensor expected = tensor(new[] { 3f, 4f, 0f });
        using Tensor actual = tensor(new[] { 3f, 4f, 0.05f });
        StageTally passing = new("stage", tolerance: 0.0101, isRelative: true);
        StageTally failing = new("stage", tolerance: 0.0099, isRelative: true);
        passing.NearInNorm("vector", expected, actual);
        failing.NearInNorm("vector", expected, actual);
        Assert.Equal((true, 3L), (passing.ToCheck("case").Passed, passing.ToCheck("case").Compared));
        Assert.Equal(0.01, failing.ToCheck("case").WorstRelative, 1e-6);
        Assert.StartsWith("vector: differs by 5.0e-2 in norm", failing.ToCheck("case").Detail, StringComparison.Ordinal);
        failing.NearInNorm("other", expected, tensor(new[] { 3f }));
        Assert.Contains("1 more", failing.ToCheck("case").Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void LeaveOutRounding_NumberThatADisturbanceMovesAsFar_IsNotCompared()
    {
        StageTally own = Tally(1.00, 2.10, 3.00);
        Assert.True(own.HasFailedNumbers);
        own.LeaveOutRounding(Tally(1.00, 2.06, 3.00), times: 4);
        GoldenCheck check = own.ToCheck("case");
        Assert.Equal((true, 2L, 1L), (check.Passed, check.Compared, check.NotCompared));
        Assert.Equal(0, check.WorstAbsolute);
        Assert.Contains("second (off by 1.0e-1; rounding alone moves it by 4.0e-2)", check.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void LeaveOutRounding_NumberThatADisturbanceHardlyMoves_StaysAFailure()
    {
        StageTally own = Tally(1.00, 2.10, 3.00);
        own.LeaveOutRounding(Tally(1.00, 2.09, 3.00), times: 4);
        Assert.Equal((false, 3L, 0L), (own.ToCheck("case").Passed, own.ToCheck("case").Compared, own.ToCheck("case").NotCompared));
    }

    [Theory]
    [InlineData(0.04f, true, true)]
    [InlineData(0.01f, true, false)]
    [InlineData(0.04f, false, false)]
    public void LeaveOutRounding_Vector_LooksAtKeptOnesInNorm(float moved, bool mayBeRounding, bool passes)
    {
        StageTally own = Vector(0.1f, mayBeRounding);
        Assert.Equal(mayBeRounding, own.HasFailedNumbers);
        own.LeaveOutRounding(Vector(0.1f - moved, mayBeRounding), times: 4);
        GoldenCheck check = own.ToCheck("case");
        Assert.Equal((passes, passes ? 0L : 3L, passes ? 1L : 0L), (check.Passed, check.Compared, check.NotCompared));
    }

    private static StageTally Vector(float last, bool mayBeRounding)
    {
        StageTally tally = new("stage", tolerance: 0.01, isRelative: true);
        tally.NearInNorm("vector", tensor(new[] { 3f, 4f, 0f }), tensor(new[] { 3f, 4f, last }), mayBeRounding);
        return tally;
    }

    private static StageTally Tally(double first, double second, double third)
    {
        StageTally tally = new("stage", tolerance: 0.01, isRelative: true);
        tally.Near("first", 1, first);
        tally.Near("second", 2, second);
        tally.Near("third", 3, third);
        return tally;
    }
}
