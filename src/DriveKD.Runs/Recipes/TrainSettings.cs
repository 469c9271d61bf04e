using DriveKD.Data.Samples;
using DriveKD.Runs.Recipes.Schema;

namespace DriveKD.Runs.Recipes;

/// <summary>Length, optimizer and schedule of a run. Exactly one of <see cref="Steps"/> and <see cref="Epochs"/> is set.</summary>
public sealed record TrainSettings : IRecipeRules
{
    /// <summary>Optimizer steps.</summary>
    [RecipeKey("Optimizer steps of the run; give this or `train.epochs`")]
    [NumberLimits(AtLeast = 1)]
    public int? Steps { get; init; }

    /// <summary>Passes over the data.</summary>
    [RecipeKey("Passes over the data; give this or `train.steps`")]
    [NumberLimits(AtLeast = 1)]
    public int? Epochs { get; init; }

    /// <summary>Samples per forward pass.</summary>
    [RecipeKey("Samples per forward pass, padded to the longest; with `gradients.per: sample` each sample runs alone, because each needs its own gradients")]
    [NumberLimits(AtLeast = 1)]
    public int BatchSize { get; init; } = 1;

    /// <summary>Forward passes per optimizer step.</summary>
    [RecipeKey("Forward passes per optimizer step: a window of `batch_size` x `accumulation` samples, whose gradients are averaged, also in the short window that may end an epoch", Paper = "gradient accumulation")]
    [NumberLimits(AtLeast = 1)]
    public int Accumulation { get; init; } = 4;

    /// <summary>AdamW's rate after the warm-up.</summary>
    [RecipeKey("AdamW's learning rate after the warm-up", Paper = "learning rate")]
    [NumberLimits(Above = 0, AtMost = 10)]
    public double LearningRate { get; init; } = 5e-5;

    /// <summary>AdamW's decay rates of the two moments.</summary>
    [RecipeKey("AdamW's decay rates of the first and second moment", Paper = "AdamW")]
    public AdamBetas Betas { get; init; } = new() { First = 0.9, Second = 0.999 };

    /// <summary>AdamW's term against division by zero.</summary>
    [RecipeKey("AdamW's term against division by zero", Paper = "AdamW")]
    [NumberLimits(Above = 0, AtMost = 1)]
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>AdamW's decoupled weight decay.</summary>
    [RecipeKey("AdamW's decoupled weight decay", Paper = "AdamW")]
    [NumberLimits(AtLeast = 0, AtMost = 10)]
    public double WeightDecay { get; init; }

    /// <summary>The curve of the rate after the warm-up.</summary>
    [RecipeKey("The curve of the learning rate after the warm-up", Paper = "cosine or linear decay")]
    public RateSchedule Schedule { get; init; } = RateSchedule.Constant;

    /// <summary>Optimizer steps over which the rate rises from 0.</summary>
    [RecipeKey("Optimizer steps over which the rate rises from 0; shorter than the run", Paper = "warm-up")]
    [NumberLimits(AtLeast = 0)]
    public int WarmupSteps { get; init; }

    /// <summary>The floor of the schedule as a share of the rate.</summary>
    [RecipeKey("The floor of the cosine and linear schedules, as a share of the rate", Paper = "decay to 1 % of the rate")]
    [NumberLimits(AtLeast = 0, AtMost = 1)]
    public double MinimumRate { get; init; } = 0.01;

    /// <summary>Parameters that learn at a multiple of the rate.</summary>
    [RecipeKey("Parameters that learn at a multiple of the rate: texts PATTERN=FACTOR, where * stands for any text and ? for one character of a parameter's name; the first match decides, without one it is 1")]
    public ValueList<string>? RateFactors { get; init; }

    /// <summary>The largest norm of the gradient.</summary>
    [RecipeKey("Gradients of a larger norm, all parameters together, are scaled down to this one; not set: never")]
    [NumberLimits(Above = 0)]
    public double? ClipNorm { get; init; }

    /// <summary>The decay of the weights' running average.</summary>
    [RecipeKey("Keep a running average of the trained weights beside them: the share that it keeps at each optimizer step, for example 0.999")]
    [NumberLimits(Above = 0, Below = 1)]
    public double? Ema { get; init; }

