using System.Globalization;
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
    public AttentionFigure ToFigure(string model, string question, string? answer)
    {
        string tokens = Rows switch
        {
            AttentionRows.Question => "of the question",
            AttentionRows.Answer => "of the answer",
            _ => "of question, answer and markup",
        };
        return new AttentionFigure
        {
            Title = string.Create(CultureInfo.InvariantCulture, $"Text-to-vision attention, layer {Layer} of {Layers}, {model}"),
            Question = question,
            Answer = answer,
            ValueLabel = string.Create(CultureInfo.InvariantCulture, $"attention per picture token, mean of {RowCount} text tokens {tokens}"),
            Panels = [.. Pictures.SelectMany((picture, index) => AttentionPanel.FromTokens(
                picture.Picture.Image,
                Label(index, picture.Picture.Name),
                picture.Layout.Grid,
                picture.Layout.HasThumbnail,
                picture.TokensPerSide,
                picture.Weights))],
        };
    }

    // The folder comes first: in driving data it names the camera, and a label that is too long loses its end.
    private static string Label(int index, string name)
    {
        string folder = Path.GetFileName(Path.GetDirectoryName(name)) ?? "";
        string file = Path.GetFileName(name);
        string shown = folder.Length > 0 ? $"{folder}/{file}" : file;
        return string.Create(CultureInfo.InvariantCulture, $"{index + 1}: {shown}");
    }
}
