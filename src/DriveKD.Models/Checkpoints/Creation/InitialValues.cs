namespace DriveKD.Models.Checkpoints.Creation;

/// <summary>What the random values of a created model are for.</summary>
public enum InitialValues
{
    /// <summary>Tests and benchmarks: every part matters from the start, as in a trained model, so that every mistake shows.</summary>
    Testing,

    /// <summary>Training from nothing: blocks that change little at first, biases of 0 and norms of 1.</summary>
    Training,
}
