namespace DriveKD.Data.Errors;

/// <summary>
/// A user's mistake: bad input, a missing file, an impossible request. Holds every problem found, not only the first.
/// The command line prints the problems without a stack trace and exits with code 2.
/// </summary>
public sealed class InputException : Exception
{
    /// <summary>One problem.</summary>
    /// <param name="where">File, key, line, tensor or sample.</param>
    /// <param name="what">What was found, what was expected, and what to do.</param>
    /// <param name="innerException">The cause, if another exception was.</param>
    public InputException(string where, string what, Exception? innerException = null)
        : this([new Problem(where, what)], innerException)
    {
    }

    /// <summary>All problems of one input.</summary>
    /// <param name="problems">At least one.</param>
    /// <param name="innerException">The cause, if another exception was.</param>
    public InputException(IReadOnlyList<Problem> problems, Exception? innerException = null)
        : base(string.Join(Environment.NewLine, problems), innerException)
    {
        ArgumentOutOfRangeException.ThrowIfZero(problems.Count);
        Problems = problems;
    }

    /// <summary>What is wrong, in the order in which it was found.</summary>
    public IReadOnlyList<Problem> Problems { get; }
}
