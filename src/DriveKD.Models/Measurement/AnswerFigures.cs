namespace DriveKD.Models.Measurement;

/// <summary>Several answers summed up, or the ratios of answers that two models gave in turn. A figure that was never taken is null.</summary>
public sealed record AnswerFigures
{
    private AnswerFigures(Func<Func<AnswerMeasurement, double?>, Spread?> summarise)
    {
        PictureSeconds = summarise(answer => answer.PictureSeconds);
        VisionSeconds = summarise(answer => answer.VisionSeconds);
        PrefillSeconds = summarise(answer => answer.PrefillSeconds);
        FirstTokenSeconds = summarise(answer => answer.FirstTokenSeconds);
        DecodeSeconds = summarise(answer => answer.DecodeSeconds);
        DecodeTokensPerSecond = summarise(answer => answer.DecodeTokensPerSecond);
        AnswerSeconds = summarise(answer => answer.AnswerSeconds);
        AnswersPerSecond = summarise(answer => answer.AnswersPerSecond);
        JoulesPerAnswer = summarise(answer => answer.Joules);
        AnswersPerWattHour = summarise(answer => answer.AnswersPerWattHour);
    }

    /// <inheritdoc cref="AnswerMeasurement.PictureSeconds" />
    public Spread? PictureSeconds { get; }

    /// <inheritdoc cref="AnswerMeasurement.VisionSeconds" />
    public Spread? VisionSeconds { get; }

    /// <inheritdoc cref="AnswerMeasurement.PrefillSeconds" />
    public Spread? PrefillSeconds { get; }

    /// <inheritdoc cref="AnswerMeasurement.FirstTokenSeconds" />
    public Spread? FirstTokenSeconds { get; }

    /// <inheritdoc cref="AnswerMeasurement.DecodeSeconds" />
    public Spread? DecodeSeconds { get; }

    /// <inheritdoc cref="AnswerMeasurement.DecodeTokensPerSecond" />
    public Spread? DecodeTokensPerSecond { get; }

    /// <inheritdoc cref="AnswerMeasurement.AnswerSeconds" />
    public Spread? AnswerSeconds { get; }

    /// <inheritdoc cref="AnswerMeasurement.AnswersPerSecond" />
    public Spread? AnswersPerSecond { get; }

    /// <inheritdoc cref="AnswerMeasurement.Joules" />
    public Spread? JoulesPerAnswer { get; }

    /// <inheritdoc cref="AnswerMeasurement.AnswersPerWattHour" />
    public Spread? AnswersPerWattHour { get; }

    /// <summary>Sums answers up.</summary>
    /// <param name="answers">Of one model to one case.</param>
    public static AnswerFigures Of(IReadOnlyList<AnswerMeasurement> answers) => new(figure => Spread.Of(answers.Select(figure)));

    /// <summary>Sums up the ratios of answers to one case that were given in turn.</summary>
    /// <param name="answers">Of one model.</param>
    /// <param name="against">Of the other; the ratio's denominator.</param>
    public static AnswerFigures RatiosOf(IReadOnlyList<AnswerMeasurement> answers, IReadOnlyList<AnswerMeasurement> against) =>
        new(figure => Spread.OfRatios(answers.Select(figure), against.Select(figure)));
}
