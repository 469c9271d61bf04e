using DriveKD.Data.Verification;

namespace DriveKD.Models.Verification;

/// <summary>The tallies of one case, one per stage.</summary>
internal sealed class StageTable
{
    private readonly Dictionary<string, StageTally> _tallies =
        ModelStages.All.ToDictionary(stage => stage.Name, stage => new StageTally(stage.Name, stage.Tolerance, stage.IsRelative));

    /// <summary>The tally of a stage of <see cref="ModelStages"/>.</summary>
    public StageTally this[string stage] => _tallies[stage];

    /// <summary>One row for every stage that was touched, in the order of <see cref="ModelStages"/>; a case without a single comparison fails.</summary>
    public IReadOnlyList<GoldenCheck> ToChecks(string caseName)
    {
        List<GoldenCheck> checks = [.. ModelStages.All.Select(stage => _tallies[stage.Name]).Where(tally => !tally.IsEmpty).Select(tally => tally.ToCheck(caseName))];
        if (checks.Sum(check => check.Compared) == 0 && checks.TrueForAll(check => check.Passed))
        {
            _tallies[ModelStages.Case].Fail("nothing of this case could be compared");
            checks.Add(_tallies[ModelStages.Case].ToCheck(caseName));
        }

        return checks;
    }
}
