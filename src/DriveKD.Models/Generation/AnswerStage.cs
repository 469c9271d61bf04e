namespace DriveKD.Models.Generation;

/// <summary>What an answer is waiting for.</summary>
public enum AnswerStage
{
    /// <summary>Pictures go through the vision tower.</summary>
    Vision,

    /// <summary>The prompt goes through the decoder.</summary>
    Prefill,

    /// <summary>The answer is complete; its attention is read.</summary>
    Attention,
}
