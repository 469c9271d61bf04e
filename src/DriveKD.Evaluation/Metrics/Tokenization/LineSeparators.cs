namespace DriveKD.Evaluation.Metrics.Tokenization;

/// <summary>What a carriage return, vertical tab, form feed, U+2028 or U+2029 inside a caption does. A line feed is always a space.</summary>
public enum LineSeparators
{
    /// <summary>It is a space.</summary>
    AsSpaces,

    /// <summary>
    /// It begins a new line of output, so that every later caption of the side gets the tokens of the one before it, and the
    /// surplus at the end is dropped: a fault of the published code, for comparison with figures that suffer from it.
    /// </summary>
    AsPublished,
}
