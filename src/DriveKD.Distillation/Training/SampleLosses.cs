namespace DriveKD.Distillation.Training;

/// <summary>The losses of one sample as optimised: unweighted, tasks that did not take part left out.</summary>
/// <param name="Values">Loss by task.</param>
/// <param name="Tokens">The sequence's length.</param>
public sealed record SampleLosses(IReadOnlyDictionary<TrainingTask, double> Values, int Tokens);
