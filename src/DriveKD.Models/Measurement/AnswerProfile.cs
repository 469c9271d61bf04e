namespace DriveKD.Models.Measurement;

/// <summary>Where the time of an answer goes: the medians of the answers' shares.</summary>
public sealed record AnswerProfile
{
    private AnswerProfile()
    {
    }

    /// <summary>The whole answer, median.</summary>
    public required double AnswerSeconds { get; init; }

    /// <summary>Share of resizing the pictures.</summary>
    public required double PictureShare { get; init; }

    /// <summary>Share of tower and projector.</summary>
    public required double VisionShare { get; init; }

    /// <summary>Share of the prompt's way through the decoder.</summary>
    public required double PrefillShare { get; init; }

    /// <summary>Share of every token after the first.</summary>
    public required double DecodeShare { get; init; }

    /// <summary>One decoded token, the mean of an answer, median of the answers.</summary>
    public required double TokenSeconds { get; init; }

    /// <summary>Share of a decoded token's time that the output head takes: timed on its own, on the same shape. Null where it was not timed.</summary>
    public required double? HeadShareOfToken { get; init; }

    /// <summary>Share of a decoded token's time that copying the logits and finding the largest takes.</summary>
    public required double ChoiceShareOfToken { get; init; }

    /// <summary>What is left of a decoded token's time: embedding, decoder layers, norm. Null where the head was not timed.</summary>
    public double? LayerShareOfToken => HeadShareOfToken is double head ? Math.Max(0, 1 - head - ChoiceShareOfToken) : null;

    /// <summary>The profile of a case; null where nobody answered it.</summary>
    /// <param name="figures">One model's figures for one case.</param>
    /// <param name="head">The head's seconds per token, or null.</param>
    public static AnswerProfile? Of(CaseFigures figures, Spread? head)
    {
        if (figures.Answers.Count == 0)
        {
            return null;
        }

        // Shares of each answer: a slow moment is a part of its own answer, not of another's.
        double Share(Func<AnswerMeasurement, double> part) => Spread.Of(figures.Answers.Select(answer => (double?)(part(answer) / answer.AnswerSeconds)))!.Median;
        double token = Spread.Of(figures.Answers.Select(answer => (double?)(answer.DecodeSeconds / (answer.NewTokens - 1))))!.Median;
        return new AnswerProfile
        {
            AnswerSeconds = figures.Figures.AnswerSeconds!.Median,
            PictureShare = Share(answer => answer.PictureSeconds ?? 0),
            VisionShare = Share(answer => answer.VisionSeconds ?? 0),
            PrefillShare = Share(answer => answer.PrefillSeconds),
            DecodeShare = Share(answer => answer.DecodeSeconds),
            TokenSeconds = token,
            HeadShareOfToken = head is null ? null : Math.Min(1, head.Median / token),
            ChoiceShareOfToken = Spread.Of(figures.Answers.Select(answer => (double?)(answer.ChoiceSeconds / answer.DecodeSeconds)))!.Median,
        };
    }
}