    /// <summary>
    /// What of the student is trained: presets (language, all, attention, none) and globs over parameter names; an item that begins
    /// with ! takes away again. Null: the language model, or only the adapters where <see cref="Lora"/> attaches some.
    /// </summary>
    [RecipeKey(
        "What is trained: `language`, `all`, `attention`, `none`, or globs over parameter names; `!` takes away again. Not set: the language "
            + "model, or with `train.lora.rank` above 0 only the adapters",
        Paper = "figure: frozen vision tower and projector")]
    [OneOrMany]
    public ValueList<string>? Trainable { get; init; }

    /// <summary>Low-rank adapters.</summary>
    [RecipeKey("Low-rank adapters of the language model")]
    public LoraSettings Lora { get; init; } = new();

    /// <summary>Whether decoder layers keep only their input and run again in each backward pass.</summary>
    [RecipeKey("Whether the student's decoder layers keep only their input for the backward pass and run forward again in it: the memory of activations falls to that of one layer, and every task's backward pass takes about half as long again")]
    public bool ActivationCheckpointing { get; init; }

    /// <summary>Whether every epoch has its own random order.</summary>
    [RecipeKey("Whether every epoch has its own random order; otherwise the order of the records")]
    public bool Shuffle { get; init; } = true;

    /// <summary>What to do with a sample whose loss or gradient is no number.</summary>
    [RecipeKey("What to do with a sample whose loss or gradient is NaN or infinite: save and stop, or leave it out, name and count it")]
    public OnNonfinite OnNonfinite { get; init; } = OnNonfinite.Stop;

    /// <summary>Whether a run that would not fit into memory is refused.</summary>
    [RecipeKey("Whether a run whose estimated memory exceeds the machine's is refused before it starts; the estimate was measured at 1.0 to 1.3 times the real peak")]
    public bool CheckMemory { get; init; } = true;

    /// <summary>The samples of a full window: one optimizer step.</summary>
    public int SamplesPerStep() => checked(BatchSize * Accumulation);

    /// <summary>How the capabilities follow each other.</summary>
    [RecipeKey("How the capabilities follow each other: `shuffled` leaves them as they come, `balanced` takes them in turn (small ones repeat), `curriculum` takes one after the other within an epoch")]
    public CapabilityOrder CapabilityOrder { get; init; } = CapabilityOrder.Shuffled;

    /// <summary>The order of the curriculum.</summary>
    [RecipeKey("The capabilities in the order of the curriculum; every capability that has samples is named")]
    [TextForm(CapabilityList.Pattern, CapabilityList.Expected)]
    public ValueList<string> Curriculum { get; init; } = ["perception", "reasoning", "planning"];

    /// <summary>The curriculum as capabilities.</summary>
    public IReadOnlyList<Capability> CurriculumOrder() => CapabilityList.Parse(Curriculum);

    /// <inheritdoc />
    public IEnumerable<RuleBreach> FindBreaches()
    {
        if (Steps is null == Epochs is null)
        {
            yield return new RuleBreach(
                Steps is null
                    ? "the run has no length: write train.steps (optimizer steps) or train.epochs (passes over the data)"
                    : $"both train.steps ({Steps}) and train.epochs ({Epochs}) are given: keep one; on the command line, `train.steps=null` takes "
                      + "the file's away",
                "steps",
                "epochs");
        }

        if ((long)BatchSize * Accumulation > 1_000_000)
        {
            yield return new RuleBreach(
                $"a window of {BatchSize} x {Accumulation} samples is larger than any that is trained with (1,000,000)", "batch_size", "accumulation");
        }

        if (WarmupSteps > 0 && WarmupSteps >= Steps)
        {
            yield return new RuleBreach(
                $"the warm-up of {WarmupSteps} steps is not shorter than the run of {Steps}: the rate would never be reached",
                "warmup_steps",
                "steps");
        }

        foreach (RuleBreach breach in Recipes.RateFactors.FindFaults(RateFactors, "rate_factors").Concat(CapabilityList.FindRepetitions(Curriculum, "curriculum")))
        {
            yield return breach;
        }
    }
}
