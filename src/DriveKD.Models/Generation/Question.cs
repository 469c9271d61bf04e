using System.Globalization;
using DriveKD.Data.Errors;
using DriveKD.Data.Imaging;
using DriveKD.Data.Text;

namespace DriveKD.Models.Generation;

/// <summary>What a model is asked: text, pictures, and how the pictures are cut.</summary>
public sealed record Question
{
    /// <summary>Stands for a picture in the text.</summary>
    public const string Placeholder = "<image>";

    // With these in it a text could close its own turn or take the place of a picture.
    private static readonly string[] _reserved =
    [
        ChatTokens.TurnStart, ChatTokens.TurnEnd, ChatTokens.EndOfText,
        .. PictureMarkup.All.SelectMany(markup => markup.Tokens), ChatTokens.VideoSlot,
    ];

    /// <summary>
    /// The text. <see cref="Placeholder"/> in it stands for a picture, the pictures taken in order; without any the pictures
    /// go in front.
    /// </summary>
    public required string Text { get; init; }

    /// <summary>The pictures, in order.</summary>
    public IReadOnlyList<QuestionPicture> Pictures { get; init; } = [];

    /// <summary>The system text; null leaves it to the model's template.</summary>
    public string? SystemText { get; init; }

    /// <summary>
    /// Whether the prompt has the sequence that distillation trains on, without any system turn, instead of the model's chat template: small
    /// models know no other.
    /// </summary>
    public bool UsesTrainingLayout { get; init; }

    /// <summary>
    /// The most tiles that a picture is cut into: 1 makes it one square, as the method does; more is OpenGVLab's dynamic tiling,
    /// with a thumbnail beside the tiles.
    /// </summary>
    public int MaxTiles { get; init; } = 1;

    /// <summary>Refuses what can be no question to any model, all at once.</summary>
    /// <exception cref="InputException">
    /// The text is empty; it holds control tokens; a system text stands beside the training's layout; its placeholders are not as many as the pictures; the number of tiles is out of range.
    /// </exception>
    public void Validate()
    {
        List<Problem> problems = [];
        if (string.IsNullOrWhiteSpace(Text))
        {
            problems.Add(new Problem("question", "is empty; a text is expected."));
        }

        problems.AddRange(FindReserved("question", Text));
        problems.AddRange(FindReserved("system text", SystemText ?? ""));
        if (SystemText is not null && SystemText.Contains(Placeholder, StringComparison.Ordinal))
        {
            problems.Add(new Problem("system text", $"holds {Placeholder}; pictures belong to the question."));
        }

        if (UsesTrainingLayout && SystemText is not null)
        {
            problems.Add(new Problem("system text", "stands beside the training's layout, which has no system turn; leave one of them out."));
        }

        int places = Text.Split(Placeholder).Length - 1;
        if (places > 0 && places != Pictures.Count)
        {
            problems.Add(new Problem(
                "question",
                string.Create(CultureInfo.InvariantCulture, $"holds {Placeholder} {places} times, and {Pictures.Count} pictures were given; write it once for every picture, or leave it out: then the pictures go in front.")));
        }

        if (MaxTiles is < 1 or > DynamicTiling.MostTiles)
        {
            problems.Add(new Problem(
                "tiles", string.Create(CultureInfo.InvariantCulture, $"is {MaxTiles}; 1 (one square) to {DynamicTiling.MostTiles} is expected.")));
        }

        if (problems.Count > 0)
        {
            throw new InputException(problems);
        }
    }

    /// <summary>A problem for every control token that a text holds.</summary>
    /// <param name="where">What the text is.</param>
    /// <param name="text">The text.</param>
    internal static IReadOnlyList<Problem> FindReserved(string where, string text) =>
        [.. _reserved.Where(token => text.Contains(token, StringComparison.Ordinal)).Select(token => new Problem(
            where, $"holds {token}, a control token that the prompt itself is built of; leave it out or write it otherwise."))];
}
