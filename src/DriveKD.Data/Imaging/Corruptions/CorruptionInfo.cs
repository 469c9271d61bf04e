namespace DriveKD.Data.Imaging.Corruptions;

/// <summary>What is known of one kind of corruption beside its arithmetic.</summary>
public sealed record CorruptionInfo
{
    /// <summary>The kind.</summary>
    public required CorruptionKind Kind { get; init; }

    /// <summary>Its name in recipes, on the command line and in folders.</summary>
    public required string Name { get; init; }

    /// <summary>Its name for people, on figures.</summary>
    public required string Title { get; init; }

    /// <summary>Its group; null for the clean picture and the absent one.</summary>
    public CorruptionGroup? Group { get; init; }

    /// <summary>Other names under which it is found: DriveBench's short names, its class names, those of reference tables.</summary>
    public IReadOnlyList<string> OtherNames { get; init; } = [];

    /// <summary>The highest severity that there is; 0 where there are no severities.</summary>
    public int HighestSeverity { get; init; } = 5;

    /// <summary>Why there is no severity above the highest, where others have one.</summary>
    public string? WhyNotHigher { get; init; }

    /// <summary>
    /// The severity found for this kind in a third-party configuration of DriveBench's generator on DriveLM pictures; null where
    /// none was found. Whether the released pictures were made with it is not known.
    /// </summary>
    public int? PublishedSeverity { get; init; }

    /// <summary>Whether the picture depends on the seed.</summary>
    public bool IsRandom { get; init; }

    /// <summary>Whether a frame's cameras share the fault: a picture may stay untouched because another one was hit.</summary>
    public bool ChoosesCameras { get; init; }

    /// <summary>Whether it is made with the program ffmpeg.</summary>
    public bool NeedsFfmpeg { get; init; }

    /// <summary>Whether the kind has a severity.</summary>
    /// <param name="severity">From 1; anything for kinds without severities.</param>
    public bool Has(int severity) => HighestSeverity == 0 || (severity >= 1 && severity <= HighestSeverity);
}
