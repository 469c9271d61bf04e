namespace DriveKD.Runs.Recipes;

/// <summary>The part of the student that is trained; the rest is frozen.</summary>
public enum TrainableParts
{
    /// <summary>The language model with its embeddings and head; vision tower and projector stay frozen.</summary>
    Language,

    /// <summary>Everything.</summary>
    All,
}
