namespace DriveKD.Distillation.Training;

/// <summary>The tasks whose losses a step weighs: supervision, and one signal per teacher.</summary>
public enum TrainingTask
{
    /// <summary>Cross-entropy on the answer.</summary>
    Supervision,

    /// <summary>The perception teacher's signal.</summary>
    Perception,

    /// <summary>The reasoning teacher's signal.</summary>
    Reasoning,

    /// <summary>The planning teacher's signal.</summary>
    Planning,
}
