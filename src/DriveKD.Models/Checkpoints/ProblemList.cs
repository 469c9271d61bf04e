using DriveKD.Data.Errors;

namespace DriveKD.Models.Checkpoints;

/// <summary>Collects problems; past a limit they are only counted, since a broken file can hold millions.</summary>
internal sealed class ProblemList
{
    private const int Limit = 1000;

    private readonly List<Problem> _problems = [];
    private int _more;

    public int Count => _problems.Count + _more;

    public void Add(string where, string what)
    {
        if (_problems.Count < Limit)
        {
            _problems.Add(new Problem(where, what));
        }
        else
        {
            _more++;
        }
    }

    public void AddRange(IEnumerable<Problem> problems)
    {
        foreach (Problem problem in problems)
        {
            Add(problem.Where, problem.What);
        }
    }

    public IReadOnlyList<Problem> ToList() =>
        _more == 0 ? [.. _problems] : [.. _problems, new Problem(string.Empty, $"and {_more} more problems.")];

    public void ThrowIfAny()
    {
        if (Count > 0)
        {
            throw new InputException(ToList());
        }
    }
}
