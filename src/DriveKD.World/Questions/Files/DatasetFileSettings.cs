namespace DriveKD.World.Questions.Files;

/// <summary>What is written of a data set.</summary>
public sealed record DatasetFileSettings
{
    /// <summary>The data.</summary>
    public required DatasetSettings Data { get; init; }

    /// <summary>How hard the scenes are, as the summary names it.</summary>
    public required string Level { get; init; }

    /// <summary>Whether every question has all six views, the front first, instead of the front one alone.</summary>
    public bool HasAllCameras { get; init; }

    /// <summary>Whether what is true of each scene is written too.</summary>
    public bool HasFacts { get; init; }

    /// <summary>The program and its version, for the summary.</summary>
    public required string Program { get; init; }

    /// <summary>The commit that it was built from; null where that is not known.</summary>
    public string? Commit { get; init; }
}
