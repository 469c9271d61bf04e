using DriveKD.Data.Imaging.Drawing;

namespace DriveKD.Models.Generation.Attention;

/// <summary>Text-to-vision attention of one decoder layer: mean over its heads and over chosen text tokens.</summary>
public sealed record AttentionReading
{
    /// <summary>The layer, from 1.</summary>
    public required int Layer { get; init; }

    /// <summary>The decoder's layers.</summary>
    public required int Layers { get; init; }

    /// <summary>Whose attention was averaged.</summary>
    public required AttentionRows Rows { get; init; }

    /// <summary>How many tokens that are.</summary>
    public required int RowCount { get; init; }

    /// <summary>The pictures, in order.</summary>
    public required IReadOnlyList<PictureAttention> Pictures { get; init; }

    /// <summary>A figure of the maps over their pictures.</summary>
    /// <param name="model">What to call the model.</param>
    /// <param name="question">The question that was asked.</param>
    /// <param name="answer">The answer; left out when null.</param>
    public AttentionFigure ToFigure(string model, string question, string? answer) => new()
    {
        Title = $"Attention of {TextRows.Describe(Rows, RowCount)}, layer {Layer} of {Layers}, {model}",
        Question = question,
        Answer = string.IsNullOrWhiteSpace(answer) ? null : answer.Trim(),
        Panels = [.. Pictures.SelectMany((picture, index) => AttentionPanel.FromTokens(
            picture.Picture.Image,
            PictureLabel.Of(index, picture.Picture.Name),
            picture.Layout,
            picture.Weights))],
    };
}
