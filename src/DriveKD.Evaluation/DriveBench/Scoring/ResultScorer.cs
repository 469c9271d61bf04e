using System.Globalization;
using DriveKD.Data.Errors;
using DriveKD.Data.Samples;
using DriveKD.Evaluation.DriveBench.Extraction;
using DriveKD.Evaluation.DriveBench.Records;
using DriveKD.Evaluation.DriveLm;
using DriveKD.Evaluation.Metrics;
using DriveKD.Evaluation.Metrics.Tokenization;

namespace DriveKD.Evaluation.DriveBench.Scoring;

/// <summary>
/// Scores a file of answers as DriveBench's published code does, beside it by a stricter reading of letters, and says of every
/// question that is not scored why.
/// </summary>
public static class ResultScorer
{
    private const int LongAnswer = 10_000;

    // The published scorer's cells in its order, then what it leaves out.
    private static readonly QuestionRoute[] _cells =
    [
        new(DriveTask.Perception, QuestionForm.MultipleChoice),
        new(DriveTask.Perception, QuestionForm.OpenAnswer),
        new(DriveTask.Prediction, QuestionForm.OpenAnswer),
        new(DriveTask.Planning, QuestionForm.OpenAnswer),
        new(DriveTask.Behavior, QuestionForm.MultipleChoice),
        new(DriveTask.Prediction, QuestionForm.YesNo),
    ];

    /// <summary>Scores answers.</summary>
    /// <param name="answers">The model's answers.</param>
    /// <param name="references">References; null takes those that the answers' records hold.</param>
    /// <param name="options">Options; the defaults where null.</param>
    /// <param name="progress">Told what is done.</param>
    /// <param name="cancellation">Stops between questions.</param>
    /// <exception cref="InputException">A submission is given without references.</exception>
    public static ScoreReport Score(
        AnswerFile answers,
        ReferenceFile? references = null,
        ScoreOptions? options = null,
        IProgress<DataProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        options ??= new ScoreOptions();
        if (answers.IsSubmission && references is null)
        {
            throw new InputException(
                answers.File, "holds answers under ids, as DriveLM submissions do, without types, tags and references; name the DriveLM file of the questions with --references.");
        }

        QuestionSelection selection = QuestionSelection.Of(answers, references);
        List<UnscoredQuestion> unscored = [.. selection.Unscored];
        List<ScoredQuestion> scored = [];
        foreach (QuestionRoute cell in _cells)
        {
            AnsweredQuestion[] ofCell = [.. selection.Questions.Where(question => question.Route == cell)];
            scored.AddRange(ScoreCell(cell, ofCell, options.Lines, unscored, progress, cancellation));
        }

        progress?.Report(new DataProgress("intervals", 0, 0));
        FigureIntervals intervals = new(options.Bootstrap);
        CellScorer scorer = new(intervals);
        return new ScoreReport
        {
            File = answers.File,
            References = references?.File,
            Records = answers.Records.Count,
            Questions = scored,
            Unscored = unscored,
            Cells = _cells.ToDictionary(
                cell => cell,
                cell => scorer.Score(cell.Form, [.. scored.Where(item => item.Route == cell)], [.. unscored.Where(item => item.Route == cell)])),
            Capabilities = CapabilityTable.Of(scored, unscored, intervals),
            Breakdowns = Breakdowns(scored, scorer, cancellation),
            Remarks = Remarks(scored, selection.DifferingQuestions),
            DriveLm = references is { IsDriveLm: true } ? DriveLmScorer.Score(answers, references, options) : null,
        };
    }

