namespace DriveKD.Runs.Reports;

/// <summary>Something that a reader of a run must not miss.</summary>
/// <param name="Kind">What it is about.</param>
/// <param name="Level">How much it matters.</param>
/// <param name="Subjects">The losses, signals or metrics that it is about; empty where it is about the run.</param>
/// <param name="Title">In a line.</param>
/// <param name="Text">What was measured, and what to do.</param>
public sealed record Notice(NoticeKind Kind, NoticeLevel Level, IReadOnlyList<string> Subjects, string Title, string Text)
{
    /// <summary>Keys of a recipe that help, as the command line takes them; null where there are none.</summary>
    public string? Remedy { get; init; }

    /// <inheritdoc />
    public override string ToString() => string.Join(' ', new[] { $"{Title}. {Text}", Remedy }.OfType<string>());
}
