using DriveKD.Runs.Recipes.Schema;

namespace DriveKD.Runs.Recipes;

/// <summary>What a run writes while it trains. metrics.jsonl always gets one line per optimizer step.</summary>
public sealed record LogSettings
{
    /// <summary>Optimizer steps between lines on the console and points in TensorBoard.</summary>
    [RecipeKey("Optimizer steps between console lines and TensorBoard points; metrics.jsonl has every step")]
    [NumberLimits(AtLeast = 1)]
    public int Every { get; init; } = 1;

    /// <summary>Whether TensorBoard events are written.</summary>
    [RecipeKey("Whether TensorBoard events are written into the run folder")]
    public bool Tensorboard { get; init; } = true;

    /// <summary>Optimizer steps between measurements of the task gradients.</summary>
    [RecipeKey("Optimizer steps between measurements of norms and cosines of the task gradients where the method itself needs none (`sum`); such a step takes one backward pass per task; 0 never measures")]
    [NumberLimits(AtLeast = 0)]
    public int MeasureEvery { get; init; } = 20;
}
