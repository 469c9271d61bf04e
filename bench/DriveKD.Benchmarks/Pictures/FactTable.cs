namespace DriveKD.Benchmarks.Pictures;

/// <summary>
/// How far an answer follows from what is seen: the commonest answer per description, learned from one half of the scenes and asked on the other. A description
/// that was not learned falls back to a coarser one.
/// </summary>
internal sealed class FactTable
{
    private readonly Dictionary<string, Dictionary<string, int>> _counts = [];
    private readonly Dictionary<string, int> _answers = [];
    private int _asked;
    private int _right;

    /// <summary>Learns from or asks about one case.</summary>
    /// <param name="isLearned">Which.</param>
    /// <param name="answer">The answer.</param>
    /// <param name="descriptions">From fine to coarse.</param>
    public void Add(bool isLearned, string answer, params ReadOnlySpan<string> descriptions)
    {
        if (isLearned)
        {
            foreach (string description in descriptions)
            {
                Dictionary<string, int> counts = _counts.TryGetValue(description, out Dictionary<string, int>? known) ? known : _counts[description] = [];
                counts[answer] = counts.GetValueOrDefault(answer) + 1;
            }

            return;
        }

        _asked++;
        _answers[answer] = _answers.GetValueOrDefault(answer) + 1;
        foreach (string description in descriptions)
        {
            if (_counts.TryGetValue(description, out Dictionary<string, int>? counts))
            {
                _right += counts.MaxBy(count => count.Value).Key == answer ? 1 : 0;
                return;
            }
        }
    }

    /// <summary>Prints the result.</summary>
    /// <param name="name">What was asked.</param>
    public void Show(string name)
    {
        double asked = Math.Max(_asked, 1);
        double commonest = _answers.Values.DefaultIfEmpty().Max() / asked;
        Report.Line($"{name,-12} {_right / asked,6:F3} of {_asked} are told by what is seen; the commonest answer alone {commonest:F3}");
    }
}
