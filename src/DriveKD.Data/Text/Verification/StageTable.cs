using DriveKD.Data.Verification;

namespace DriveKD.Data.Text.Verification;

/// <summary>The tallies of one case by stage, in the order in which the stages come up.</summary>
internal sealed class StageTable
{
    private readonly List<(string Stage, ExactTally Tally)> _stages = [];

    /// <summary>The tally of a stage, made on first use.</summary>
    public ExactTally this[string stage]
    {
        get
        {
            int index = _stages.FindIndex(entry => entry.Stage == stage);
            if (index < 0)
            {
                index = _stages.Count;
                _stages.Add((stage, new ExactTally()));
            }

            return _stages[index].Tally;
        }
    }

    /// <summary>One row per stage.</summary>
    public IEnumerable<GoldenCheck> ToChecks(string caseName) => _stages.Select(entry => entry.Tally.ToCheck(caseName, entry.Stage));
}
