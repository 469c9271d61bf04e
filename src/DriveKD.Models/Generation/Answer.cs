using DriveKD.Data.Imaging;
using DriveKD.Models.Generation.Attention;

namespace DriveKD.Models.Generation;

/// <summary>What a model answered.</summary>
public sealed record Answer
{
    /// <summary>The text, special tokens left out; what was streamed, in one piece.</summary>
    public required string Text { get; init; }

    /// <summary>The generated ids, without the stop token.</summary>
    public required IReadOnlyList<int> TokenIds { get; init; }

    /// <summary>Why it ended.</summary>
    public required StopReason StopReason { get; init; }

    /// <summary>Tokens of the prompt, those of the pictures included.</summary>
    public required int PromptTokens { get; init; }

    /// <summary>Tokens of the prompt, from its beginning, whose keys and values were there from the question before; they were not read again.</summary>
    public int ReusedTokens { get; init; }

    /// <summary>Tiles whose features were there from earlier questions; they did not go through the vision tower again.</summary>
    public int ReusedTiles { get; init; }

    /// <summary>How each picture stood in the prompt.</summary>
    public required IReadOnlyList<PictureLayout> Pictures { get; init; }

    /// <summary>Where the time went.</summary>
    public required AnswerTimings Timings { get; init; }

    /// <summary>Where the model looked, if that was asked for and the answer was not cancelled.</summary>
    public AttentionReading? Attention { get; init; }
}
