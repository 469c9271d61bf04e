using DriveKD.Data.Errors;
using DriveKD.Data.Samples;
using DriveKD.Distillation.Training;
using DriveKD.Models.Verification;
using DriveKD.Runs.Recipes;

namespace DriveKD.Distillation.Verification;

/// <summary>The settings of a recorded run, turned into the recipe that asks for the same with the quirks of the released code.</summary>
internal sealed class TrainerSettings
{
    private TrainerSettings(DistillRecipe recipe, LearningRate rate) => (Recipe, Rate) = (recipe, rate);

    /// <summary>The recipe; its paths lead nowhere.</summary>
    public DistillRecipe Recipe { get; }

    /// <summary>The learning rate, whose total may be shorter than the run.</summary>
    public LearningRate Rate { get; }

    /// <summary>Reads settings; a key that is absent is the authors' default.</summary>
    /// <param name="facts">The case's settings.</param>
    /// <param name="trained">The names of the trained parameters.</param>
    /// <exception cref="InputException">A setting is no such thing.</exception>
    public static TrainerSettings Read(GoldenFacts facts, IReadOnlyList<string> trained)
    {
        // What they say is in the recorded order of samples and in the order of parameters.
        facts.Ignore("seed", "shuffle", "epochs", "max_samples", "trainable");
        IReadOnlyList<double> betas = facts.Numbers("betas") ?? [0.9, 0.999];
        TrainSettings train = new()
        {
            Steps = 1,
            Accumulation = facts.Integer("grad_accum_steps") is int accumulation ? accumulation : 4,
            LearningRate = facts.Number("lr") ?? 5e-5,
            Betas = betas.Count == 2 ? new AdamBetas { First = betas[0], Second = betas[1] } : throw facts.Wrong("betas", "a list of two numbers"),
            Epsilon = facts.Number("adam_eps") ?? 1e-8,
            WeightDecay = facts.Number("weight_decay") ?? 0,
            Trainable = [.. trained],
        };
        if (train.Accumulation < 1)
        {
            throw facts.Wrong("grad_accum_steps", "a number of at least 1");
        }

        DistillRecipe recipe = new()
        {
            Output = string.Empty,
            Models = new ModelSettings { Student = string.Empty },
            Data = new DataSettings { Records = [], Images = string.Empty },
            Precision = PrecisionOf(facts),
            Distillation = new DistillationSettings
            {
                Weights = WeightsOf(facts),
                Mixing = MixingOf(facts),
                Signals = new CapabilitySignals
                {
                    Reasoning = new ReasoningSignalSettings { StudentLayers = IntermediateLayers(facts), TeacherLayers = IntermediateLayers(facts) },
                },
            },
            Weighting = new WeightingSettings
            {
                Kind = facts.Boolean("use_dynamic_loss_weights") ?? true ? WeightingKind.Online : WeightingKind.Static,
                Alpha = facts.Number("reweight_alpha") ?? 0,
                LearningRate = facts.Number("dynamic_weight_lr") ?? 3e-4,
                MinimumSupervision = facts.Number("min_dynamic_weight_ce") ?? 0.6,
            },
            Gradients = new GradientSettings { Method = facts.Boolean("use_agp") ?? true ? GradientMethod.Agp : GradientMethod.Sum },
            Compat = Compatibility.Released,
            Train = train,
        };
        return new TrainerSettings(recipe, RateOf(facts.Object("scheduler"), train.LearningRate));
    }

    /// <summary>A schedule; without one the rate is constant.</summary>
    /// <param name="facts">Type, total, warm-up and floor.</param>
    /// <param name="peak">The rate.</param>
    /// <exception cref="InputException">The type is unknown.</exception>
    public static LearningRate RateOf(GoldenFacts? facts, double peak) => new(
        peak,
        facts?.Text("type") switch
        {
            null or "constant" or "none" => RateSchedule.Constant,
            "cosine" => RateSchedule.Cosine,
            "linear" => RateSchedule.Linear,
            _ => throw facts!.Wrong("type", "constant, cosine or linear"),
        },
        facts?.Integer("total_optim_steps") ?? 0,
        facts?.Integer("warmup_optim_steps") ?? 0,
        facts?.Number("lr_min_ratio") ?? 0.01);

    /// <summary>The student's and teachers' layers of layer-group matching, recorded from 0.</summary>
    /// <param name="facts">The settings.</param>
    public static LayerRange IntermediateLayers(GoldenFacts facts)
    {
        int start = facts.Integer("intermediate_layer_start") ?? 0;
        int end = facts.Integer("intermediate_layer_end") ?? -2;
        return new LayerRange { First = start < 0 ? start : start + 1, Last = end < 0 ? end : end + 1 };
    }

    /// <summary>The static weights.</summary>
    /// <param name="facts">The settings.</param>
    public static LossWeights WeightsOf(GoldenFacts facts)
    {
        IReadOnlyDictionary<TrainingTask, double> weights = facts.NumbersByTask("static_weights") ?? new Dictionary<TrainingTask, double>();
        double Of(TrainingTask task) => weights.TryGetValue(task, out double weight) ? weight : 1;
        return new LossWeights
        {
            Supervision = Of(TrainingTask.Supervision),
            Perception = Of(TrainingTask.Perception),
            Reasoning = Of(TrainingTask.Reasoning),
            Planning = Of(TrainingTask.Planning),
        };
    }

    private static MixingMatrix MixingOf(GoldenFacts facts)
    {
        if (facts.Rows("teacher_mix_rows") is not IReadOnlyList<double[]> rows)
        {
            return new MixingMatrix();
        }

        if (rows.Count != 3 || rows.Any(row => row.Length != 3))
        {
            throw facts.Wrong("teacher_mix_rows", "a matrix of 3 x 3 numbers");
        }

        // The trainer clips each row at 0.
        MixingRow Row(Capability sample)
        {
            double[] row = [.. rows[(int)sample].Select(share => Math.Max(0, share))];
            return new MixingRow { Perception = row[0], Reasoning = row[1], Planning = row[2] };
        }

        return new MixingMatrix { Perception = Row(Capability.Perception), Reasoning = Row(Capability.Reasoning), Planning = Row(Capability.Planning) };
    }

    private static Precision PrecisionOf(GoldenFacts facts) => facts.Text("dtype") switch
    {
        null or "float32" => Precision.Float32,
        "bfloat16" => Precision.Bfloat16Pure,
        _ => throw facts.Wrong("dtype", "float32 or bfloat16"),
    };
}
