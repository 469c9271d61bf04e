using DriveKD.Data.Errors;

namespace DriveKD.Data.Samples;

/// <summary>One fault of a record file.</summary>
/// <param name="Kind">What kind of fault.</param>
/// <param name="Position">
/// The record and the exact place. A fault of a whole DriveLM scene or key frame carries the number of its first question.
/// </param>
/// <param name="What">What was found, what was expected, and what to do.</param>
public sealed record RecordFault(RecordFaultKind Kind, SourcePosition Position, string What)
{
    /// <summary>The fault as an error message.</summary>
    public Problem ToProblem() => new(Position.ToString(), What);

    /// <inheritdoc />
    public override string ToString() => $"{Position}: {What}";
}
