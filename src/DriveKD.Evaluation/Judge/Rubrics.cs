using static DriveKD.Evaluation.Judge.JudgeField;

namespace DriveKD.Evaluation.Judge;

/// <summary>
/// DriveBench's sheets: criteria, points, and what each is shown in which order are the published ones; the wording is ours. The
/// sheet of perception's open questions asks for actions and motion although the questions ask for objects: so it was published.
/// </summary>
public static class Rubrics
{
    /// <summary>Moving status of an object, one of several options.</summary>
    public static Rubric PerceptionMultipleChoice { get; } = new()
    {
        QuestionType = "perception",
        IsMultipleChoice = true,
        Subject = "how an object near the vehicle moves, as one of several options",
        Fields = [Question, Description, Reference, Prediction],
        Criteria =
        [
            new("Answer Correctness", 50, "the option chosen is that of the reference; another option, or none, earns nothing here", IsAllOrNothing: true),
            new("Object Recognition", 10, "the explanation names the right object (5) and its visible attributes (5), as the description gives them"),
            new("Object Location and Orientation", 15, "it says where the object is and how it faces (5), what surrounds it (5), and what else in the scene bears on it (5)"),
            new("Environmental Condition Awareness", 15, "it takes light, weather, road and traffic into account where they bear on the answer"),
            new("Clarity of Reasoning", 10, "its steps follow from each other (5) and are put plainly (5)"),
        ],
    };

    /// <summary>Important objects, openly.</summary>
    public static Rubric PerceptionOpen { get; } = new()
    {
        QuestionType = "perception",
        IsMultipleChoice = false,
        Subject = "what matters in the scene around the vehicle",
        Fields = [Question, Prediction, Reference],
        Criteria =
        [
            new("Action Alignment", 20, "what it says is being done, or is to be done, agrees with the reference"),
            new("Motion Precision", 20, "movements and positions are those of the reference, as exactly as it gives them"),
            new("Driving Context Appropriateness", 15, "it fits the traffic situation at hand"),
            new("Situational Awareness", 15, "it sees the road users, signals and dangers that the reference sees"),
            new("Conciseness and Clarity", 20, "it says what is needed, and no more, so that one reading is enough"),
            new("Grammar", 10, "the language is correct"),
        ],
    };

    /// <summary>Defined by the published code and used by none of its questions.</summary>
    public static Rubric PredictionMultipleChoice { get; } = new()
    {
        QuestionType = "prediction",
        IsMultipleChoice = true,
        Subject = "what an object will do, as one of several options",
        Fields = [Question, Reference, Prediction],
        Criteria =
        [
            new("Answer Correctness", 40, "the option chosen is that of the reference"),
            new("Object Category Identification", 15, "the explanation names the right kind of object"),
            new("Object Visual Appearance", 15, "it describes how the object looks as the reference does"),
            new("Object Position and Motion", 15, "it says where the object is and how it moves as the reference does"),
            new("Explanation Clarity and Justification", 15, "it gives reasons for the choice, plainly"),
        ],
    };

    /// <summary>What to notice first, second, third.</summary>
    public static Rubric PredictionOpen { get; } = new()
    {
        QuestionType = "prediction",
        IsMultipleChoice = false,
        Subject = "which objects the driver should notice, in which order, and what follows",
        Fields = [Question, Reference, Prediction],
        Criteria =
        [
            new("Object Identification and Priority Order", 20, "the objects are those of the reference, in its order"),
            new("Object Category and Visual Description Accuracy", 20, "kind and looks of each object agree with the reference"),
            new("State of the Object", 15, "what each object is doing or showing agrees with the reference"),
            new("Recommended Action for Ego Vehicle", 15, "what the vehicle should do about each agrees with the reference"),
            new("Logical Flow and Reasonableness of Prediction", 20, "one thing follows from the other, and could happen so"),
            new("Clarity and Grammar", 10, "it is put plainly and correctly"),
        ],
    };

    /// <summary>What to do, why, how likely.</summary>
    public static Rubric PlanningOpen { get; } = new()
    {
        QuestionType = "planning",
        IsMultipleChoice = false,
        Subject = "what the vehicle should or should not do",
        Fields = [Question, Description, Reference, Prediction],
        Criteria =
        [
            new("Action Prediction Accuracy", 40, "the action is that of the reference, or comes to the same"),
            new("Reasoning and Justification", 20, "the reasons given are sound and fit the scene"),
            new("Probability or Confidence Level", 15, "how likely it calls an outcome, where the question asks for that, agrees with the reference"),
            new("Contextual Awareness and Safety Considerations", 15, "it heeds the scene around it, and what is safe"),
            new("Conciseness and Clarity", 10, "it says what is needed, plainly"),
        ],
    };

    /// <summary>The vehicle's own behavior, one of several options.</summary>
    public static Rubric BehaviorMultipleChoice { get; } = new()
    {
        QuestionType = "behavior",
        IsMultipleChoice = true,
        Subject = "how the vehicle itself is behaving, as one of several options",
        Fields = [Question, Reference, Prediction],
        Criteria =
        [
            new("Answer Correctness", 50, "the option chosen is that of the reference; another option, or none, earns nothing here", IsAllOrNothing: true),
            new("Behavioral Understanding and Detail", 15, "the explanation understands direction and speed, in detail"),
            new("Reasoning and Justification", 15, "it gives sound reasons for the choice"),
            new("Contextual Relevance", 10, "its reasons come from this scene"),
            new("Clarity and Grammar", 10, "it is put plainly and correctly"),
        ],
    };

    /// <summary>All sheets.</summary>
    public static IReadOnlyList<Rubric> All { get; } =
        [PerceptionMultipleChoice, PerceptionOpen, PredictionMultipleChoice, PredictionOpen, PlanningOpen, BehaviorMultipleChoice];

    /// <summary>The sheet of a question, by the published routing: an important-objects or notice-order tag goes before a choice tag.</summary>
    /// <param name="questionType">As the record names it.</param>
    /// <param name="tags">The record's tags.</param>
    /// <param name="why">Why there is none; null where there is one.</param>
    public static Rubric? For(string? questionType, IReadOnlyList<int> tags, out string? why)
    {
        Rubric? rubric = questionType switch
        {
            "perception" => tags.Contains(2) ? PerceptionOpen : tags.Contains(0) ? PerceptionMultipleChoice : null,
            "prediction" => tags.Contains(3) ? PredictionOpen : null,
            "planning" => tags.Contains(1) ? PlanningOpen : null,
            "behavior" => tags.Contains(0) ? BehaviorMultipleChoice : null,
            _ => null,
        };
        why = rubric is not null ? null
            : questionType is null ? "there is no question type"
            : questionType is not ("perception" or "prediction" or "planning" or "behavior") ? "there is no sheet for its question type"
            : questionType == "prediction" && tags.Contains(0) ? "yes-or-no questions are not judged"
            : tags.Count == 0 ? "there is no tag, which tells the sheet"
            : "there is no sheet for its tags";
        return rubric;
    }
}
