using DriveKD.Evaluation.DriveBench.Scoring;

namespace DriveKD.Cli.Commands.Scoring;

/// <summary>Says in lines what was left out and why, what is odd, and where the two readings of letters part.</summary>
internal static class ScoreNotes
{
    // What does not fit a screen is not read; --json lists all.
    private const int MostUnscored = 20;
    private const int AnswerLength = 100;

    public static void Write(Terminal terminal, ScoreReport report, bool listsDisagreements)
    {
        if (report.Questions.Count == 0)
        {
            string untagged = report.Unscored.Count > 0 && report.Unscored.All(question => question.Reason == UnscoredReason.UnknownTag)
                ? ": the tags, which tell how a question is scored, are missing or unknown. Name a file that has them, such as DriveLM's or DriveBench's test questions; drivekd evaluate tells the form by the wording"
                : "";
            terminal.WriteRaw($"no question could be scored{untagged}");
        }

        WriteUnscored(terminal, report.Unscored);
        foreach ((AnswerRemark remark, int count) in report.Remarks)
        {
            terminal.WriteRaw($"note: {Describe(remark)}: {count}");
        }

        ScoredQuestion[] differing = [.. report.Disagreements];
        int verdicts = differing.Count(question => question.Choice!.VerdictDiffers);
        string list = differing.Length > 0 && !listsDisagreements ? "; --disagreements lists them" : "";
        terminal.WriteRaw($"official and strict reading differ in {Count(differing.Length, "answer")}, of which {verdicts} {(verdicts == 1 ? "comes" : "come")} to another verdict{list}");
        foreach (ScoredQuestion question in listsDisagreements ? differing : [])
        {
            ChoiceScore choice = question.Choice!;
            terminal.WriteRaw(PlainText.ForTerminal(
                $"  {question.Place}: reference {Shown(choice.OfficialReference)}, official {Shown(choice.OfficialAnswer)}, strict {Shown(choice.StrictAnswer)}: {OneLine(question.Prediction)}"));
        }
    }

    private static void WriteUnscored(Terminal terminal, IReadOnlyList<UnscoredQuestion> unscored)
    {
        foreach (IGrouping<UnscoredReason, UnscoredQuestion> reason in unscored.GroupBy(question => question.Reason).OrderBy(group => group.Key))
        {
            terminal.WriteRaw($"unscored: {Describe(reason.Key)}: {reason.Count()}");
        }

        foreach (UnscoredQuestion question in unscored.Take(MostUnscored))
        {
            string detail = question.Detail is null ? "" : $": {question.Detail}";
            terminal.WriteRaw(PlainText.ForTerminal($"  {question.Place}: {Describe(question.Reason)}{detail}"));
        }

        if (unscored.Count > MostUnscored)
        {
            terminal.WriteRaw($"  and {unscored.Count - MostUnscored} more; --json lists all");
        }
    }

    private static string Describe(UnscoredReason reason) => reason switch
    {
        UnscoredReason.Unreadable => "not readable",
        UnscoredReason.MissingAnswer => "without an answer",
        UnscoredReason.Duplicate => "answered before in the file",
        UnscoredReason.UnknownQuestion => "not among the references",
        UnscoredReason.UnknownType => "of an unknown question type",
        UnscoredReason.UnknownTag => "with tags that the task has no rule for",
        UnscoredReason.MissingReference => "without a reference answer",
        _ => "in a task whose references hold no word",
    };

    private static string Describe(AnswerRemark remark) => remark switch
    {
        AnswerRemark.EmptyAnswer => "empty answers, which count as wrong",
        AnswerRemark.OtherScript => "answers mostly in other than Latin letters",
        AnswerRemark.VeryLong => "answers of more than 10,000 characters",
        AnswerRemark.LineSeparator => "open answers with a line separator, which in the published code shifts later answers (--published-lines does so)",
        AnswerRemark.ReferenceWithoutLetter => "references without an option letter, which the published reading compares all the same",
        _ => "questions that stand otherwise in the references",
    };

    private static string Shown(string letter) => letter.Length == 0 ? "none" : letter;

    private static string Count(int count, string what) => count == 1 ? $"1 {what}" : $"{count} {what}s";

    private static string OneLine(string text)
    {
        string line = text.ReplaceLineEndings(" ");
        return line.Length <= AnswerLength ? line : line[..AnswerLength] + "...";
    }
}
