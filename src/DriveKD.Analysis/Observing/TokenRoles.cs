using DriveKD.Distillation.Signals;

namespace DriveKD.Analysis.Observing;

/// <summary>Which tokens of a sequence are what. Positions count from 0.</summary>
public sealed record TokenRoles
{
    /// <summary>T, the tokens of the sequence.</summary>
    public required int Tokens { get; init; }

    /// <summary>Positions that hold an image embedding, in rising order; empty for a sample without pictures.</summary>
    public required IReadOnlyList<int> Vision { get; init; }

    /// <summary>
    /// Every other position, in rising order: markers, question and answer all count as text, and so do tokens before the pictures, as in the
    /// text-to-vision signals (<see cref="AttentionPairs"/>).
    /// </summary>
    public required IReadOnlyList<int> Text { get; init; }

    /// <summary>The last token that a model is given when it is to answer: the one that predicts the answer's first.</summary>
    public required int LastPromptToken { get; init; }

    /// <summary>
    /// Positions that predict a supervised token, in rising order, from <see cref="LastPromptToken"/> on: the assistant's header is supervised
    /// in training too, but it is the same in every sample. Empty without an answer.
    /// </summary>
    public IReadOnlyList<int> AnswerPositions { get; init; } = [];

    /// <summary>The right next token at each of <see cref="AnswerPositions"/>.</summary>
    public IReadOnlyList<int> AnswerTokens { get; init; } = [];

    /// <summary>Which of <see cref="Vision"/>, counted from 0, the objects cover that the question names, in rising order; empty where it names none.</summary>
    public IReadOnlyList<int> ObjectVision { get; init; } = [];

    /// <summary>The roles of a sequence as training sees it.</summary>
    /// <param name="imageMask">true where a position holds an image embedding.</param>
    /// <param name="labels">The token to predict at each position, not shifted, or <see cref="Supervision.Ignored"/>.</param>
    /// <param name="lastPromptToken">See <see cref="LastPromptToken"/>.</param>
    public static TokenRoles Of(IReadOnlyList<bool> imageMask, IReadOnlyList<int> labels, int lastPromptToken)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(labels.Count, imageMask.Count);
        (long[] positions, long[] targets) = Supervision.Shift(labels);
        int first = Array.FindIndex(positions, position => position >= lastPromptToken);
        first = first < 0 ? positions.Length : first;
        return new TokenRoles
        {
            Tokens = imageMask.Count,
            Vision = [.. Enumerable.Range(0, imageMask.Count).Where(position => imageMask[position])],
            Text = [.. Enumerable.Range(0, imageMask.Count).Where(position => !imageMask[position])],
            LastPromptToken = lastPromptToken,
            AnswerPositions = [.. positions[first..].Select(position => (int)position)],
            AnswerTokens = [.. targets[first..].Select(target => (int)target)],
        };
    }
}
