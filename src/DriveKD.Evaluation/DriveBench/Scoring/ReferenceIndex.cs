using DriveKD.Evaluation.DriveBench.Records;

namespace DriveKD.Evaluation.DriveBench.Scoring;

/// <summary>Finds the reference of an answer: by id, else by scene, key frame, type and wording.</summary>
internal sealed class ReferenceIndex
{
    private readonly Dictionary<string, QuestionRecord> _byId = new(StringComparer.Ordinal);
    private readonly Dictionary<string, QuestionRecord> _byKey = new(StringComparer.Ordinal);
    private readonly List<QuestionRecord> _questions = [];
    private readonly HashSet<string> _found = new(StringComparer.Ordinal);

    public ReferenceIndex(ReferenceFile references)
    {
        foreach (QuestionRecord question in references.Questions)
        {
            bool isNew = question.Id is null || _byId.TryAdd(question.Id, question);
            string? key = QuestionKey.Of(question, withCorruption: true);
            isNew &= key is null || _byKey.TryAdd(key, question) || question.Id is not null;
            if (QuestionKey.Of(question, withCorruption: false) is string plain)
            {
                _byKey.TryAdd(plain, question);
            }

            if (isNew)
            {
                _questions.Add(question);
            }
        }
    }

    /// <summary>References that no answer was found for.</summary>
    public IEnumerable<QuestionRecord> Unanswered => _questions.Where(question => !_found.Contains(question.Place));

    public QuestionRecord? Find(QuestionRecord answer)
    {
        QuestionRecord? found = answer.Id is not null ? _byId.GetValueOrDefault(answer.Id) : null;
        found ??= QuestionKey.Of(answer, withCorruption: true) is string key ? _byKey.GetValueOrDefault(key) : null;
        found ??= QuestionKey.Of(answer, withCorruption: false) is string plain ? _byKey.GetValueOrDefault(plain) : null;
        if (found is not null)
        {
            _found.Add(found.Place);
        }

        return found;
    }
}
