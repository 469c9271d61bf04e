using DriveKD.Evaluation.DriveBench.Records;

namespace DriveKD.Evaluation.DriveBench.Scoring;

/// <summary>Brings answers and references together, and sets apart what cannot be scored, with the reason.</summary>
internal sealed class QuestionSelection
{
    private readonly List<AnsweredQuestion> _questions = [];
    private readonly List<UnscoredQuestion> _unscored = [];
    private int _differing;

    private QuestionSelection()
    {
    }

    /// <summary>What can be scored, in the order of the file.</summary>
    public IReadOnlyList<AnsweredQuestion> Questions => _questions;

    /// <summary>What cannot.</summary>
    public IReadOnlyList<UnscoredQuestion> Unscored => _unscored;

    /// <summary>Answers whose question stands otherwise in the references.</summary>
    public int DifferingQuestions => _differing;

    public static QuestionSelection Of(AnswerFile answers, ReferenceFile? references)
    {
        QuestionSelection selection = new();
        HashSet<string> answered = new(StringComparer.Ordinal);
        ReferenceIndex? index = references is null ? null : new ReferenceIndex(references);
        foreach (QuestionRecord answer in answers.Records)
        {
            QuestionRecord? reference = index?.Find(answer);
            QuestionRecord record = reference is null ? answer : selection.Join(answer, reference);
            string? key = reference?.Place ?? QuestionKey.Of(answer, withCorruption: true);
            key = reference is null || key is null ? key : $"{key}\n{QuestionKey.Corruption(record)}";
            bool isAnswer = answer is { Fault: null, Prediction: not null };
            bool isRepeated = isAnswer && key is not null && !answered.Add(key);
            selection.Add(record, isRepeated, isUnknown: index is not null && reference is null);
        }

        foreach (QuestionRecord reference in index?.Unanswered ?? [])
        {
            selection.Add(reference with { Prediction = null }, isRepeated: false, isUnknown: false);
        }

        return selection;
    }

    private QuestionRecord Join(QuestionRecord answer, QuestionRecord reference)
    {
        if (answer.Question is not null && QuestionKey.Wording(answer.Question) != QuestionKey.Wording(reference.Question))
        {
            _differing++;
        }

        return reference with
        {
            Place = answer.Place,
            Prediction = answer.Prediction,
            Images = answer.Images.Count > 0 ? answer.Images : reference.Images,
            Fault = answer.Fault ?? reference.Fault,
        };
    }

    private void Add(QuestionRecord record, bool isRepeated, bool isUnknown)
    {
        DriveTask? task = QuestionRouting.FindTask(record.QuestionType);
        QuestionRoute? route = task is DriveTask known ? QuestionRouting.Find(known, record.Tags) : null;
        (UnscoredReason Reason, string? Detail)? why = record.Fault is string fault ? (UnscoredReason.Unreadable, fault)
            : isUnknown ? (UnscoredReason.UnknownQuestion, null)
            : task is null ? (UnscoredReason.UnknownType, record.QuestionType is null ? "there is no question type" : $"'{Shorten(record.QuestionType)}'")
            : route is null ? (UnscoredReason.UnknownTag, $"{record.QuestionType} with {(record.Tags.Count == 0 ? "no tag" : $"tags {string.Join(", ", record.Tags)}")}")
            : isRepeated ? (UnscoredReason.Duplicate, null)
            : record.Prediction is null ? (UnscoredReason.MissingAnswer, null)
            : string.IsNullOrWhiteSpace(record.Reference) ? (UnscoredReason.MissingReference, null)
            : null;
        if (why is { } reason)
        {
            _unscored.Add(new UnscoredQuestion(record.Place, reason.Reason, route, reason.Detail));
        }
        else
        {
            _questions.Add(new AnsweredQuestion(record, route!.Value, record.Scene ?? record.Frame ?? record.Place));
        }
    }

    private static string Shorten(string text) => text.Length <= 40 ? text : text[..40] + "...";
}
