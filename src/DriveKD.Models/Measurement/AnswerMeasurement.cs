namespace DriveKD.Models.Measurement;

/// <summary>What one answer took. Loading the model is not part of it.</summary>
public sealed record AnswerMeasurement
{
    /// <summary>Resizing the pictures to the model's squares; null without pictures.</summary>
    public required double? PictureSeconds { get; init; }

    /// <summary>Normalising, vision tower and projector; null without pictures.</summary>
    public required double? VisionSeconds { get; init; }

    /// <summary>The prompt through the decoder, up to the choice of the first token.</summary>
    public required double PrefillSeconds { get; init; }

    /// <summary>Every token after the first.</summary>
    public required double DecodeSeconds { get; init; }

    /// <summary>The part of <see cref="DecodeSeconds"/> in which logits were copied and the largest was found.</summary>
    public required double ChoiceSeconds { get; init; }

    /// <summary>Tokens that were generated.</summary>
    public required int NewTokens { get; init; }

    /// <summary>What the machine's processors drew meanwhile; null where the machine does not tell.</summary>
    public required double? Joules { get; init; }

    /// <summary>From the question to the first token: pictures, vision and prefill.</summary>
    public double FirstTokenSeconds => (PictureSeconds ?? 0) + (VisionSeconds ?? 0) + PrefillSeconds;

    /// <summary>From the question to the last token.</summary>
    public double AnswerSeconds => FirstTokenSeconds + DecodeSeconds;

    /// <summary>Tokens per second while decoding, the first left out.</summary>
    public double? DecodeTokensPerSecond => NewTokens > 1 && DecodeSeconds > 0 ? (NewTokens - 1) / DecodeSeconds : null;

    /// <summary>Answers in a row, one at a time.</summary>
    public double? AnswersPerSecond => AnswerSeconds > 0 ? 1 / AnswerSeconds : null;

    /// <summary>Answers for the energy of one watt over one hour.</summary>
    public double? AnswersPerWattHour => Joules > 0 ? 3600 / Joules : null;
}
