using DriveKD.Runs.Recipes.Schema;

namespace DriveKD.Runs.Recipes;

/// <summary>Models, samples and rules of a pre-study: what <c>drivekd prestudy</c> reads from YAML. Paths are absolute once read.</summary>
public sealed record PreStudyRecipe : IRecipeRules
{
    /// <summary>The run folder, which does not exist yet or is empty.</summary>
    [RecipeKey("The folder that the run creates; it must not exist yet, or be empty")]
    [RecipePath(RecipePathKind.OutputFolder)]
    public required string Output { get; init; }

    /// <summary>The one seed, split into named streams.</summary>
    [RecipeKey("The one seed of the run: which samples are drawn")]
    [NumberLimits(AtLeast = 0)]
    public long Seed { get; init; } = 42;

    /// <summary>"auto" (the first CUDA device, else the processor), "cpu", "cuda" or "cuda:N".</summary>
    [RecipeKey("Where models compute: `auto` takes the first CUDA device if there is one")]
    [TextForm("auto|cpu|cuda|cuda:(0|[1-9][0-9]{0,2})", "auto, cpu, cuda or cuda:N")]
    public string Device { get; init; } = "auto";

    /// <summary>The number format that models compute in.</summary>
    [RecipeKey("The number format that models compute in; attention weights and measures are float32 in any; `auto` is the faster on this machine")]
    [TextForm("auto|float32|bfloat16", "auto, float32 or bfloat16")]
    public string Precision { get; init; } = "auto";

    /// <summary>The models that are looked into, the teacher first.</summary>
    [RecipeKey("The model folder that is looked into, or a list of them, drawn over each other: `NAME=FOLDER` or a folder; the first is the teacher that a recipe is proposed for", Paper = "InternVL3-8B")]
    [RecipePath(RecipePathKind.NamedModel)]
    [OneOrMany]
    public required ValueList<string> Models { get; init; }

    /// <summary>The student; null leaves out what compares it with the teacher.</summary>
    [RecipeKey("The student's model folder, for distances of its maps from the first model's, and for the gradients of candidate signals; not set: neither")]
    [RecipePath(RecipePathKind.InputFolder)]
    public string? Student { get; init; }

    /// <summary>The student after a run; null where there is none.</summary>
    [RecipeKey("The same student after a run (`RUN/final`): its maps' distances are drawn beside those before")]
    [RecipePath(RecipePathKind.InputFolder)]
    public string? StudentAfter { get; init; }

    /// <summary>The driving samples.</summary>
    [RecipeKey("The driving samples, with answers")]
    public required PreStudyDataSettings Data { get; init; }

    /// <summary>Samples that are not of driving; null leaves the comparison out.</summary>
    [RecipeKey("Samples that are not of driving, for the margin along answers; not set: driving alone is drawn")]
    public PreStudyGeneralSettings? General { get; init; }

    /// <summary>The representation by which layers are chosen.</summary>
    [RecipeKey(
        "The representation of a sample by which layers are chosen; all three are measured. Pictures stand before the question and cannot see it: `vision` tells pictures apart, not capabilities")]
    public StudiedRepresentation Representation { get; init; } = StudiedRepresentation.LastPromptToken;

    /// <summary>Cells along each side of the grid that maps are compared on.</summary>
    [RecipeKey("Cells along each side of the grid on which attention maps of different lengths are compared")]
    [NumberLimits(AtLeast = 2, AtMost = 128)]
    public int Grid { get; init; } = 16;

    /// <summary>The side of the square around an object's centre.</summary>
    [RecipeKey("The side of the square around a tag's centre that counts as the object, as a share of the picture's shorter side, where records have no box")]
    [NumberLimits(Above = 0, AtMost = 1)]
    public double ObjectSize { get; init; } = 0.2;

    /// <summary>How sure a model is along its answer.</summary>
    [RecipeKey("How far right tokens stand above others along the answer")]
    public MarginSettings Margin { get; init; } = new();

    /// <summary>How candidate signals pull at the student.</summary>
    [RecipeKey("The gradients of candidate signals on the student")]
    public PullSettings Pull { get; init; } = new();

    /// <summary>The rules by which signals are chosen.</summary>
    [RecipeKey("The rules by which layers and signals are proposed")]
    public ProposalSettings Proposal { get; init; } = new();

    /// <summary>The models, read.</summary>
    public IReadOnlyList<NamedModel> NamedModels() => NamedModel.Parse(Models);

    /// <inheritdoc />
    public IEnumerable<RuleBreach> FindBreaches()
    {
        foreach (RuleBreach breach in NamedModel.FindFaults(Models, "models"))
        {
            yield return breach;
        }

        foreach (NamedModel model in NamedModel.Parse(Models ?? []).Where(model => model.IsBehindServer))
        {
            yield return new RuleBreach($"{model.Address} is behind a server, which shows neither hidden states nor attention: name a model folder", "models");
        }

        foreach (NamedModel model in NamedModel.Parse(Models ?? []).Where(model => Student is not null && model.FileName is "student" or "student_after"))
        {
            yield return new RuleBreach($"'{model.Name}' is what curves call the model under student: give the other a name of its own, NAME=FOLDER", "models", "student");
        }

        if (StudentAfter is not null && Student is null)
        {
            yield return new RuleBreach("is compared with the student before its run: name that under student", "student_after", "student");
        }
    }
}
