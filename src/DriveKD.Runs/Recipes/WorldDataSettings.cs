using DriveKD.Runs.Recipes.Schema;

namespace DriveKD.Runs.Recipes;

/// <summary>Questions that the driving world makes as a run starts: drawn, balanced and worded as <c>drivekd world generate</c> does.</summary>
public sealed record WorldDataSettings : IRecipeRules
{
    /// <summary>Scenes that questions are chosen from.</summary>
    [RecipeKey("The scenes that questions are chosen from")]
    [NumberLimits(AtLeast = 1)]
    public required int Scenes { get; init; }

    /// <summary>The world's seed.</summary>
    [RecipeKey("The seed that scenes and questions are drawn by, apart from the run's own")]
    [NumberLimits(AtLeast = 0)]
    public long Seed { get; init; }

    /// <summary>The part of the seed's scenes.</summary>
    [RecipeKey("The part of the seed's scenes: parts have no scene in common")]
    public WorldSplit Split { get; init; } = WorldSplit.Train;

    /// <summary>How hard scenes are.</summary>
    [RecipeKey("How hard scenes are: a straight road of three lanes, open roads, or a town")]
    public WorldLevel Level { get; init; } = WorldLevel.Lesson;

    /// <summary>How objects are named.</summary>
    [RecipeKey("How questions name objects: by words, by tags such as `<c1,CAM_FRONT,42.0,63.5>`, or by both")]
    public WorldReferences References { get; init; } = WorldReferences.Words;

    /// <summary>Whether multiple choice is asked too.</summary>
    [RecipeKey("Whether the main kinds of question are asked as multiple choice too")]
    public bool Choices { get; init; } = true;

    /// <summary>Pixels of a picture's side.</summary>
    [RecipeKey("Pixels of a picture's side")]
    [NumberLimits(AtLeast = 16, AtMost = 2048)]
    public int Size { get; init; } = 84;

    /// <summary>Questions of perception.</summary>
    [RecipeKey("Questions of perception")]
    [NumberLimits(AtLeast = 0)]
    public int Perception { get; init; }

    /// <summary>Questions of reasoning.</summary>
    [RecipeKey("Questions of reasoning")]
    [NumberLimits(AtLeast = 0)]
    public int Reasoning { get; init; }

    /// <summary>Questions of planning.</summary>
    [RecipeKey("Questions of planning")]
    [NumberLimits(AtLeast = 0)]
    public int Planning { get; init; }

    /// <summary>Captions that name everything the questions need.</summary>
    [RecipeKey("Captions, which name everything that questions ask for; they count as perception")]
    [NumberLimits(AtLeast = 0)]
    public int Captions { get; init; }

    /// <summary>Captions of single places.</summary>
    [RecipeKey("Captions of single places, such as what is near left; they count as perception")]
    [NumberLimits(AtLeast = 0)]
    public int Places { get; init; }

    /// <summary>General questions about pictures.</summary>
    [RecipeKey("General questions about pictures, such as whether something is there; they count as perception")]
    [NumberLimits(AtLeast = 0)]
    public int General { get; init; }

    /// <summary>Lessons in the letters of multiple choice.</summary>
    [RecipeKey("Lessons in letters: text alone, which option words stand at; they count as perception")]
    [NumberLimits(AtLeast = 0)]
    public int Letters { get; init; }

    /// <inheritdoc />
    public IEnumerable<RuleBreach> FindBreaches()
    {
        if (Perception + (long)Reasoning + Planning + Captions + Places + General + Letters == 0)
        {
            yield return new RuleBreach(
                "no question is asked: give at least one of perception, reasoning, planning, captions, places, general, letters a number above 0",
                "perception",
                "reasoning",
                "planning",
                "captions",
                "places",
                "general",
                "letters");
        }
    }
}
