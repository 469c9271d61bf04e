namespace DriveKD.Models.Families;

/// <summary>What a folder's small files are checked against when it is inspected.</summary>
internal sealed record FolderHabits
{
    /// <summary>The section of config.json that the decoder is described in; null for the root.</summary>
    public required string? LanguageSection { get; init; }

    /// <summary>Where the chat template comes from besides files of its own; null where there is nothing.</summary>
    public string? ConfigTemplate { get; init; }

    /// <summary>The most image tokens of a picture, and what it then is.</summary>
    public required (long Tokens, string What) Largest { get; init; }

    /// <summary>What a picture is by default: the end of "N tokens as ...".</summary>
    public required string Usual { get; init; }

    /// <summary>The tower's norm, biases and patches in a few words.</summary>
    public required string Tower { get; init; }
}
