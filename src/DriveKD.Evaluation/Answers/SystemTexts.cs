using DriveKD.Data.Samples;
using DriveKD.Runs.Recipes;

namespace DriveKD.Evaluation.Answers;

/// <summary>The system text of a question, as a recipe's prompts want it.</summary>
public static class SystemTexts
{
    /// <summary>The text; empty for none, null for what the model's own template says.</summary>
    /// <param name="prompts">The recipe's prompts.</param>
    /// <param name="sample">The question.</param>
    public static string? For(PromptSettings prompts, Sample sample) => prompts.System switch
    {
        PromptSettings.NoSystem => "",
        PromptSettings.ModelsOwnSystem => null,
        PromptSettings.DriveBenchSystem => DriveBench(sample),
        string text => text,
    };

    /// <summary>Like DriveBench's, in our words: the role, which cameras are seen in which order, how objects are named, how to answer.</summary>
    private static string DriveBench(Sample sample) =>
        $"""
        You look through the cameras of a car and answer questions about driving it. {Seen(sample.Images)}
        A question may name an object as <c1,CAM_FRONT,x,y>: its number, the camera that sees it, and its centre, counted from the upper left corner, in pixels of a 1600 x 900 picture or as fractions of width and height.
        Rely on what the pictures show. Where options are given, begin with the letter of the right one and say why; else answer in a few plain sentences.
        """;

    private static string Seen(IReadOnlyList<SampleImage> images)
    {
        string[] cameras = [.. images.Select(image => image.Camera).OfType<string>()];
        bool areKnown = cameras.Length == images.Count;
        return images.Count switch
        {
            0 => "You are given no picture.",
            1 => areKnown ? $"You are given one picture, of the camera {cameras[0]}." : "You are given one picture.",
            int count => areKnown
                ? FormattableString.Invariant($"You are given {count} pictures, of these cameras in this order: {string.Join(", ", cameras)}.")
                : FormattableString.Invariant($"You are given {count} pictures."),
        };
    }
}
