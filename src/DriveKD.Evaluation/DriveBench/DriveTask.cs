namespace DriveKD.Evaluation.DriveBench;

/// <summary>The four tasks of DriveBench and DriveLM.</summary>
public enum DriveTask
{
    /// <summary>What is there and how it moves.</summary>
    Perception,

    /// <summary>What will matter next.</summary>
    Prediction,

    /// <summary>What to do.</summary>
    Planning,

    /// <summary>What the ego vehicle does.</summary>
    Behavior,
}
