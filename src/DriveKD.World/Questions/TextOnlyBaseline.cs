using System.Text.RegularExpressions;

namespace DriveKD.World.Questions;

/// <summary>
/// Answers from the text of a question alone, to measure how much can be guessed: for each kind a naive Bayes classifier over the question's words; with options, the one whose
/// words were right most often when they were offered. Object tags count as words by their tens of pixels.
/// </summary>
public sealed partial class TextOnlyBaseline
{
    private readonly Dictionary<string, KindModel> _kinds = new(StringComparer.Ordinal);

    private TextOnlyBaseline()
    {
    }

    /// <summary>Learns from questions and their answers.</summary>
    /// <param name="questions">At least one of every kind that will be asked.</param>
    public static TextOnlyBaseline Train(IEnumerable<WorldQuestion> questions)
    {
        TextOnlyBaseline baseline = new();
        foreach (WorldQuestion question in questions)
        {
            if (!baseline._kinds.TryGetValue(question.Kind, out KindModel? model))
            {
                baseline._kinds[question.Kind] = model = new KindModel();
            }

            model.Learn(question);
        }

        return baseline;
    }

    /// <summary>The answer, as <see cref="Target"/> has it; null for a kind that was never seen.</summary>
    /// <param name="question">Its <see cref="WorldQuestion.Answer"/> is not looked at.</param>
    public string? Answer(WorldQuestion question) => _kinds.GetValueOrDefault(question.Kind)?.Answer(question);

    /// <summary>The answer that came most often, for a question of its kind.</summary>
    /// <param name="question">Its <see cref="WorldQuestion.Answer"/> is not looked at.</param>
    public string? MajorityAnswer(WorldQuestion question) => _kinds.GetValueOrDefault(question.Kind)?.Majority();

    /// <summary>Measures on questions that were not learned from.</summary>
    /// <param name="questions">At least one.</param>
    public TextOnlyRate Measure(IReadOnlyCollection<WorldQuestion> questions)
    {
        ArgumentOutOfRangeException.ThrowIfZero(questions.Count, nameof(questions));
        return new TextOnlyRate(
            questions.Count,
            questions.Count(question => MajorityAnswer(question) == Target(question)) / (double)questions.Count,
            questions.Count(question => Answer(question) == Target(question)) / (double)questions.Count);
    }

    /// <summary>What has to be met: the letter where there are options, else the decisive words.</summary>
    /// <param name="question">A question with its answer.</param>
    public static string Target(WorldQuestion question) =>
        question.RightOption is int right ? ((char)('A' + right)).ToString() : question.Decisive;

    private static HashSet<string> Words(WorldQuestion question)
    {
        HashSet<string> words = new(StringComparer.Ordinal);
        foreach (Match match in Word().Matches(question.Question))
        {
            words.Add(match.Groups["x"].Success
                ? $"{match.Groups["x"].Value.PadLeft(4, '0')[..3]} {match.Groups["y"].Value.PadLeft(4, '0')[..3]}"
                : match.Value);
        }

        return words;
    }

    [GeneratedRegex(@"<c\d+,\w+,(?<x>\d+)\.\d,(?<y>\d+)\.\d>|\w+", RegexOptions.CultureInvariant)]
    private static partial Regex Word();

    private sealed class KindModel
    {
        private readonly Dictionary<string, int> _answers = new(StringComparer.Ordinal);
        private readonly Dictionary<(string Answer, string Word), int> _words = [];
        private readonly Dictionary<string, int> _known = new(StringComparer.Ordinal);
        private readonly Dictionary<string, (int Right, int Offered)> _options = new(StringComparer.Ordinal);
        private int _count;

        public void Learn(WorldQuestion question)
        {
            string answer = Target(question);
            _count++;
            _answers[answer] = _answers.GetValueOrDefault(answer) + 1;
            foreach (string word in Words(question))
            {
                _words[(answer, word)] = _words.GetValueOrDefault((answer, word)) + 1;
                _known[word] = _known.GetValueOrDefault(word) + 1;
            }

            for (int i = 0; i < question.Options.Count; i++)
            {
                (int right, int offered) = _options.GetValueOrDefault(question.Options[i]);
                _options[question.Options[i]] = (right + (i == question.RightOption ? 1 : 0), offered + 1);
            }
        }

        public string Answer(WorldQuestion question) => question.Options.Count > 0 ? Choose(question) : Classify(question);

        // Ties go to the earlier in alphabetic order, so that nothing depends on the order of a table.
        public string Majority() => _answers.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal).First().Key;

        private string Choose(WorldQuestion question)
        {
            int best = Enumerable.Range(0, question.Options.Count).MaxBy(i =>
            {
                (int right, int offered) = _options.GetValueOrDefault(question.Options[i]);
                return (right + 1.0) / (offered + question.Options.Count);
            });
            return ((char)('A' + best)).ToString();
        }

        private string Classify(WorldQuestion question)
        {
            string[] words = [.. Words(question).Where(_known.ContainsKey)];
            return _answers.OrderBy(pair => pair.Key, StringComparer.Ordinal).MaxBy(pair =>
            {
                // Bernoulli features that are there; m-estimate towards the word's rate over all answers.
                double score = Math.Log(pair.Value / (double)_count);
                foreach (string word in words)
                {
                    double rate = _known[word] / (double)_count;
                    score += Math.Log((_words.GetValueOrDefault((pair.Key, word)) + (2 * rate)) / (pair.Value + 2));
                }

                return score;
            }).Key;
        }
    }
}
