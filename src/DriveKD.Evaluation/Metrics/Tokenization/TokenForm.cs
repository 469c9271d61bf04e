namespace DriveKD.Evaluation.Metrics.Tokenization;

/// <summary>What becomes of a matched piece of text.</summary>
internal enum TokenForm
{
    /// <summary>A token as it stands.</summary>
    Plain,

    /// <summary>A fixed token.</summary>
    Replaced,

    /// <summary>A token whose spaces become no-break spaces.</summary>
    KeptSpaces,

    /// <summary>Two tokens.</summary>
    Split,

    /// <summary>A single letter with its period (A.), which it gives up where a sentence ends.</summary>
    Initial,

    /// <summary>Letters with periods (U.S.), followed by one more period where a sentence ends.</summary>
    Acronym,

    /// <summary>An abbreviation with its period (etc.), followed by one more where a sentence may end.</summary>
    EndingAbbreviation,
}
