namespace DriveKD.Distillation.Training;

/// <summary>The names under which a step stands in metrics.jsonl and TensorBoard (docs/FORMATS.md).</summary>
internal static class MetricsRecord
{
    /// <summary>Every value of a step. A task that no sample of the window took part in has no loss and no key.</summary>
    public static IEnumerable<KeyValuePair<string, double>> Of(TrainingProgress step)
    {
        yield return new("epoch", step.Epoch);
        yield return new("samples", step.Samples);
        foreach (TrainingTask task in TrainingTasks.All)
        {
            if (step.Losses.TryGetValue(task, out double loss))
            {
                yield return new("loss." + TrainingTasks.KeyOf(task), loss);
            }
        }

        yield return new("gradient_norm", step.GradientNorm);
        yield return new("learning_rate", step.LearningRate);
        yield return new("tokens", step.Tokens);
        yield return new("step_seconds", step.StepSeconds);
        yield return new("elapsed_seconds", step.ElapsedSeconds);
        yield return new("samples_per_second", step.SamplesPerSecond);
    }
}