    private static IEnumerable<ScoredQuestion> ScoreCell(
        QuestionRoute cell,
        AnsweredQuestion[] questions,
        LineSeparators lines,
        List<UnscoredQuestion> unscored,
        IProgress<DataProgress>? progress,
        CancellationToken cancellation)
    {
        if (cell.Form != QuestionForm.OpenAnswer)
        {
            Func<string, string, ChoiceScore> read = cell.Form == QuestionForm.YesNo ? ChoiceScore.OfYesNo : ChoiceScore.OfLetters;
            return questions.Select(question =>
            {
                cancellation.ThrowIfCancellationRequested();
                return Scored(question) with { Choice = read(question.Reference, question.Prediction) };
            });
        }

        LanguageComparison comparison = LanguageComparison.Of(
            [.. questions.Select(question => question.Prediction)], [.. questions.Select(question => question.Reference)], lines, progress, cancellation);
        if (comparison.IsDefined)
        {
            return questions.Select((question, i) => Scored(question) with { Language = comparison.Pairs[i] });
        }

        unscored.AddRange(questions.Select(question => new UnscoredQuestion(question.Record.Place, UnscoredReason.NoWordsInReferences, cell, null)));
        return [];
    }

    private static ScoredQuestion Scored(AnsweredQuestion question) => new()
    {
        Place = question.Record.Place,
        Route = question.Route,
        Scene = question.Scene,
        Kind = QuestionKind.Of(question.Route, question.Record.Question ?? ""),
        Camera = QuestionKind.Camera(question.Record),
        Corruption = QuestionKey.Corruption(question.Record),
        Question = question.Record.Question ?? "",
        Reference = question.Reference,
        Prediction = question.Prediction,
    };

    private static IReadOnlyList<Breakdown> Breakdowns(List<ScoredQuestion> questions, CellScorer scorer, CancellationToken cancellation)
    {
        (string Name, Func<ScoredQuestion, string> Value)[] properties =
        [
            ("capability", question => question.Route.Capability.ToString().ToLower(CultureInfo.InvariantCulture)),
            ("question", question => question.Kind),
            ("camera", question => question.Camera),
            ("corruption", question => question.Corruption),
        ];
        return [.. properties.Select(property => new Breakdown(property.Name, [.. questions
            .GroupBy(property.Value)
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group =>
            {
                cancellation.ThrowIfCancellationRequested();
                return new BreakdownRow(group.Key, [.. group
                    .GroupBy(question => question.Route.Form)
                    .OrderBy(form => form.Key)
                    .Select(form => scorer.Score(form.Key, [.. form], []))]);
            })]))];
    }

    private static Dictionary<AnswerRemark, int> Remarks(List<ScoredQuestion> questions, int differing)
    {
        (AnswerRemark Remark, int Count)[] counted =
        [
            (AnswerRemark.EmptyAnswer, questions.Count(question => string.IsNullOrWhiteSpace(question.Prediction))),
            (AnswerRemark.OtherScript, questions.Count(question => IsMostlyOtherScript(question.Prediction))),
            (AnswerRemark.VeryLong, questions.Count(question => question.Prediction.Length > LongAnswer)),
            (AnswerRemark.LineSeparator, questions.Count(question =>
                question.Route.Form == QuestionForm.OpenAnswer && question.Prediction.Any(character => character != '\n' && PtbCharacters.IsLineEnd(character)))),
            (AnswerRemark.ReferenceWithoutLetter, questions.Count(question =>
                question.Route.Form == QuestionForm.MultipleChoice && OfficialLetter.Extract(question.Reference).Length == 0)),
            (AnswerRemark.QuestionDiffers, differing),
        ];
        return counted.Where(item => item.Count > 0).ToDictionary(item => item.Remark, item => item.Count);
    }

    private static bool IsMostlyOtherScript(string text)
    {
        (int latin, int other) = (0, 0);
        foreach (char character in text)
        {
            if (char.IsLetter(character))
            {
                // Latin letters with their extensions end at U+024F; U+1E00 to U+1EFF are Latin too.
                bool isLatin = character is <= '\u024F' or (>= '\u1E00' and <= '\u1EFF');
                (latin, other) = isLatin ? (latin + 1, other) : (latin, other + 1);
            }
        }

        return other > latin;
    }
}
