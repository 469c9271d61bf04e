namespace DriveKD.Data.Samples.Inspection;

/// <summary>
/// Lengths of the texts of a file. Image placeholders, chat markers and picture tokens are not counted; the whole is question and
/// answer together.
/// </summary>
/// <param name="Question">Questions; null where there is no sample.</param>
/// <param name="Answer">Answers; null where there is none.</param>
/// <param name="Whole">Question and answer.</param>
public sealed record TextLengths(LengthSummary? Question, LengthSummary? Answer, LengthSummary? Whole);
