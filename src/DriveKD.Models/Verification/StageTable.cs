using DriveKD.Data.Verification;

namespace DriveKD.Models.Verification;

/// <summary>The tallies of one case, one per stage.</summary>
public sealed class StageTable
{
    private readonly IReadOnlyList<(string Name, double Tolerance, bool IsRelative)> _stages;
    private readonly string _caseStage;
    private readonly Dictionary<string, StageTally> _tallies;

    /// <summary>Empty tallies.</summary>
    /// <param name="stages">Every stage in order, with its tolerance.</param>
    /// <param name="caseStage">The one of them that tells what concerns the case as a whole.</param>
    public StageTable(IReadOnlyList<(string Name, double Tolerance, bool IsRelative)> stages, string caseStage)
    {
        (_stages, _caseStage) = (stages, caseStage);
        _tallies = stages.ToDictionary(stage => stage.Name, stage => new StageTally(stage.Name, stage.Tolerance, stage.IsRelative));
    }

    /// <summary>The tally of a stage.</summary>
    /// <param name="stage">The stage's name.</param>
    public StageTally this[string stage] => _tallies[stage];

    /// <summary>One row for every stage that was touched, in their order; a case without a single comparison fails.</summary>
    /// <param name="caseName">The case.</param>
    public IReadOnlyList<GoldenCheck> ToChecks(string caseName)
    {
        List<GoldenCheck> checks = [.. _stages.Select(stage => _tallies[stage.Name]).Where(tally => !tally.IsEmpty).Select(tally => tally.ToCheck(caseName))];
        if (checks.Sum(check => check.Compared) == 0 && checks.TrueForAll(check => check.Passed))
        {
            _tallies[_caseStage].Fail("nothing of this case could be compared");
            checks.Add(_tallies[_caseStage].ToCheck(caseName));
        }

        return checks;
    }
}
