using DriveKD.Data.Samples;
using DriveKD.Evaluation.DriveBench.Records;

namespace DriveKD.Evaluation.DriveBench.Scoring;

/// <summary>What a question asks and whose picture it is about, told by its wording and its pictures.</summary>
internal static class QuestionKind
{
    private const string SeveralCameras = "several";

    /// <summary>The kind of question.</summary>
    public static string Of(QuestionRoute route, string question) => (route.Task, route.Form) switch
    {
        (DriveTask.Perception, QuestionForm.OpenAnswer) => "important objects",
        (DriveTask.Perception, _) => "moving status",
        (DriveTask.Prediction, QuestionForm.YesNo) => "yes or no",
        (DriveTask.Prediction, _) => "what to notice first",
        (DriveTask.Behavior, _) => "behavior of the ego vehicle",
        _ when question.Contains("collision", StringComparison.OrdinalIgnoreCase) => "collision",
        _ when question.Contains("safe actions", StringComparison.OrdinalIgnoreCase) => "safe actions",
        _ when question.Contains("what actions could", StringComparison.OrdinalIgnoreCase) => "possible actions",
        _ => "other planning",
    };

    /// <summary>The camera of the objects that the question names; without any, the only camera that has a picture.</summary>
    public static string Camera(QuestionRecord record)
    {
        string[] cameras = [.. ObjectTag.FindAll(record.Question ?? "").Select(tag => tag.Camera).Distinct()];
        cameras = cameras.Length > 0 ? cameras : [.. record.Images.Select(image => image.Camera).OfType<string>().Distinct()];
        return cameras.Length switch { 0 => QuestionKey.NotStated, 1 => cameras[0], _ => SeveralCameras };
    }
}
