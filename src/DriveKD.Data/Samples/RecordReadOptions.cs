namespace DriveKD.Data.Samples;

/// <summary>How a record file is read.</summary>
public sealed record RecordReadOptions
{
    /// <summary>
    /// The folder under which the pictures lie; every recorded path is resolved to a file under it (docs/FORMATS.md has the rule).
    /// Null (the default): paths are not resolved and pictures not looked for.
    /// </summary>
    public string? ImageRoot { get; init; }

    /// <summary>What to do about faulty records; <see cref="OnError.Stop"/> by default.</summary>
    public OnError OnError { get; init; } = OnError.Stop;

    /// <summary>When a question may stand without an answer; <see cref="AnswerRule.Required"/> by default.</summary>
    public AnswerRule Answers { get; init; } = AnswerRule.Required;

    // An inspection counts what a file holds whether or not its pictures are at hand.
    internal bool KeepSamplesWithoutPictures { get; init; }
}
