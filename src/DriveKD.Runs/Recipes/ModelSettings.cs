using DriveKD.Runs.Recipes.Schema;

namespace DriveKD.Runs.Recipes;

/// <summary>The checkpoint folders of a distillation.</summary>
public sealed record ModelSettings
{
    /// <summary>The folder of the model that is trained; it is only read.</summary>
    [RecipeKey("The checkpoint folder of the model to train; it is only read", Paper = "student: InternVL3-1B")]
    [RecipePath(RecipePathKind.InputFolder)]
    public required string Student { get; init; }

    /// <summary>The frozen models.</summary>
    [RecipeKey("The frozen models, one per capability; one folder may serve several and is then loaded once", Paper = "three capability teachers")]
    public TeacherSettings Teachers { get; init; } = new();
}
