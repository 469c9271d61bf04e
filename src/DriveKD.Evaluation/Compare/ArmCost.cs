namespace DriveKD.Evaluation.Compare;

/// <summary>What an arm took, trials included.</summary>
/// <param name="Arm">The arm.</param>
/// <param name="FinalRuns">Final runs that finished.</param>
/// <param name="TrialRuns">Trials that finished.</param>
/// <param name="Settings">Settings that were tried; 0 for an arm that is run as it is.</param>
/// <param name="Samples">Samples trained on in all of them, repetitions counted.</param>
/// <param name="TrainingSeconds">Seconds of training in all of them.</param>
/// <param name="AnsweringSeconds">Seconds of answering.</param>
/// <param name="ProcessorSeconds">Seconds that the processor worked.</param>
public sealed record ArmCost(
    string Arm, int FinalRuns, int TrialRuns, int Settings, long Samples, double TrainingSeconds, double AnsweringSeconds, double ProcessorSeconds);
