namespace DriveKD.Evaluation.Reports;

/// <summary>Why a question is shown.</summary>
public enum ExampleReason
{
    /// <summary>The models answered it best.</summary>
    Best,

    /// <summary>The models answered it worst.</summary>
    Worst,

    /// <summary>The models are furthest apart.</summary>
    Disputed,
}
