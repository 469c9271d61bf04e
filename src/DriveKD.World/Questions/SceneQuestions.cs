using DriveKD.World.Futures;

namespace DriveKD.World.Questions;

/// <summary>All questions about a scene that have one right answer which its picture or its futures tell.</summary>
public static class SceneQuestions
{
    /// <summary>
    /// Makes them. Nothing is asked about an object that its words do not name without doubt, nor about all of them where some are half seen. The same
    /// facts and settings give the same questions.
    /// </summary>
    /// <param name="facts">What is true of the scene.</param>
    /// <param name="settings">How questions are worded; the defaults where null.</param>
    /// <returns>Of every capability, and general ones.</returns>
    public static IReadOnlyList<WorldQuestion> Of(SceneFacts facts, QuestionSettings? settings = null)
    {
        QuestionDraft draft = new(facts, settings ?? new QuestionSettings());
        PerceptionQuestions.Add(draft);
        ReasoningQuestions.Add(draft);
        PlanningQuestions.Add(draft);
        GeneralQuestions.Add(draft);
        return draft.Questions;
    }

    /// <summary>
    /// The caption of a scene: light, crossing, both lines, then every object. Ask for it only where <see cref="SceneFacts.IsComplete"/> holds.
    /// </summary>
    /// <param name="facts">What is true of the scene.</param>
    public static string Caption(SceneFacts facts) => GeneralQuestions.Describe(facts);

    /// <summary>Whether a question is a caption.</summary>
    /// <param name="question">Any.</param>
    public static bool IsCaption(WorldQuestion question) => question.Kind == GeneralQuestions.Caption;

    /// <summary>Whether a question is a caption of one place.</summary>
    /// <param name="question">Any.</param>
    public static bool IsPlace(WorldQuestion question) => question.Kind == GeneralQuestions.Place;
}
