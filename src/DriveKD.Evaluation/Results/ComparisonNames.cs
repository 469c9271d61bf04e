namespace DriveKD.Evaluation.Results;

/// <summary>What two models, or two passes, are compared by.</summary>
internal static class ComparisonNames
{
    /// <summary>Between the names of two models.</summary>
    public const string Against = " against ";

    /// <summary>Between the models and what is compared.</summary>
    public const string By = ": ";

    /// <summary>All questions of the official cells.</summary>
    public const string All = "all questions, points";

    /// <summary>Questions with options.</summary>
    public const string Letters = "letters, official";

    /// <summary>Questions with options, read strictly.</summary>
    public const string StrictLetters = "letters, strict";
}
