namespace DriveKD.Models.Generation;

/// <summary>Why an answer ended.</summary>
public enum StopReason
{
    /// <summary>The model ended it with a stop token.</summary>
    StopToken,

    /// <summary>It reached the greatest number of new tokens.</summary>
    MaxNewTokens,

    /// <summary>The caller cancelled it; what there is was kept.</summary>
    Cancelled,
}
