using DriveKD.Runs.Recipes.Schema;

namespace DriveKD.Runs.Recipes;

/// <summary>One teacher's signal. The derived records hold the published choice of each capability as their defaults.</summary>
public abstract record SignalSettings : IRecipeRules
{
    /// <summary>What is compared.</summary>
    [RecipeKey("What of the teacher the student follows", Paper = "attention; ablations: hidden states, KL on logits")]
    public SignalKind Kind { get; init; } = SignalKind.Attention;

    /// <summary>The part of the attention maps that is compared.</summary>
    [RecipeKey("The part of an attention map: query kind to key kind; for kind attention", Paper = "text-to-vision; ablation: full map")]
    public AttentionMapKind Map { get; init; }

    /// <summary>The student's layers.</summary>
    [RecipeKey("First and last student layer, counted from 1; negative counts from the end, -1 is the last", Paper = "layer 1, N_s - 1, and 1..N_s - 1")]
    public LayerRange StudentLayers { get; init; } = new() { First = 1, Last = -2 };

    /// <summary>The teacher's layers.</summary>
    [RecipeKey("First and last teacher layer; groups of them are averaged where there are more than in the student", Paper = "layer 1, N_t - 1, and 1..N_t - 1")]
    public LayerRange TeacherLayers { get; init; } = new() { First = 1, Last = -2 };

    /// <summary>How far two maps or hidden states are apart.</summary>
    [RecipeKey("How far apart two maps or hidden states are; divergence is the KL of attention rows, teacher against student", Paper = "squared error; ablation: cosine")]
    public SignalDistance Distance { get; init; } = SignalDistance.Squared;

    /// <summary>What a squared distance is measured against.</summary>
    [RecipeKey("Squared distances as published, or as a share of the teacher's own sum of squares")]
    public SignalScale Scale { get; init; } = SignalScale.Published;

    /// <summary>The temperature of a divergence between logits.</summary>
    [RecipeKey("Divides the logits of both models, and the loss is multiplied by its square; for kind logits", Paper = "ablation: KL on logits")]
    [NumberLimits(Above = 0, AtMost = 100)]
    public double Temperature { get; init; } = 1;

    /// <summary>The capability's published signal.</summary>
    protected abstract SignalSettings Published { get; }

    /// <inheritdoc />
    public IEnumerable<RuleBreach> FindBreaches()
    {
        if (Distance == SignalDistance.Divergence && Kind == SignalKind.HiddenStates)
        {
            yield return new RuleBreach("hidden states are no distributions and have no divergence: write squared or cosine", "distance", "kind");
        }

        if (Distance != SignalDistance.Squared && Kind == SignalKind.Logits)
        {
            yield return new RuleBreach("logits are always compared by their KL divergence: leave distance out", "distance", "kind");
        }

        if (Scale == SignalScale.Relative && (Distance != SignalDistance.Squared || Kind == SignalKind.Logits))
        {
            string what = Kind == SignalKind.Logits ? "the divergence of logits" : RecipeNames.OfEnum(Distance);
            yield return new RuleBreach($"only squared distances have a relative scale, and this signal uses {what}: leave scale out", "scale", "distance", "kind");
        }

        // A key that repeats its default cannot be told from one that was left out.
        if (Kind != SignalKind.Attention && Map != Published.Map)
        {
            yield return new RuleBreach($"only attention has parts, and this signal's kind is {RecipeNames.OfEnum(Kind)}: leave map out", "map", "kind");
        }

        if (Kind == SignalKind.Logits && StudentLayers != Published.StudentLayers)
        {
            yield return new RuleBreach("logits belong to no layer: leave student_layers out", "student_layers", "kind");
        }

        if (Kind == SignalKind.Logits && TeacherLayers != Published.TeacherLayers)
        {
            yield return new RuleBreach("logits belong to no layer: leave teacher_layers out", "teacher_layers", "kind");
        }

        if (Kind != SignalKind.Logits && Temperature != 1)
        {
            yield return new RuleBreach($"only logits have a temperature, and this signal's kind is {RecipeNames.OfEnum(Kind)}: leave temperature out", "temperature", "kind");
        }
    }
}
