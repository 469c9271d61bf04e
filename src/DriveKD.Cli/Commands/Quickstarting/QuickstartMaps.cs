using DriveKD.Data.Imaging;
using DriveKD.Data.Imaging.Drawing;
using DriveKD.Data.Samples;
using DriveKD.Evaluation.Compare;
using DriveKD.Evaluation.Quickstart;
using DriveKD.Models.Generation;
using DriveKD.Models.Generation.Attention;

namespace DriveKD.Cli.Commands.Quickstarting;

/// <summary>Draws where a teacher and both students look, side by side.</summary>
internal static class QuickstartMaps
{
    private const int Side = 320;

    /// <summary>Draws one question's maps.</summary>
    /// <param name="sample">The question with its picture.</param>
    /// <param name="layer">The layer that is distilled for its capability.</param>
    /// <param name="models">The models by what they are called, in order.</param>
    /// <param name="cancellation">Stops between models.</param>
    public static QuickstartAttention Draw(Sample sample, AttentionLayer layer, IReadOnlyList<KeyValuePair<string, string>> models, CancellationToken cancellation)
    {
        QuestionPicture picture = QuestionPicture.Read(sample.Images[0].FullPath!);
        RgbImage shown = BicubicResizer.Resize(picture.Image, Side, Side);
        List<AttentionPanel> panels = [];
        List<string> answers = [];
        foreach ((string name, string folder) in models)
        {
            cancellation.ThrowIfCancellationRequested();
            using ModelAssistant assistant = ModelAssistant.Load(folder, cancellation: cancellation);
            Answer answer = assistant.Answer(
                new Question { Text = sample.Question, Pictures = [picture], UsesTrainingLayout = true },
                new GenerationOptions { MaxNewTokens = QuickstartRecipes.MaxNewTokens },
                new AttentionRequest(layer, AttentionRows.All),
                cancellation: cancellation);
            cancellation.ThrowIfCancellationRequested();
            AttentionReading reading = answer.Attention!;
            PictureAttention map = reading.Pictures[0];
            panels.Add(AttentionPanel.FromTokens(shown, $"{name}, layer {reading.Layer} of {reading.Layers}", map.Layout, map.Weights)[0]);
            answers.Add($"{name}: {answer.Text.Trim()}");
        }

        string question = sample.Question.Replace(Sample.ImagePlaceholder, "", StringComparison.Ordinal);
        string title = $"Attention that {CompareNames.Of(sample.Capability)} is distilled from";
        byte[] drawn = AttentionOverlay.Draw(new AttentionFigure { Title = title, Question = question, Answer = string.Join("  |  ", answers), Panels = panels });
        return new QuickstartAttention(title, drawn, question, sample.Answer!);
    }
}
