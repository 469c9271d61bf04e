using DriveKD.Data.Errors;

namespace DriveKD.Data.Text.Files;

/// <summary>Collects what is wrong with a set of files; beyond a number that a person can read, problems are counted only.</summary>
internal sealed class ProblemList
{
    private const int MostListed = 50;
    private readonly List<Problem> _problems = [];
    private int _unlisted;

    /// <summary>Whether nothing is wrong so far.</summary>
    public bool IsEmpty => _problems.Count == 0;

    /// <summary>Adds one problem.</summary>
    /// <param name="where">File and key.</param>
    /// <param name="what">What was found, what was expected, what to do.</param>
    public void Add(string where, string what)
    {
        if (_problems.Count < MostListed)
        {
            _problems.Add(new Problem(where, what));
        }
        else
        {
            _unlisted++;
        }
    }

    /// <summary>Throws all problems as one exception, if there are any.</summary>
    /// <param name="where">The file or folder that the problems belong to.</param>
    public void ThrowIfAny(string where)
    {
        if (!IsEmpty)
        {
            throw new InputException(_unlisted == 0 ? _problems : [.. _problems, new Problem(where, $"and {_unlisted} more problems like these.")]);
        }
    }
}
