using DriveKD.Data.Samples;

namespace DriveKD.Distillation.Training;

/// <summary>The names under which a step stands in metrics.jsonl and TensorBoard (docs/FORMATS.md).</summary>
internal static class MetricsRecord
{
    /// <summary>Every value of a step but its validation. What a step has not got (a task without samples, a measurement that was not due) has no key.</summary>
    public static IEnumerable<KeyValuePair<string, double>> Of(TrainingProgress step)
    {
        yield return new("epoch", step.Epoch);
        yield return new("samples", step.Samples);
        foreach (KeyValuePair<string, double> value in OfTasks("loss.", step.Losses).Concat(OfTasks("weight.", step.Weights)))
        {
            yield return value;
        }

        foreach (KeyValuePair<string, double> value in step.Update is null ? [] : OfUpdate(step.Update))
        {
            yield return value;
        }

        yield return new("gradient_norm", step.GradientNorm);
        if (step.ClipFactor is double factor)
        {
            yield return new("clip_factor", factor);
        }

        yield return new("learning_rate", step.LearningRate);
        yield return new("skipped", step.Skipped);
        yield return new("tokens", step.Tokens);
        yield return new("step_seconds", step.StepSeconds);
        yield return new("elapsed_seconds", step.ElapsedSeconds);
        yield return new("samples_per_second", step.SamplesPerSecond);
        yield return new("tokens_per_second", step.TokensPerSecond);
        yield return new("memory.resident_bytes", step.ResidentBytes);
    }

    /// <summary>Every value of a validation.</summary>
    public static IEnumerable<KeyValuePair<string, double>> Of(ValidationResult validation)
    {
        yield return new("validation.samples", validation.Samples);
        foreach ((Capability capability, double loss) in validation.Losses.OrderBy(entry => entry.Key))
        {
            yield return new("validation.loss." + NameOf(capability), loss);
        }

        yield return new("validation.loss.all", validation.Loss);
        foreach ((Capability capability, double match) in validation.ExactMatches.OrderBy(entry => entry.Key))
        {
            yield return new("validation.exact_match." + NameOf(capability), match);
        }

        if (validation.ExactMatches.Count > 0)
        {
            yield return new("validation.exact_match.all", validation.ExactMatch);
        }
    }

    private static IEnumerable<KeyValuePair<string, double>> OfUpdate(UpdateSummary update) =>
    [
        .. OfTasks("gradient.norm.", update.Norms),
        .. OfPairs("gradient.cosine.", update.Cosines),
        .. OfPairs("gradient.conflict.", update.ConflictRates),
        new("gradient.conflicts_before", update.ConflictsBefore),
        new("gradient.conflicts_after", update.ConflictsAfter),
        new("gradient.stage1_projections", update.AnchorProjections),
        new("gradient.stage2_projections", update.MergedProjections),
        .. OfTasks("gradient.coefficient.", update.Coefficients),
        .. update.Drift is double drift ? [new("gradient.coefficient_drift", drift)] : (KeyValuePair<string, double>[])[],
        new("gradient.distillation_share", update.DistillationShare),
    ];

    private static string NameOf(Capability capability) => TrainingTasks.KeyOf(TrainingTasks.Of(capability));

    private static IEnumerable<KeyValuePair<string, double>> OfTasks(string prefix, IReadOnlyDictionary<TrainingTask, double> values) =>
        TrainingTasks.All.Where(values.ContainsKey).Select(task => KeyValuePair.Create(prefix + TrainingTasks.KeyOf(task), values[task]));

    private static IEnumerable<KeyValuePair<string, double>> OfPairs(
        string prefix, IReadOnlyDictionary<(TrainingTask First, TrainingTask Second), double> values) =>
        values.OrderBy(entry => entry.Key).Select(entry =>
            KeyValuePair.Create($"{prefix}{TrainingTasks.KeyOf(entry.Key.First)}_{TrainingTasks.KeyOf(entry.Key.Second)}", entry.Value));
}
