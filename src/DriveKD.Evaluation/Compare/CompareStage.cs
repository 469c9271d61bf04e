namespace DriveKD.Evaluation.Compare;

/// <summary>What a run of a comparison is for.</summary>
public enum CompareStage
{
    /// <summary>A setting is tried on validation questions.</summary>
    Tuning,

    /// <summary>An arm is measured on test questions.</summary>
    Final,
}
