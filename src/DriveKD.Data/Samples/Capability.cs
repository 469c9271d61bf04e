namespace DriveKD.Data.Samples;

/// <summary>The triad of driving: what a question asks of the model.</summary>
public enum Capability
{
    /// <summary>What is there.</summary>
    Perception,

    /// <summary>What it means and what will happen; DriveBench's prediction and behavior questions count here.</summary>
    Reasoning,

    /// <summary>What the ego vehicle should do.</summary>
    Planning,
}
