namespace DriveKD.Data.Errors;

/// <summary>Collects what is wrong with an input; past a limit problems are only counted, since a broken file can hold millions.</summary>
public sealed class ProblemList
{
    private const int Limit = 1000;

    private readonly List<Problem> _problems = [];
    private int _more;

    /// <summary>All problems, counted ones included.</summary>
    public int Count => _problems.Count + _more;

    /// <summary>Adds one problem.</summary>
    /// <param name="where">File, key, tensor or sample.</param>
    /// <param name="what">What was found, what was expected, what to do.</param>
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

    /// <summary>Adds the problems of a part.</summary>
    /// <param name="problems">In order.</param>
    public void AddRange(IEnumerable<Problem> problems)
    {
        foreach (Problem problem in problems)
        {
            Add(problem.Where, problem.What);
        }
    }

    /// <summary>Does something and keeps what is wrong with the input, so that the checks behind it run too.</summary>
    /// <param name="check">May throw an <see cref="InputException"/>.</param>
    public void Check(Action check)
    {
        try
        {
            check();
        }
        catch (InputException exception)
        {
            AddRange(exception.Problems);
        }
    }

    /// <summary>The problems in order; the last says how many more there are, if there are.</summary>
    public IReadOnlyList<Problem> ToList() =>
        _more == 0 ? [.. _problems] : [.. _problems, new Problem($"after {_problems[^1].Where}", $"and {_more} more problems.")];

    /// <summary>Throws all problems as one exception, if there are any.</summary>
    /// <exception cref="InputException">There is at least one problem.</exception>
    public void ThrowIfAny()
    {
        if (Count > 0)
        {
            throw new InputException(ToList());
        }
    }
}
