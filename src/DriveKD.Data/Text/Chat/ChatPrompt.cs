namespace DriveKD.Data.Text.Chat;

/// <summary>A rendered conversation, ready for the model.</summary>
public sealed record ChatPrompt
{
    /// <summary>The prompt with one placeholder per picture.</summary>
    public required string Text { get; init; }

    /// <summary>The prompt with every placeholder replaced by the picture's tokens.</summary>
    public required string ExpandedText { get; init; }

    /// <summary>The ids of <see cref="ExpandedText"/>.</summary>
    public required int[] Ids { get; init; }

    /// <summary>How many pictures found a place. A model fails where this is not the number of pictures given.</summary>
    public required int ImagesPlaced { get; init; }

    /// <summary>Generation stops at any of these ids.</summary>
    public required IReadOnlyList<int> StopIds { get; init; }

    /// <summary>The same as text: an answer is cut where one of them begins.</summary>
    public required IReadOnlyList<string> StopTexts { get; init; }
}
