using DriveKD.Runs.Recipes;

namespace DriveKD.Distillation.Training;

/// <summary>How many optimizer steps a run has.</summary>
public static class RunLength
{
    /// <summary>The steps that the recipe asks for, or those of its epochs: each ends with what is left of its last window.</summary>
    /// <param name="train">Exactly one of steps and epochs is set.</param>
    /// <param name="samples">Samples of one epoch, at least 1.</param>
    public static long Steps(TrainSettings train, int samples)
    {
        long window = train.SamplesPerStep();
        long windows = (samples + window - 1) / window;
        return train.Steps ?? train.Epochs!.Value * windows;
    }
}
