namespace DriveKD.Data.Samples.Inspection;

/// <summary>What an inspection looks at besides the record file itself.</summary>
public sealed record InspectionOptions
{
    /// <summary>The folder under which the pictures lie; null: pictures are not looked for, and leakage goes by recorded paths alone.</summary>
    public string? ImageRoot { get; init; }

    /// <summary>Another record file; what both share is leakage. Its pictures lie under the same root.</summary>
    public string? Against { get; init; }

    /// <summary>Counts the tokens of a text; null: lengths are given in characters alone.</summary>
    public Func<string, int>? CountTokens { get; init; }
}
