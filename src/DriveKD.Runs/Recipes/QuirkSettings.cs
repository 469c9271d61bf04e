using DriveKD.Runs.Recipes.Schema;

namespace DriveKD.Runs.Recipes;

/// <summary>What the released code does otherwise than the paper or common sense; docs/DISTILL.md says what stands instead of each.</summary>
public sealed record QuirkSettings
{
    /// <summary>Every quirk at once.</summary>
    public static QuirkSettings Released { get; } = new()
    {
        SkipsUndistilled = true,
        KeepsWindowScale = true,
        CountsAbsentPictures = true,
        WeightOverflow = true,
        PathsInPrompt = true,
    };

    /// <summary>A sample whose signals have no weight is skipped whole.</summary>
    [RecipeKey("A sample whose signals all have weight 0 is skipped whole, supervision too; a window that ends with one takes no step, its gradients go into the next, and at the end of an epoch they are lost")]
    public bool SkipsUndistilled { get; init; }

    /// <summary>A short last window is divided by the full window.</summary>
    [RecipeKey("The short window that may end an epoch is divided by the full window instead of its own samples")]
    public bool KeepsWindowScale { get; init; }

    /// <summary>A sample without pictures has picture signals of loss 0.</summary>
    [RecipeKey("A sample without pictures counts its picture signals as present with loss 0, and so its supervision once more for each")]
    public bool CountsAbsentPictures { get; init; }

    /// <summary>Large static weights overflow.</summary>
    [RecipeKey("With online weighting, static weights from 89 on overflow in float32 and start at 1e6")]
    public bool WeightOverflow { get; init; }

    /// <summary>Picture paths stand in the prompt.</summary>
    [RecipeKey("With several pictures, the record's picture paths stand in the prompt as text and the texts between pictures move")]
    public bool PathsInPrompt { get; init; }
}
