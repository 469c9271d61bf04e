namespace DriveKD.Runs.Recipes;

/// <summary>What stands for a sample in one layer of a pre-study.</summary>
public enum StudiedRepresentation
{
    /// <summary>The mean state of the image tokens.</summary>
    Vision,

    /// <summary>The mean state of the text tokens.</summary>
    Text,

    /// <summary>The state of the prompt's last token, from which the answer's first is predicted.</summary>
    LastPromptToken,
}
