using DriveKD.Runs.Recipes.Schema;

namespace DriveKD.Runs.Recipes;

/// <summary>
/// Low-rank adapters of the language model (Hu et al. 2021): beside a frozen matrix W a product of two small ones is trained, so that
/// y = x W^T + b + (alpha / rank) (x A^T) B^T.
/// </summary>
public sealed record LoraSettings
{
    /// <summary>The inner size of the product; 0 attaches nothing.</summary>
    [RecipeKey("The inner size of the low-rank adapters beside the language model's matrices; 0 attaches none")]
    [NumberLimits(AtLeast = 0)]
    public int Rank { get; init; }

    /// <summary>The adapters' factor, divided by the rank.</summary>
    [RecipeKey("The adapters' strength: their product counts alpha / rank times")]
    [NumberLimits(Above = 0)]
    public double Alpha { get; init; } = 16;

    /// <summary>The matrices of every decoder layer that get an adapter.</summary>
    [RecipeKey("The matrices that get an adapter, in every decoder layer")]
    [OneOrMany]
    [TextForm(
        "q_proj|k_proj|v_proj|o_proj|gate_proj|up_proj|down_proj",
        "one of q_proj, k_proj, v_proj, o_proj, gate_proj, up_proj, down_proj")]
    public ValueList<string> Targets { get; init; } = ["q_proj", "v_proj"];
}
