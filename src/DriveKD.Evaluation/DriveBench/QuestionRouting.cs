namespace DriveKD.Evaluation.DriveBench;

/// <summary>DriveBench's rule which question is scored how, by its type and its tags. Where it asks for two tags, the earlier wins.</summary>
public static class QuestionRouting
{
    private const int ChoiceTag = 0;
    private const int PlanningTag = 1;
    private const int ObjectsTag = 2;
    private const int OrderTag = 3;

    /// <summary>The task of a question type, spelt as the records spell it; null for any other name.</summary>
    /// <param name="questionType">perception, prediction, planning or behavior.</param>
    public static DriveTask? FindTask(string? questionType) => questionType switch
    {
        "perception" => DriveTask.Perception,
        "prediction" => DriveTask.Prediction,
        "planning" => DriveTask.Planning,
        "behavior" => DriveTask.Behavior,
        _ => null,
    };

    /// <summary>Where a question of a task is scored; null where the published scorer knows no rule (it stops there).</summary>
    /// <param name="task">The question's task.</param>
    /// <param name="tags">The question's tags.</param>
    public static QuestionRoute? Find(DriveTask task, IReadOnlyList<int> tags)
    {
        QuestionForm? form = task switch
        {
            DriveTask.Perception => tags.Contains(ObjectsTag) ? QuestionForm.OpenAnswer : tags.Contains(ChoiceTag) ? QuestionForm.MultipleChoice : null,
            DriveTask.Prediction => tags.Contains(OrderTag) ? QuestionForm.OpenAnswer : tags.Contains(ChoiceTag) ? QuestionForm.YesNo : null,
            DriveTask.Planning => tags.Contains(PlanningTag) ? QuestionForm.OpenAnswer : null,
            _ => tags.Contains(ChoiceTag) ? QuestionForm.MultipleChoice : null,
        };
        return form is QuestionForm known ? new QuestionRoute(task, known) : null;
    }
}
